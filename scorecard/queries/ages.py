"""How long what is open has been in its stage, against the stage's age limit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from blueprint.schema import MetricTerms, StageTerms
from core.sql import load
from scorecard import sets
from scorecard.queries.boards import Board
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.totals import quantile

OPEN_AGES = load("scorecard", "open_ages")
OPEN_AGES_NOW = load("scorecard", "open_ages_now")


@dataclass(frozen=True)
class StageAges:
    """One stage at the end of a period: `ages` is days → how many."""

    stage: StageTerms
    ages: dict[int, int]

    @property
    def open_count(self) -> int:
        return sum(self.ages.values())

    @property
    def late_count(self) -> int:
        limit = self.stage.age_limit_days
        return 0 if limit is None else sum(count for age, count in self.ages.items() if age > limit)

    @property
    def median(self) -> Decimal | None:
        return quantile(self.ages, Decimal("0.5"))

    @property
    def p90(self) -> Decimal | None:
        return quantile(self.ages, Decimal("0.9"))


def ages_by_stage(
    board: Board, metric: MetricTerms, period: Period, *, segment: str = "", value: str = ""
) -> tuple[StageAges, ...]:
    """Every open stage of the metric's pipeline with the ages of what is in it, where its kind tells what is late. One
    query."""
    question = board.question(metric, Days.between(None, period.last))
    if metric.key in board.failing or not {"open", "late"} <= question.kind.parts.keys():
        return ()
    stages = [stage for stage in question.pipeline_stages if stage.is_open]
    if question.metric.filter or question.narrowed or segment or question.known_until or period.last < board.today:
        samples = sets.rows(question, segment=segment, value=value, part="open")
        rows = OPEN_AGES.fill(samples=samples).rows()
    else:
        now = {"today": board.today, "zone": str(board.zone), "open_stages": [stage.id for stage in stages]}
        rows = OPEN_AGES_NOW.rows(**now)
    found: dict[object, dict[int, int]] = {}
    for stage_id, age, count in rows:
        found.setdefault(stage_id, {})[age] = count
    return tuple(StageAges(stage, found.get(stage.id, {})) for stage in stages)
