"""Taking many together in a savepoint: what is refused only while it is written is left out, the others are done."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from core.errors import Refusal
from handoffs.actions.lock_order import hold_ahead
from lifecycle.actions.journeys import NoNextRecord


def each_alone(
    records: Mapping[UUID, UUID], take: Callable[[Sequence[UUID]], dict[UUID, Refusal]]
) -> dict[UUID, Refusal]:
    """Take handoffs, with their records, together, in a savepoint. What is refused only while it is written stays as it
    is, and the others are done: once more without those that are named, else in halves, down to the one."""
    ids = list(records)
    try:
        with transaction.atomic():
            return take(ids)
    except Refusal as refusal:
        if len(ids) == 1:
            return {ids[0]: refusal}
        why = refusal.why if isinstance(refusal, NoNextRecord) else {}
    if named := {each: why[record_id] for each, record_id in records.items() if record_id in why}:
        others = {each: record_id for each, record_id in records.items() if each not in named}
        return {**named, **(each_alone(others, take) if others else {})}
    hold_ahead()
    half = len(ids) // 2
    first, second = ({each: records[each] for each in those} for those in (ids[:half], ids[half:]))
    return each_alone(first, take) | each_alone(second, take)
