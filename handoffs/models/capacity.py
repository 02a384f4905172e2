"""What each person takes: how many a day and a week, what they know, and how their weight grows at first."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel

MOST_RAMP_DAYS = 366  # a check constraint says the same


class Capacity(TenantModel):
    """What one person takes over all their pools, whatever it comes from; a cap on what is open stands at their seats.

    Days and weeks are those of `time_zone`; weeks begin on Monday. `skills` are words in lower case. From `starts_on`
    on they take turns, and their weight grows for `ramp_days`: on the n-th day it is n parts of so many."""

    member = TenantKey(Member, related_name="capacity")
    time_zone = models.CharField(max_length=60)
    day_cap = models.PositiveIntegerField(null=True, blank=True)
    week_cap = models.PositiveIntegerField(null=True, blank=True)
    skills = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    starts_on = models.DateField(null=True, blank=True)
    ramp_days = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member"], name="capacity_once"),
            models.CheckConstraint(condition=models.Q(ramp_days__lte=MOST_RAMP_DAYS), name="capacity_ramp_days"),
        ]
