"""Teams, and who sits in them."""

from django.db import models
from django.utils import timezone

from core.people.models.members import Member
from core.tenancy.walls import TenantKey, TenantModel


class Team(TenantModel):
    """An owner of stages; `region` and `manager` are the segments a scorecard is read by."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=20)
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
