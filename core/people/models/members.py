"""Members of a workspace."""

from django.db import models
from django.utils import timezone

from core.people.key_in_hand import KeyInHand
from core.people.models.users import User
from core.tenancy.walls import TenantKey, TenantModel


class Member(TenantModel):
    """A principal in the workspace: a person, an integration or an agent."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        INTEGRATION = "integration", "Integration"
        AGENT = "agent", "Agent"

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        ADMIN = "admin", "RevOps admin"
        MANAGER = "manager", "Manager"
        REP = "rep", "Rep"
        LEADER = "leader", "Leader"
        VIEWER = "viewer", "Viewer: figures only"

    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="memberships")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    role = models.CharField(max_length=10, choices=Role, default=Role.REP)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    external_key = models.CharField(max_length=200, blank=True, help_text="How an imported file names this person")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    made_by = TenantKey("self", null=True, blank=True, related_name="+", help_text="The person who set a program up")
    came_with: KeyInHand | None = None  # the key of this call; a person has none
    unseen_notices = ""  # how many, as the bell says it; known of whoever signed in

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once"),
            models.UniqueConstraint(
                fields=["workspace", "external_key"],
                condition=~models.Q(external_key=""),
                name="member_external_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        return self.name or self.email

    @property
    def is_admin(self) -> bool:
        return self.role in (self.Role.OWNER, self.Role.ADMIN)

    @property
    def leads_others(self) -> bool:
        return self.role not in (self.Role.REP, self.Role.VIEWER)
