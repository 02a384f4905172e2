"""People and where they sit."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone

from core.people.functions import Function
from core.people.key_in_hand import KeyInHand
from core.tenancy.ids import new_id
from core.tenancy.walls import TenantKey, TenantModel


class UserManager(BaseUserManager["User"]):
    """Users are known by their normalised e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person who can sign in."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A user of the read-only admin window; still bound by row security."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A human with a sign-in; what they may do hangs on their membership of a workspace."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    def __str__(self) -> str:
        return self.name or self.email


class Workspace(models.Model):
    """The tenant. `blueprint_version` is the number of the published version in force; 0 before the first.

    `setup_since`: in setup mode, in which one person publishes alone, since then; null once a second approver ended it.
    `sample_of`: made up, to look around in, for that workspace; nobody comes in before `sample_ready_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    blueprint_version = models.PositiveIntegerField(default=0)
    setup_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sample_of = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="+")
    security_log_days = models.PositiveSmallIntegerField(null=True, blank=True)  # null: its lines stay for good
    sample_ready_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


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


class Team(TenantModel):
    """An owner of stages; `region` and `manager` are the segments a scorecard is read by."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=20, choices=Function)
    region = models.CharField(max_length=80, blank=True)
    manager = TenantKey(Member, null=True, blank=True, related_name="managed_teams")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="team_key")]

    def __str__(self) -> str:
        return self.name


class TeamSeat(TenantModel):
    """A member's place in a team: weight in the rotation, and cap on open handoffs (null = none). `since`: with the
    region and manager that the team has; null as long as we know."""

    team = TenantKey(Team, related_name="seats")
    member = TenantKey(Member, related_name="seats")
    weight = models.PositiveSmallIntegerField(default=1)
    cap = models.PositiveIntegerField(null=True, blank=True)
    since = models.DateTimeField(null=True, default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "team", "member"], name="seat_once"),
            models.CheckConstraint(condition=models.Q(weight__gte=1, weight__lte=100), name="seat_weight"),
        ]
        indexes = [models.Index(fields=["workspace", "member"], name="seat_member")]


class PastSeat(TenantModel):
    """Where somebody sat until then, and under whom: written when a seat is taken away, and for each seat of a team
    whose region or manager changes. `since` is null for as long as we knew."""

    team = TenantKey(Team, related_name="past_seats")
    member = TenantKey(Member, related_name="past_seats")
    region = models.CharField(max_length=80, blank=True, default="")
    manager = TenantKey(Member, null=True, blank=True, related_name="+")
    since = models.DateTimeField(null=True)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "member", "until"], name="past_seat_member")]


class TimeOff(TenantModel):
    """When a member receives nothing."""

    member = TenantKey(Member, related_name="time_off")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="time_off_forwards")
        ]
        indexes = [models.Index(fields=["workspace", "member", "ends_at"], name="time_off_member")]


class Invitation(TenantModel):
    """A signed, single-use way in, bound to one address and one workspace."""

    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Member.Role, default=Member.Role.REP)
    team = TenantKey(Team, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64)
    invited_by = TenantKey(Member, related_name="+")
    made_by = TenantKey(Member, null=True, blank=True, related_name="+", help_text="The person behind `invited_by`")
    through_key = models.UUIDField(null=True, blank=True, help_text="The API key it was made with")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at"], name="invitation_newest")]

    def is_open(self, at: datetime) -> bool:
        """Still usable at `at`."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > at


class Counter(TenantModel):
    """The last number given out in this workspace, by noun. People see numbers; ids stay ids."""

    noun = models.CharField(max_length=30)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "noun"], name="counter_noun")]


class SweepTrouble(TenantModel):
    """A sweep that fails in this workspace: since when, how often, and what it said last. Gone when it passes well."""

    sweep = models.CharField(max_length=60)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    trouble = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "sweep"], name="sweep_trouble_once")]


class Limit(models.Model):
    """Attempts counted against a limit, in the shape Django's database cache wants; of no workspace."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
