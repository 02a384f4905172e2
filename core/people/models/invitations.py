"""Invitations: the way in for somebody new."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from core.people.models.members import Member
from core.people.models.teams import Team
from core.tenancy.walls import TenantKey, TenantModel


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
