"""Journeys counted once more, in Python and by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core.people.models import Member
from lifecycle.models import Record, StageStay
from scorecard.queries.boards import Board
from scorecard.queries.funnel_counts import FunnelCounts
from scorecard.queries.funnel_steps import steps_of
from scorecard.rules.funnel_cohorts import COHORTS
from scorecard.rules.periods import Period

Counts = dict[tuple[str, str, str, str], tuple[int, Decimal]]


def shown_journeys(board: Board, period: Period) -> Counts:
    """Cohort, what it is split by, its value and the step: how many, and their worth, as the funnel says."""
    found = {}
    for cohort in COHORTS:
        counts = FunnelCounts(board, period, cohort)
        parts = [("", "", counts.steps())]
        parts += [(by, part.value, part.steps) for by in ("source", "owner") for part in counts.split(by)]
        for by, value, steps in parts:
            found |= {(cohort, by, value, step.key): (step.count, step.worth) for step in steps if step.count}
    return found


def true_journeys(board: Board, period: Period) -> Counts:
    """The same, by climbing from each record to where its journey began."""
    found: Counts = {}
    steps = steps_of(board)
    names = dict(Member.objects.values_list("pk", "name"))
    for entries in _entries(board).values():
        for cohort, place, first, held in _counted(board, period, entries, len(steps)):
            owner = names.get(held.owner_id, "") or "(none)"
            for by, value in (("", ""), ("source", held.source or "(none)"), ("owner", owner)):
                key = (cohort, by, value, steps[place].key)
                number, worth = found.get(key, (0, Decimal(0)))
                found[key] = number + 1, worth + (first.amount or 0)
    return found


def _entries(board: Board) -> dict[UUID, list[tuple[int, StageStay]]]:
    """Of each journey the entries into steps, in their order, each with the place of its step."""
    origins = dict(Record.objects.values_list("pk", "origin_id"))
    places = {stage: place for place, step in enumerate(steps_of(board)) for stage in step.stage_ids}

    def root(record_id: UUID) -> UUID:
        return root(origins[record_id]) if origins[record_id] else record_id

    found: dict[UUID, list[tuple[int, StageStay]]] = {}
    for stay in StageStay.objects.filter(stage_id__in=places):
        found.setdefault(root(stay.record_id), []).append((places[stay.stage_id], stay))
    return {key: sorted(entries, key=_moment) for key, entries in found.items()}


def _moment(entry: tuple[int, StageStay]) -> tuple[datetime, int, UUID]:
    place, stay = entry
    return stay.entered_at, place, stay.pk


def _counted(
    board: Board, period: Period, entries: list[tuple[int, StageStay]], steps: int
) -> Iterator[tuple[str, int, StageStay, StageStay]]:
    """Cohort, place of the step, the entry that counts, and the one that says whose it is."""
    for place in range(steps):
        in_period = [stay for at, stay in entries if at == place and _is_in(board, period, stay)]
        if in_period:
            yield "moved", place, in_period[0], in_period[0]
        reached = [stay for at, stay in entries if at >= place]
        is_past = bool(reached) and board.day(reached[0].entered_at) <= board.today
        if is_past and _is_in(board, period, entries[0][1]):
            yield "began", place, reached[0], entries[0][1]


def _is_in(board: Board, period: Period, stay: StageStay) -> bool:
    return period.first <= board.day(stay.entered_at) <= period.last
