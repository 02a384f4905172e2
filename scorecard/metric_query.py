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
from scorecard.rules.comparisons import COMPARISONS, CUSTOM, Comparison, comparison
from scorecard.rules.periods import STEPS, Period

DEFAULT_PERIOD = "90d"
MOST_POINTS = 1_500  # a trend of more is no trend
LAST_PAGE = 100_000


@dataclass(frozen=True)
class MetricQuery:
    """One question of a reader."""

    period: Period
    compared: Comparison
    segment: str = ""
    value: str = ""
    beside: str = ""
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
        return queries.scorecard(
            board, self.period, segment=self.segment, value=self.value, beside=self.beside, compared=self.compared
        )

    def measured(self, board: Board, key: str) -> queries.Measured:
        asked = {"step": self.step, "by": self.by, "beside": self.beside, **self.narrowed}
        return queries.measured(board, board.metric(key), self.period, compared=self.compared, **asked)

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
        if self.compared.is_chosen:
            told |= {"compare": self.compared.choice}
        if self.compared.choice == CUSTOM and self.compared.period:
            days = self.compared.period
            told |= {"compare_from": days.first.isoformat(), "compare_to": days.last.isoformat()}
        told |= {"segment": self.segment, "value": self.value} if self.value else {"segment": self.segment}
        told |= {"beside": self.beside}
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
    if step and _is_too_long(period, step):
        raise BadInput("The period is too long for this step.", field="step")
    compared = _compared(period, given)
    if compared.period and _is_too_long(compared.period, step or period.step):
        raise BadInput("The days to compare with are too many for the trend's step.", field="compare_from")
    return MetricQuery(
        period=period,
        compared=compared,
        segment=segment,
        value=value if segment else "",
        beside=given.get("beside", "") if segment and value and given.get("beside") != value else "",
        by=given.get("by", ""),
        step=step,
        part=given.get("part", ""),
        page=_number(given, "page", 1, LAST_PAGE),
        limit=_number(given, "limit", 50, 200),
    )


def _is_too_long(period: Period, step: str) -> bool:
    return sum(1 for _ in zip(period.buckets(step), range(MOST_POINTS + 1), strict=False)) > MOST_POINTS


def _compared(period: Period, given: Mapping[str, str]) -> Comparison:
    """What the period is compared with; other days begin with those just before, where somebody just chose them."""
    first, last = _day(given, "compare_from"), _day(given, "compare_to")
    choice = given.get("compare", "") or (CUSTOM if first or last else "")
    if choice not in ("", *COMPARISONS):
        facts = {"comparisons": list(COMPARISONS)}
        raise BadInput("There is no such comparison.", field="compare", facts=facts)
    if choice != CUSTOM:
        return comparison(period, choice)
    if not first and not last and period.before:
        first, last = period.before.first, period.before.last
    if not (first and last and first <= last):
        raise BadInput("Give a first and a last day to compare with, in this order.", field="compare_from")
    return comparison(period, CUSTOM, first, last)


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    return date.fromisoformat(day(name, text)) if text else None


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    return whole(given.get(name, "").strip() or str(default), name, least=1, most=most)
