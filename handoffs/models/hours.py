"""Working hours of people and of teams, beside the calendars of the blueprint."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models

from blueprint.schema import CalendarTerms
from core.businesstime import WorkingCalendar
from core.people.models import Member, Team
from core.tenancy.walls import TenantKey, TenantModel

MOST_KNOWN = 4_096
_known: dict[UUID, WorkingCalendar] = {}  # the id follows from the content, so what is known never changes


class KeptHours(TenantModel):
    """Hours that somebody has, or had when a clock of theirs started; never changed. `terms` are those of a calendar of
    the blueprint. The id follows from the content, so that people of the same hours share a row."""

    terms = models.JSONField(default=dict)

    @classmethod
    def hours_of(cls, hours_id: UUID | None) -> WorkingCalendar | None:
        """The hours with this id; None for none. One query where this process does not know them, which then learns all
        that are in use."""
        if hours_id is None:
            return None
        if hours_id not in _known:
            in_use = models.Exists(OwnHours.objects.filter(hours=models.OuterRef("pk")))
            asked_first = models.Case(models.When(pk=hours_id, then=0), default=1)
            found = cls.objects.filter(models.Q(pk=hours_id) | in_use).order_by(asked_first)[:MOST_KNOWN]
            if len(_known) + len(found) > MOST_KNOWN:
                _known.clear()
            _known.update((each.pk, each.calendar.hours) for each in found)
        return _known[hours_id]

    @property
    def calendar(self) -> CalendarTerms:
        """The hours as the blueprint's schema reads them."""
        said: dict[str, Any] = self.terms
        return CalendarTerms.model_validate({"key": "own", "label": "Own hours", **said})

    def __str__(self) -> str:
        return str(self.terms.get("time_zone", ""))


class OwnHours(TenantModel):
    """Whose hours they are now: a member's or a team's. A clock counts the hours of who has the handoff, else of the
    team they have it in, else of the seam."""

    member = TenantKey(Member, null=True, blank=True, related_name="own_hours")
    team = TenantKey(Team, null=True, blank=True, related_name="own_hours")
    hours = TenantKey(KeptHours, related_name="+")
    changed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member"], name="own_hours_of_member"),
            models.UniqueConstraint(fields=["workspace", "team"], name="own_hours_of_team"),
            models.CheckConstraint(
                condition=models.Q(member__isnull=True, team__isnull=False)
                | models.Q(member__isnull=False, team__isnull=True),
                name="own_hours_of_one",
            ),
        ]

    @classmethod
    def by_holder(cls) -> dict[UUID | None, UUID]:
        """By member and team, the hours that are their own. One query."""
        found = cls.objects.values_list("member_id", "team_id", "hours_id")
        return {member_id or team_id: hours_id for member_id, team_id, hours_id in found}

    @classmethod
    def of_receiver(cls, member_id: UUID | None, team_id: UUID | None) -> UUID | None:
        """The hours that a clock of this member counts, who has the handoff in this team; None where they are the
        seam's. One query."""
        theirs = models.Q(member=member_id, member__isnull=False) | models.Q(team=team_id, team__isnull=False)
        found = cls.objects.filter(theirs)
        by_kind = {own.member_id is None: own.hours_id for own in found}
        return by_kind.get(False, by_kind.get(True))

    def __str__(self) -> str:
        return f"{self.member_id or self.team_id}"
