"""What happened further on to the records of a file: which stages they reached, and what keeps the others from the
next."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from blueprint.schema import Blueprint
from core.history.models import Event
from lifecycle.gate_lines import GateLine, lines_at_gate, stage_after
from lifecycle.models import Import, Record

WRITTEN = ("record.created", "record.updated", "record.history_corrected")
MOST = 10_000  # records looked at: so many tell what keeps the others, and cost a page a few tenths of a second
STAGES = 4  # where most of them stand
LATE = timedelta(minutes=1)  # a row that waited for a lock carries a later moment than its chunk


@dataclass(frozen=True)
class AtGate:
    """Of `total` records `reached` stand in the stage or beyond; `waiting` stand before it, and `lines` keep them."""

    stage: str
    reached: int
    total: int
    waiting: int
    lines: list[GateLine]


def further_on(job: Import, lifecycle: Blueprint, at: datetime) -> list[AtGate]:
    """For the stages where most of the file's records stand now, how many reached the next one. Eight queries at most;
    of a large file its first records are looked at."""
    pipeline = next((each for each in lifecycle.pipelines if each.key == job.mapping.get("pipeline")), None)
    records = _records_of(job) if pipeline and job.started_at else []
    if pipeline is None or not records:
        return []
    stands = Counter(Record.objects.filter(pk__in=records, pipeline_id=pipeline.id).values_list("stage_id", flat=True))
    found = []
    for stage in pipeline.stages:
        after = stage_after(pipeline, stage) if stage.is_open else None
        if after is None or stage.id not in {key for key, _ in stands.most_common(STAGES)}:
            continue
        beyond = [each for each in pipeline.stages if each.position >= after.position and each.category != "lost"]
        reached = sum(stands[each.id] for each in beyond)
        lines = lines_at_gate(lifecycle, stage, after, records, at)
        found.append(AtGate(after.label, reached, stands.total(), stands[stage.id], lines))
    return found


def _records_of(job: Import) -> list[UUID]:
    """The first records that the import made or changed, as their events say. Three queries."""
    found: dict[UUID, None] = {}
    until = (job.finished_at or job.started_at) + LATE  # type: ignore[operator]
    for kind in WRITTEN:
        events = Event.objects.filter(kind=kind, at__gte=job.started_at, at__lte=until).order_by("at", "id")
        rows = events.values_list("record_id", "facts__import")[: 2 * MOST]
        found |= {record_id: None for record_id, of in rows if of == str(job.pk)}
    return list(found)[:MOST]
