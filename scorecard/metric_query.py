"""What a page or a program asks for, read from the query of its URL: period, segment, step, page. Shape only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from blueprint.typed_values import day
from core.bounds import check_text, whole
from core.errors import BadInput
from scorecard import queries
from scorecard.queries.boards import Board
from scorecard.rules.periods import STEPS, Period

DEFAULT_PERIOD = "90d"
MOST_POINTS = 1_500  # a trend of more is no trend
LAST_PAGE = 100_000


@dataclass(frozen=True)
class MetricQuery:
    """One question of a reader."""

    period: Period
    segment: str = ""
    value: str = ""
    by: str = ""
    step: str = ""
    part: str = ""
    page: int = 1
    limit: int = 50

    @property
    def narrowed(self) -> dict[str, str]:
        """The segment and its value, for what is asked of one value; a segment without a value is the whole."""
        return {"segment": self.segment if self.value else "", "value": self.value}

    def scorecard(self, board: Board) -> queries.Scorecard:
        return queries.scorecard(board, self.period, segment=self.segment, value=self.value)

    def measured(self, board: Board, key: str) -> queries.Measured:
        return queries.measured(board, board.metric(key), self.period, step=self.step, by=self.by, **self.narrowed)

    def ages(self, board: Board, key: str) -> tuple[queries.StageAges, ...]:
        return queries.ages_by_stage(board, board.metric(key), self.period, **self.narrowed)

    def rows_behind(self, board: Board, key: str) -> queries.Behind:
        segment = self.narrowed["segment"]
        return queries.rows_behind(
            board,
            board.metric(key),
            self.period,
            segment=segment,
            value=self.value,
            part=self.part,
            page=self.page,
            limit=self.limit,
        )

    def query(self, **changes: object) -> str:
        """The same question as the query of a URL, with changes; blanks are left out."""
        told: dict[str, object] = {"period": self.period.choice}
        if self.period.choice == "custom":
            told |= {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        told |= {"segment": self.segment, "value": self.value} if self.value else {"segment": self.segment}
        told |= {"by": self.by, "step": self.step, "part": self.part}
        told |= changes
        return urlencode({key: value for key, value in told.items() if value not in ("", None)})


def asked(board: Board, given: Mapping[str, str]) -> MetricQuery:
    """The question in a query. Raises BadInput, naming the field."""
    for key, text in given.items():
        check_text(text, key)
    first, last = _day(given, "from"), _day(given, "to")
    choice = given.get("period", "") or ("custom" if first or last else DEFAULT_PERIOD)
    if choice == "custom" and not first and not last:  # just chosen on the page: begin with what was shown
        first, last = board.period(DEFAULT_PERIOD).first, board.today
    period = board.period(choice, first, last)
    segment, value = given.get("segment", ""), given.get("value", "")
    if "was" in given and given["was"] != segment:  # another segment was chosen on the page: its values are others
        value = ""
    step = given.get("step", "")
    if step not in ("", *STEPS):
        raise BadInput("A trend goes by day, week, month or quarter.", field="step", facts={"steps": list(STEPS)})
    if step and sum(1 for _ in zip(period.buckets(step), range(MOST_POINTS + 1), strict=False)) > MOST_POINTS:
        raise BadInput("The period is too long for this step.", field="step")
    return MetricQuery(
        period=period,
        segment=segment,
        value=value if segment else "",
        by=given.get("by", ""),
        step=step,
        part=given.get("part", ""),
        page=_number(given, "page", 1, LAST_PAGE),
        limit=_number(given, "limit", 50, 200),
    )


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    return date.fromisoformat(day(name, text)) if text else None


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    return whole(given.get(name, "").strip() or str(default), name, least=1, most=most)
