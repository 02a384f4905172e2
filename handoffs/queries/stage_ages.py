"""How long a record may stay where it stands, and what happens by when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from handoffs.models import StageClock
from handoffs.queries.ladder_told import PathRung
from handoffs.rules.rung_words import rung_words
from lifecycle.models import Record


@dataclass(frozen=True)
class StageAge:
    """The clock of the stage that a record stands in, with its ladder: done, skipped, next."""

    stage: str
    entered_at: datetime
    due_at: datetime
    ladder: tuple[PathRung, ...]


def stage_age_of(record: Record) -> StageAge | None:
    """None where the stage has no ladder, or had none when the record entered. One query where `stage` came with it."""
    clock = StageClock.objects.filter(
        record=record, stage_id=record.stage_id, entered_at=record.entered_stage_at
    ).first()
    if clock is None:
        return None
    return StageAge(record.stage.label, clock.entered_at, clock.due_at, (*_taken(clock), *_ahead(clock)))


def _taken(clock: StageClock) -> Iterator[PathRung]:
    for each in clock.taken:
        yield PathRung(
            each["action"],
            each["words"],
            parse_datetime(each["at"]),  # type: ignore[arg-type] # kept by a statement of ours
            1,
            parse_datetime(each["taken_at"]),
            each["to"] or "",
            each["task"],
            each["condition"] or "",
            each["skipped"] or "",
        )


def _ahead(clock: StageClock) -> Iterator[PathRung]:
    if clock.next_rung_at is None:
        return
    for place, rung in enumerate(clock.ahead):
        at = clock.next_rung_at if place == 0 else datetime.fromisoformat(rung["at"])
        condition = rung.get("condition", "")
        yield PathRung(rung["action"], rung_words(rung), at, 1, condition=condition, is_next=place == 0)
    if not clock.ahead:
        words = "The last step, taken again until it moves on"
        yield PathRung("again", words, clock.next_rung_at, 1, is_next=True)
