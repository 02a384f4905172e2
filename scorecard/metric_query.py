"""What a page or a program asks for, read from the query of its URL: period, segment, step, page. Shape only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from blueprint.typed_values import day
from core.bounds import check_text, whole
from core.errors import BadInput
from scorecard import queries
from scorecard.queries.boards import Board, seen_from
from scorecard.queries.cards import Reach
from scorecard.queries.seam_detail import SeamPage
from scorecard.queries.why_moved import WhyMoved, why_moved
from scorecard.query_filters import filters_in
from scorecard.rules.board_choices import MOST_FILTERS
from scorecard.rules.comparisons import COMPARISONS, CUSTOM, Comparison, comparison
from scorecard.rules.funnel_cohorts import COHORTS, MOVED
from scorecard.rules.periods import STEPS, Period
from scorecard.rules.standpoint import READINGS, USUAL, WAS, Standpoint

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
    filters: tuple[tuple[str, str], ...] = ()
    """What everything is narrowed by beside the segment's value: segments with their values."""
    narrow: str = ""
    """The segment of a filter that is being chosen: its value is not known yet."""
    by: str = ""
    then: str = ""
    step: str = ""
    part: str = ""
    cohort: str = MOVED
    """Which journeys a funnel counts."""
    page: int = 1
    limit: int = 50
    standpoint: Standpoint = USUAL

    def seen(self, board: Board) -> Board:
        """The board as it is seen from there."""
        return seen_from(board, self.standpoint)

    @property
    def narrowed(self) -> dict[str, str]:
        """The segment and its value, for what is asked of one value; a segment without a value is the whole."""
        return {"segment": self.segment if self.value else "", "value": self.value}

    @property
    def all_filters(self) -> tuple[tuple[str, str], ...]:
        """Everything it is narrowed by, in the order in which it was chosen."""
        return (*self.filters, (self.segment, self.value)) if self.value else self.filters

    @property
    def filter_fields(self) -> dict[str, str]:
        """The further filters as fields of a query."""
        pairs = enumerate(self.filters, 2)
        return {name: said for place, (s, v) in pairs for name, said in ((f"segment{place}", s), (f"value{place}", v))}

    def further(self, segment: str, value: str) -> MetricQuery | None:
        """The same question narrowed by one more value, or by another value of a segment; None beyond the most."""
        kept = tuple(each for each in self.all_filters if each[0] != segment)
        if len(kept) >= MOST_FILTERS:
            return None
        return replace(self, filters=kept, segment=segment, value=value, beside="", part="", page=1)

    def narrower(self, segment: str, value: str) -> MetricQuery:
        """The same question with one more filter; what it is split by stays. Raises BadInput."""
        if segment == self.segment:
            return replace(self, value=value, beside="", narrow="")
        kept = tuple(each for each in self.filters if each[0] != segment)
        if len(kept) + bool(self.value) >= MOST_FILTERS:
            raise BadInput("A figure has at most three filters.", field="narrow", facts={"most": MOST_FILTERS})
        return replace(self, filters=(*kept, (segment, value)), narrow="")

    def without(self, segment: str) -> MetricQuery:
        """The same question without the filter by a segment."""
        if segment != self.segment:
            return replace(self, filters=tuple(each for each in self.filters if each[0] != segment), page=1)
        kept = self.filters
        *others, (last, value) = kept or (("", ""),)
        return replace(self, filters=tuple(others), segment=last, value=value, beside="", page=1)

    def scorecard(self, board: Board) -> queries.Scorecard:
        board.check_filters(self.filters)
        asked = {"segment": self.segment, "value": self.value, "beside": self.beside}
        return queries.scorecard(board.narrowed(*self.filters), self.period, compared=self.compared, **asked)

    def measured(self, board: Board, key: str) -> queries.Measured:
        asked = {"step": self.step, "by": self.by, "then": self.then, "beside": self.beside, **self.narrowed}
        within = board.narrowed(*self.filters)
        return queries.measured(within, within.metric(key), self.period, compared=self.compared, **asked)

    def why_moved(self, board: Board, key: str) -> WhyMoved:
        reach = Reach(self.period, self.compared, self.period.step)
        within = board.narrowed(*self.filters)
        return why_moved(within, within.metric(key), reach, by=self.by, **self.narrowed)

    def ages(self, board: Board, key: str) -> tuple[queries.StageAges, ...]:
        return queries.ages_by_stage(board.narrowed(*self.filters), board.metric(key), self.period, **self.narrowed)

    def rows_behind(self, board: Board, key: str) -> queries.Behind:
        segment = self.narrowed["segment"]
        return queries.rows_behind(
            board.narrowed(*self.filters),
            board.metric(key),
            self.period,
            segment=segment,
            value=self.value,
            part=self.part,
            page=self.page,
            limit=self.limit,
        )

    def funnel(self, board: Board) -> queries.Funnel:
        return queries.funnel(board.narrowed(*self.all_filters), self.period, cohort=self.cohort, by=self.by)

    def seam(self, board: Board, key: str, *, with_rows: bool) -> SeamPage:
        return queries.seam_page(board.narrowed(*self.all_filters), self.period, key, with_rows=with_rows)

    def step_rows(self, board: Board, key: str) -> queries.StepRows:
        asked = queries.StepQuestion(cohort=self.cohort, part=self.part, page=self.page, limit=self.limit)
        return queries.step_rows(board.narrowed(*self.all_filters), self.period, key, asked)

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
        told |= self.filter_fields
        told |= {"by": self.by, "then": self.then, "step": self.step, "part": self.part}
        told["cohort"] = self.cohort if self.cohort != MOVED else ""
        told["known_on"] = self.standpoint.known_on.isoformat() if self.standpoint.known_on else ""
        told["reading"] = self.standpoint.reading if self.standpoint.reading != WAS else ""
        told |= changes
        return urlencode({key: value for key, value in told.items() if value not in ("", None)})


