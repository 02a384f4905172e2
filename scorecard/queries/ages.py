"""How long what is open has been in its stage, against the stage's age limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from blueprint.schema import MetricTerms, StageTerms
from core.sql import load
from scorecard import sets
from scorecard.kinds import Question
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
    now = None if segment else ages_now(board, question, period)
    if now is None:
        samples = sets.rows(question, segment=segment, value=value, part="open")
        now = _by_stage(OPEN_AGES.fill(samples=samples).rows())
    return tuple(StageAges(stage, now.get(stage.id, {})) for stage in question.pipeline_stages if stage.is_open)


def ages_now(board: Board, question: Question, period: Period) -> dict[UUID, dict[int, int]] | None:
    """The ages of what is open now, by stage: days → how many. One query; none, and no answer, where another
    day, a filter or the standpoint asks for more than where records stand."""
    if question.metric.filter or question.narrowed or question.known_until or period.last != board.today:
        return None
    stages = [stage.id for stage in question.pipeline_stages if stage.is_open]
    return _by_stage(OPEN_AGES_NOW.rows(today=board.today, zone=str(board.zone), open_stages=stages))


def _by_stage(rows: Iterable[tuple[UUID, int, int]]) -> dict[UUID, dict[int, int]]:
    found: dict[UUID, dict[int, int]] = {}
    for stage_id, age, count in rows:
        found.setdefault(stage_id, {})[age] = count
    return found
