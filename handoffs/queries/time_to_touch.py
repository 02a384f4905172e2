"""Where the time until the first touch went: of one handoff, and the medians of a seam."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of
from core.sql import load
from core.tenancy.scope import current_id
from handoffs.models import Handoff, KeptHours
from handoffs.rules.allowed import allowed
from handoffs.rules.delays import Delays, Moments, delays, medians
from handoffs.rules.halts import Halt

DELAYS_AT_SEAM = load("handoffs", "delays_at_seam")
MOST = 1_000  # the newest; more do not move a median, and a page waits for it
WORDS = {
    "intake": "From the source until it came in",
    "offer": "Until it was qualified and offered",
    "queue": "In a queue",
    "closed": "With a person, outside of working hours",
    "paused": "Standing still",
    "working": "With a person, in working time",
}


@dataclass(frozen=True)
class DelaysOfSeam:
    """The median of each part over the newest handoffs that were touched, and over how many."""

    count: int
    medians: Delays

    @property
    def parts(self) -> list[tuple[str, float]]:
        """Each part in words, with its minutes."""
        return parts_of(self.medians)


def parts_of(split: Delays) -> list[tuple[str, float]]:
    """Each part in words, with its minutes."""
    return [(WORDS[each.name], getattr(split, each.name)) for each in fields(split)]


def delays_of(handoff: Handoff, at: datetime) -> Delays:
    """Where its time went until it was touched, or until now. No query where hands, pauses and record came with it."""
    until = handoff.first_touched_at or at
    queued = [Halt(each.at, each.ended_at or until, "") for each in handoff.assignments.all() if each.member_id is None]
    paused = [Halt(each.at, each.over_at, "") for each in handoff.pauses.all()]
    record = handoff.record
    said = Moments(record.opened_at, record.created_at, handoff.offered_at, until, queued, paused)
    return delays(said, handoff.allowed.hours)


def delays_of_seam(seam_id: UUID, since: datetime, until: datetime) -> DelaysOfSeam | None:
    """The medians of those offered in a stretch of time; None where none was touched. One query."""
    rows = DELAYS_AT_SEAM.rows(seam=seam_id, since=since, until=until, most=MOST)
    found = [_split(seam_id, *row) for row in rows]
    told = medians(found)
    return DelaysOfSeam(len(found), told) if told else None


def _split(
    seam_id: UUID,
    opened: datetime,
    came_in: datetime,
    offered: datetime,
    touched: datetime,
    queued: str | None,
    paused: str | None,
    version: int,
    line: str,
    hours_id: UUID | None,
) -> Delays:
    seam = blueprint_of.at(current_id(), version).seams_by_id[seam_id]
    hours = allowed(seam, line, KeptHours.hours_of(hours_id)).hours
    return delays(Moments(opened, came_in, offered, touched, [*_halts(queued)], [*_halts(paused)]), hours)


def _halts(told: Any) -> Iterator[Halt]:
    for since, until in json.loads(told or "[]"):
        yield Halt(datetime.fromisoformat(since), datetime.fromisoformat(until), "")
