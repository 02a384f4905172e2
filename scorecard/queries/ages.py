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
    samples = sets.rows(question, segment=segment, value=value, part="open")
    found: dict[object, dict[int, int]] = {}
    for stage_id, age, count in OPEN_AGES.fill(samples=samples).rows():
        found.setdefault(stage_id, {})[age] = count
    stages = [stage for stage in question.pipeline_stages if stage.is_open]
    return tuple(StageAges(stage, found.get(stage.id, {})) for stage in stages)
