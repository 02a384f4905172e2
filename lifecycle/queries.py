"""What pages, the API and the higher apps want to know about records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from blueprint.schema import PipelineTerms, StageTerms
from core.history.models import Event
from core.http.paging import beyond, cut, mark_of
from core.sql import load
from core.tenancy.scope import here
from lifecycle.models import ExternalId, Record, StageStay

JOURNEY = load("lifecycle", "journey")
LONGER_THAN_USUAL = load("lifecycle", "longer_than_usual")
MOST_BEFORE, FEWEST_BEFORE = 200, 20  # so many stays say what is usual in a stage; fewer than the second say nothing


@dataclass(frozen=True)
class JourneyStep:
    """One stage on a record's path: passed, current or ahead, with the stays it spent there."""

    stage: StageTerms
    state: str
    stays: tuple[StageStay, ...]


@dataclass(frozen=True)
class Usual:
    """How long nine of ten stayed, of the `counted` that came to a record's stage before it."""

    length: timedelta
    counted: int


def longer_than_usual(records: Sequence[UUID], at: datetime) -> dict[UUID, Usual]:
    """Those of the records that are in their stage for longer than usual. One query."""
    found = LONGER_THAN_USUAL.rows(records=list(records), at=at, most=MOST_BEFORE, fewest=FEWEST_BEFORE)
    return {record: Usual(length, counted) for record, length, counted in found}


def record_for(number: int) -> Record:
    """One record by its number, with what its page shows. One query. Raises NotFound."""
    shown = ("stage", "pipeline", "owner", "team", "account", "origin")
    found: Record = Record.objects.select_related(*shown).one(number=number)
    return found


def record_numbered(number: int) -> Record:
    """One record by its number, by itself. One query. Raises NotFound."""
    found: Record = Record.objects.one(number=number)
    return found


def timeline_page(record: Record, after: str, size: int) -> tuple[list[Event], str]:
    """One page of what happened to a record, newest first, and the mark of the next. One query."""
    events = beyond(Event.objects.filter(record_id=record.pk).select_related("actor"), "at", after)
    return cut(list(events.order_by("-at", "-id")[: size + 1]), size, lambda event: mark_of(event.pk, event.at))


def journey(record: Record) -> list[Record]:
    """The chain from the first record to the last: lead → opportunity → customer → expansion. One query."""
    found = Record.objects.select_related("stage", "owner").raw(
        JOURNEY.text, {"workspace": here(), "record": record.pk}
    )
    return sorted(found, key=lambda each: (each.opened_at, each.number))


def path_of(record: Record, pipeline: PipelineTerms) -> list[JourneyStep]:
    """The stages of the record's pipeline with the stays it made in each. One query."""
    stays: dict[UUID, list[StageStay]] = {}
    for stay in record.stays.filter(pipeline_id=pipeline.id).order_by("entered_at"):
        stays.setdefault(stay.stage_id, []).append(stay)
    return [
        JourneyStep(
            stage,
            "current" if stage.id == record.stage_id else "passed" if stage.id in stays else "ahead",
            tuple(stays.get(stage.id, ())),
        )
        for stage in pipeline.stages
        if stage.is_open or stage.category == "won" or stage.id in stays
    ]


def timeline(records: Iterable[Record], limit: int = 200) -> list[Event]:
    """Everything that ever happened to these records, newest first. One query."""
    ids = [record.pk for record in records]
    return list(Event.objects.filter(record_id__in=ids).select_related("actor").order_by("-at", "-id")[:limit])


def external_ids(record: Record) -> list[ExternalId]:
    """How other systems name it. One query."""
    return list(record.external_ids.order_by("system", "value"))
