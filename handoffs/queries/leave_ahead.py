"""A leave ahead: what becomes of an open handoff when whoever has it goes away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.schema.vocabularies import WhenAway
from core.history.actions import blueprint_version
from core.people.models import TimeOff
from core.tenancy.scope import current_id
from handoffs.models import Handoff

SHOWN_AHEAD = timedelta(days=14)
WORDS = {
    WhenAway.RUN: "The clock goes on.",
    WhenAway.PAUSE: "The clock stands still until then.",
    WhenAway.HAND_ON: "The next in turn gets it: within a working day before, if it is due later.",
    WhenAway.DEPUTY: "Their deputy gets it, else the next in turn.",
}


@dataclass(frozen=True)
class LeaveAhead:
    """When whoever has a handoff will be away, and what becomes of it by then."""

    name: str
    starts_at: datetime
    ends_at: datetime
    becomes: WhenAway

    @property
    def words(self) -> str:
        """What becomes of it, as its page says it."""
        return WORDS[self.becomes]


def leaves_ahead(handoffs: Sequence[Handoff], at: datetime) -> dict[UUID, LeaveAhead]:
    """The next absence of whoever has these handoffs, of those that are open and begin within two weeks. One query,
    none where nobody has one."""
    waiting = [each for each in handoffs if each.state == Handoff.State.OFFERED and each.assignee_id]
    if not waiting:
        return {}
    people = {each.assignee_id for each in waiting}
    ahead = TimeOff.objects.filter(member__in=people, starts_at__gt=at, starts_at__lte=at + SHOWN_AHEAD)
    first = {each.member_id: each for each in ahead.select_related("member").order_by("-starts_at")}
    return {
        each.pk: LeaveAhead(found.member.name, found.starts_at, found.ends_at, _becomes(each))
        for each in waiting
        if (found := first.get(each.assignee_id))
    }


def _becomes(handoff: Handoff) -> WhenAway:
    """As its seam says in the version in force."""
    in_force = blueprint_of.at(current_id(), blueprint_version.get() or handoff.blueprint_version)
    seam = in_force.seams_by_id.get(handoff.seam_id)
    return seam.pausing.when_away if seam else WhenAway.RUN
