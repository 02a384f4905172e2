"""What somebody did to a record a moment ago, its move or its change of owner, and what came after that keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.schema import Blueprint
from core.errors import NotPermitted
from core.history.models import Event
from core.people.models import Member
from handoffs.actions.taking_back import ON_ITS_WAY, UNDO_FOR
from handoffs.actions.undoing.came_after import done_by_people
from handoffs.actions.undoing.deeds_done import LONGEST_CHAIN
from handoffs.models import Handoff
from handoffs.refused import CannotUndo, UndoTooLate
from lifecycle.event_sentences import labels_of
from lifecycle.models import Record, StageStay

BY_HAND = ("advance", "override")  # causes of stays
GIVEN = {"from", "from_name", "to", "owner"}  # what the event of a change by hand says, and no other


@dataclass
class RecordDeed:
    """What was done to a record, when and by whom. A move: `back_to` the stages that it and the leads that followed it
    stood in, what came of it (`made`), and what it offered. A change of owner: whose it was, in which team."""

    record: Record
    what: str
    since: datetime
    by_id: UUID | None
    back_to: dict[UUID, UUID] = field(default_factory=dict)
    made: set[UUID] = field(default_factory=set)
    offered: list[Handoff] = field(default_factory=list)
    former_id: UUID | None = None

    @property
    def reached(self) -> set[UUID]:
        """All records that it concerns."""
        return {self.record.pk, *self.back_to, *self.made}

    @property
    def until(self) -> datetime:
        """Until when the page offers to take it back."""
        return self.since + UNDO_FOR

    def refuse_other(self, by: Member, at: datetime) -> None:
        """Raises NotPermitted for whoever did not do it, and UndoTooLate."""
        if self.by_id != by.pk:
            raise NotPermitted("Only who did it takes it back.", code="not_yours")
        if at > self.until + ON_ITS_WAY:
            raise UndoTooLate(self.since, state=self.what)


def line_of(record_id: UUID) -> list[UUID]:
    """The record and those it came from. A query for each step of the journey behind."""
    line: list[UUID] = []
    here: UUID | None = record_id
    while here and len(line) <= LONGEST_CHAIN:
        line.append(here)
        here = Record.objects.filter(pk=here).values_list("origin_id", flat=True).first()
    return line


def last_move(record: Record, line: Iterable[UUID]) -> RecordDeed:
    """How somebody moved the record last, by hand. Two queries, and one for each step of the journey ahead. Raises
    CannotUndo where nobody did, or where it has gone on since."""
    stays = list(StageStay.objects.filter(record=record).order_by("-entered_at", "-id")[: LONGEST_CHAIN + 1])
    place = next((place for place, each in enumerate(stays) if each.cause in BY_HAND), None)
    if place is None or stays[place].from_stage_id is None:
        raise CannotUndo("not_moved", "Nobody has moved it, so there is nothing to take back.")
    first = stays[place]
    if any(each.cause != "auto" or each.entered_at != first.entered_at for each in stays[:place]):
        raise CannotUndo("moved_on", f"{record.name} (record #{record.number}) has moved on since.")
    deed = RecordDeed(record, "moved", first.entered_at, first.entered_by_id)
    deed.back_to[record.pk] = first.from_stage_id
    above = StageStay.objects.filter(record__in=list(line), entered_at=deed.since, cause="journey", exited_at=None)
    for stay in above.exclude(record=record):
        if stay.from_stage_id:
            deed.back_to[stay.record_id] = stay.from_stage_id
    _find_made(deed)
    return deed


def _find_made(deed: RecordDeed) -> None:
    below = {deed.record.pk}
    for _ in range(LONGEST_CHAIN):
        found = Record.objects.filter(origin_id__in=below, created_at__gte=deed.since).exclude(pk__in=deed.made)
        below = set(found.values_list("pk", flat=True))
        if not below:
            break
        deed.made |= below


def last_gift(record: Record) -> RecordDeed:
    """How somebody gave the record away last, by hand. One query. Raises CannotUndo where nobody did."""
    found = Event.objects.filter(record_id=record.pk, kind="record.owner_changed").order_by("-at", "-id").first()
    given_to = str(record.owner_id) if record.owner_id else None
    if found is None or found.facts.keys() - GIVEN or found.facts.get("to") != given_to:
        raise CannotUndo("not_given", "Nobody has given it away by hand, so there is nothing to take back.")
    former = found.facts.get("from")
    return RecordDeed(record, "owned", found.at, found.actor_id, former_id=UUID(former) if former else None)


def what_keeps(deed: RecordDeed, lifecycle: Blueprint) -> CannotUndo | None:
    """What somebody, or a rule, built on it, named; None where nothing did. Notes what a move offered, which goes with
    it. Three queries."""
    if why := next((why for _, at, why in _since(deed, lifecycle) if at > deed.since), None):
        return why
    if deed.what == "owned":
        former = Member.objects.filter(pk=deed.former_id).first() if deed.former_id else None
        if former and not former.is_active:
            return CannotUndo("has_left", f"{former.name} had it and has left.", {"who": former.name})
        return None
    offered = Handoff.objects.filter(record_id__in=deed.reached, offered_at__gte=deed.since)
    for on in offered.select_related("seam", "record", "workspace").order_by("pk"):
        is_fresh = on.state == Handoff.State.OFFERED and on.clock_run == 1 and on.first_touched_at is None
        if on.record_id in deed.made or not is_fresh:
            where = f"{on.record.name} (record #{on.record.number})"
            facts: dict[str, Any] = {"record": on.record.number, "handoff": on.number, "seam": on.seam.key}
            said = f"{where} was offered across {on.seam.label} as handoff #{on.number}."
            return CannotUndo("offered_on", said, facts)
        deed.offered.append(on)
    return None


def _since(deed: RecordDeed, lifecycle: Blueprint) -> list[tuple[UUID, datetime, CannotUndo]]:
    return done_by_people(deed.reached, deed.since, labels_of(lifecycle))
