"""Absences: when somebody receives nothing, and who stands in for them."""

from django.db import models

from core.people.models.members import Member
from core.tenancy.walls import TenantKey, TenantModel


class TimeOff(TenantModel):
    """When a member receives nothing. `begun_at`: when what they had was seen to, null as long as nobody came to it."""

    member = TenantKey(Member, related_name="time_off")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="time_off_forwards")
        ]
        indexes = [
            models.Index(fields=["workspace", "member", "ends_at"], name="time_off_member"),
            models.Index(
                fields=["workspace", "starts_at"], condition=models.Q(begun_at__isnull=True), name="time_off_ahead"
            ),
        ]


class Deputy(TenantModel):
    """Who stands in for a member while they are away."""

    member = TenantKey(Member, related_name="deputies")
    deputy = TenantKey(Member, related_name="deputy_of")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member"], name="deputy_once"),
            models.CheckConstraint(condition=~models.Q(member=models.F("deputy")), name="deputy_is_another"),
        ]