def asked(board: Board, given: Mapping[str, str]) -> MetricQuery:
    """The question in a query. Raises BadInput, naming the field."""
    for key, text in given.items():
        check_text(text, key)
    standpoint = standpoint_asked(given)
    board = seen_from(board, standpoint)
    first, last = _day(given, "from"), _day(given, "to")
    choice = given.get("period", "") or ("custom" if first or last else DEFAULT_PERIOD)
    if choice == "custom" and not first and not last:  # just chosen on the page: begin with what was shown
        first, last = board.period(DEFAULT_PERIOD).first, board.today
    period = board.period(choice, first, last)
    segment, value, narrowing = (given.get(name, "") for name in ("segment", "value", "narrow_value"))
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
    found = MetricQuery(
        period=period,
        compared=compared,
        segment=segment,
        value=value if segment else "",
        beside=given.get("beside", "") if segment and value and given.get("beside") != value else "",
        filters=filters_in(given, segment if value else ""),
        narrow=given.get("narrow", ""),
        by=given.get("by", ""),
        then=given.get("then", ""),
        step=step,
        part=given.get("part", ""),
        cohort=_cohort(given),
        page=_number(given, "page", 1, LAST_PAGE),
        limit=_number(given, "limit", 50, 200),
        standpoint=standpoint,
    )
    return found.narrower(found.narrow, narrowing) if found.narrow and narrowing else found


def _cohort(given: Mapping[str, str]) -> str:
    cohort = given.get("cohort", "") or MOVED
    if cohort not in COHORTS:
        raise BadInput("There is no such cohort.", field="cohort", facts={"cohorts": list(COHORTS)})
    return cohort


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


def standpoint_asked(given: Mapping[str, str]) -> Standpoint:
    """From where the past is to be seen. Raises BadInput that names the field."""
    reading = given.get("reading", "") or WAS
    if reading not in READINGS:
        raise BadInput("A figure is read as it was or as it is now.", field="reading", facts={"readings": [*READINGS]})
    known_on = _day(given, "known_on")
    if known_on and reading != WAS:
        raise BadInput("What was known on a day is told as it was.", field="reading")
    return Standpoint(reading, known_on)


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    return date.fromisoformat(day(name, text)) if text else None


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    return whole(given.get(name, "").strip() or str(default), name, least=1, most=most)
