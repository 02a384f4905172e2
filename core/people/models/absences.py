"""Absences: when somebody receives nothing."""

from django.db import models

from core.people.models.members import Member
from core.tenancy.walls import TenantKey, TenantModel


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
