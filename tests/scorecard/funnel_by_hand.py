"""What came across seams and what was closed from steps, counted once more, in Python and by themselves."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any
from uuid import UUID

from handoffs.models import Handoff
from lifecycle.models import Record, StageStay
from scorecard.queries.boards import Board
from scorecard.queries.foldables import of_closings
from scorecard.queries.funnel_journeys import gone_stages
from scorecard.queries.funnel_readings import FunnelReadings
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.seam_lines import SeamLines
from scorecard.queries.unfolded import unfolded
from scorecard.rules.periods import Period


def shown_seams(board: Board, period: Period) -> dict[str, tuple[Any, ...]]:
    """How many were offered, accepted, rejected and late, the median of minutes, what is open and late now."""
    lines = SeamLines(board, period)
    assert lines.answers is not None, "they are told by readings"
    return {
        line.seam.key: (*sums_of(line), line.median_minutes, line.open_count, line.open_breaches)
        for line in lines.all()
    }


def sums_of(line: Any) -> tuple[int, int, int, int]:
    return line.offered, line.accepted, line.rejected, line.late


def true_seams(board: Board, period: Period) -> dict[str, tuple[Any, ...]]:
    """The same, from the handoffs."""
    found = {}
    for seam in board.blueprint.seams:
        offers = list(Handoff.objects.filter(seam_id=seam.id))
        of_period = [each for each in offers if period.first <= board.day(each.offered_at) <= period.last]
        answered = [each for each in of_period if each.state in ("accepted", "rejected")]
        took = [int((each.answered_at - each.offered_at).total_seconds() // 60) for each in answered]
        states = Counter(each.state for each in of_period)
        opened = [each for each in offers if each.state == "offered"]
        late = [each for each in opened if each.due_at <= board.at]
        found[seam.key] = (
            len(of_period) - states["recalled"],
            states["accepted"],
            states["rejected"],
            sum(each in of_period for each in late),
            median(took) if took else None,
            len(opened),
            len(late),
        )
    return found


def shown_closings(board: Board, period: Period) -> dict[tuple[int, str], int]:
    """By the place of a step, and by where to and why, how many journeys were closed from it."""
    readings = FunnelReadings(board, of_closings(board), unfolded(board), period, period.last)
    return {
        (place, cause): number
        for place in range(len(steps_of(board)))
        for cause, _, number, *_ in readings.sums(str(place), by_beginning=False)
        if number
    }


def true_closings(board: Board, period: Period) -> dict[tuple[int, str], int]:
    """The same, by climbing from each stay to where its journey began; its last closing of the period tells why."""
    origins = dict(Record.objects.values_list("pk", "origin_id"))
    last: dict[tuple[UUID, int], StageStay] = {}
    for stay in StageStay.objects.filter(stage_id__in=gone_stages(board)).order_by("entered_at", "exited_at", "pk"):
        root = stay.record_id
        while origins[root]:
            root = origins[root]
        if period.first <= board.day(stay.entered_at) <= period.last:
            for place, step in enumerate(steps_of(board)):
                if stay.from_stage_id in step.stage_ids:
                    last[root, place] = stay
    return dict(Counter((place, f"{stay.stage_id}\x1f{stay.reason_key}") for (_, place), stay in last.items()))
