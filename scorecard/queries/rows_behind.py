"""The rows behind a number: the very samples it was added up from, each with its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from blueprint.schema import MetricTerms
from core.errors import BadInput, RuleSaysNo
from core.sql import Fragment, load
from lifecycle.queries import Usual, longer_than_usual
from scorecard import sets
from scorecard.kinds import kind_of
from scorecard.kinds.made_of_metrics import parts_of
from scorecard.queries.ages import ages_now
from scorecard.queries.boards import Board
from scorecard.queries.readings import courses
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.standpoint import Standpoint
from scorecard.rules.totals import PartRows, Totals

PAGE = 50
LOOK_LATER = "Its rows can be opened when it has a figure."


@dataclass(frozen=True)
class RowBehind:
    """One record that counts, on its day; what is about no record has a name only. `measure`: days or minutes,
    by the metric's unit. `is_testimony`: some of its stages are told by a file, not seen here. `version`: that of the
    blueprint by which it got there."""

    day: date
    numerator: Decimal
    denominator: Decimal
    aside: Decimal
    amounts: int
    unconverted: int
    measure: int | None
    cause: str
    number: int | None
    name: str
    kind: str
    stage: str
    owner: str
    amount: Decimal | None
    currency: str
    handoff: int | None
    is_testimony: bool
    record_id: UUID | None
    version: int | None


@dataclass(frozen=True)
class Behind:
    """A page of rows, and what all of them come to. `counted` is the metric they count in: of a metric made of others,
    one of those."""

    metric: MetricTerms
    counted: MetricTerms
    period: Period
    segment: str
    value: str
    part: str
    parts: Mapping[str, str]
    rows: tuple[RowBehind, ...]
    total: int
    numerator: Decimal
    denominator: Decimal
    page: int
    limit: int
    standpoint: Standpoint
    usual: Mapping[UUID, Usual] = field(default_factory=dict)
    """Of what is open now, those in their stage for longer than usual."""
    is_by_day: bool = False
    """Whether it was known how many there are on each day, so that only the days of the page were looked at."""

    def converted(self, row: RowBehind) -> Decimal | None:
        """A row's money in the reporting currency; None where it has none, or no rate, or the metric adds no money."""
        sum_of_money = kind_of(self.counted).money
        return getattr(row, sum_of_money) if sum_of_money and row.amounts else None

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.limit))


ROWS_BEHIND_COUNT = load("scorecard", "rows_behind_count")
ROWS_BEHIND_PAGE = load("scorecard", "rows_behind_page")


def rows_behind(
    board: Board,
    metric: MetricTerms,
    period: Period,
    *,
    segment: str = "",
    value: str = "",
    part: str = "",
    page: int = 1,
    limit: int = PAGE,
) -> Behind:
    """One page of the samples behind a number; of a metric made of others, those of one of them, by `part`. Where
    readings say how many there are on each day, only the days of the page are looked at. Raises BadInput for a segment
    or part it has not."""
    board.check_countable(metric)
    board.check_segment(metric, segment)
    if parts := parts_of(metric, board.blueprint):
        asked = {"segment": segment, "value": value, "page": page, "limit": limit}
        return _rows_of_part(board, metric, period, parts, part=part, **asked)
    kind = kind_of(metric)
    part = part or next(iter(kind.parts))
    if part not in kind.parts:
        raise BadInput("The metric has no such part.", field="part", facts={"parts": list(kind.parts)})
    is_stock = part in ("open", "late") and kind.has_stock
    wanted: dict[str, Any] = {"segment": segment, "value": value, "part": part}
    page = max(1, page)
    skipped = (page - 1) * limit
    by_day = (_open_by_day if is_stock else _by_readings)(board, metric, period, **wanted)
    whole = None if by_day is None else _whole(by_day, skipped, limit)
    samples = _samples(board, metric, period, whole, is_stock=is_stock, **wanted)
    if whole is None:
        whole = _Whole(*ROWS_BEHIND_COUNT.fill(samples=samples).rows()[0])
    asked = {"most": limit, "skipped": skipped - whole.newer, "zone": board.workspace.time_zone}
    found = ROWS_BEHIND_PAGE.fill(samples=samples).rows(**asked) if whole.days else []
    rows = tuple(RowBehind(*row) for row in found)
    told = (metric, metric, period, segment, value, part, kind.parts)
    sums = (whole.total, whole.numerator, whole.denominator)
    is_open_now = is_stock and period.last >= board.today
    usual = longer_than_usual([row.record_id for row in rows if row.record_id], board.at) if is_open_now else {}
    return Behind(*told, rows, *sums, page, limit, board.standpoint, usual, by_day is not None)


@dataclass(frozen=True)
class _Whole:
    """What all rows come to, on which days those of the page are, and how many are newer than those days."""

    total: int
    numerator: Decimal
    denominator: Decimal
    days: Days = field(default_factory=Days.every)
    newer: int = 0


def _by_readings(
    board: Board, metric: MetricTerms, period: Period, *, segment: str, value: str, part: str
) -> dict[date, PartRows] | None:
    """How many rows there are on each day, by its sums; None where those do not say."""
    kind = kind_of(metric)
    is_kept = board.standpoint.is_usual and sets.is_foldable(board.question(metric))
    if not is_kept or kind.rows_of(part, Totals()) is None:
        return None
    of_values = courses(board, [metric], period.first, period.last, segment=segment, value=value)[metric.key]
    if board.is_uncounted(metric.key):
        raise RuleSaysNo(f"{metric.label} is being counted. {LOOK_LATER}", code="being_counted", field="key")
    if metric.key in board.failing:
        return None
    by_day = of_values[value].days if value in of_values else {}
    return {day: kind.rows_of(part, totals) or PartRows() for day, totals in by_day.items()}


def _open_by_day(
    board: Board, metric: MetricTerms, period: Period, *, segment: str, value: str, part: str
) -> dict[date, PartRows] | None:
    """How much of what is open now came on each day; None where only its rows say."""
    question = board.question(metric)
    ages = None if segment not in ("", "stage") or metric.key in board.failing else ages_now(board, question, period)
    if ages is None:
        return None
    found = dict[date, int]()
    for stage in question.pipeline_stages:
        limit = (0 if part == "open" else stage.age_limit_days) if not segment or stage.label == value else None
        for age, count in ages.get(stage.id, {}).items():
            if limit is not None and (part == "open" or age > limit):
                day = board.today - timedelta(days=age)
                found[day] = found.get(day, 0) + count
    return {day: PartRows(count) for day, count in found.items()}


def _whole(by_day: Mapping[date, PartRows], skipped: int, limit: int) -> _Whole:
    """What these rows come to, and on which days those of the page are."""
    shown, newer, total = list[date](), 0, 0
    for day in sorted(by_day, reverse=True):
        number = by_day[day].number
        if total + number <= skipped:
            newer = total + number
        elif number and total < skipped + limit:
            shown.append(day)
        total += number
    numerator = sum((each.numerator for each in by_day.values()), Decimal(0))
    denominator = sum((each.denominator for each in by_day.values()), Decimal(0))
    return _Whole(total, numerator, denominator, Days.of(shown), newer)


def _samples(
    board: Board, metric: MetricTerms, period: Period, whole: _Whole | None, *, is_stock: bool, **wanted: Any
) -> Fragment:
    """The samples of the page's days, or of the period. Those of all days are found in one pass, which no day bounds,
    and then cut."""
    if is_stock:
        until = board.question(metric, Days.between(None, period.last))
        return sets.rows(until, on=whole.days if whole else None, **wanted)
    if whole:
        return sets.rows(board.question(metric, whole.days), **wanted)
    days = Days.between(period.first, period.last)
    looked_at = Days.every() if period.choice == "all" else days
    return sets.rows(board.question(metric, looked_at), on=days, **wanted)


def _rows_of_part(
    board: Board, metric: MetricTerms, period: Period, parts: tuple[str, ...], *, part: str, **asked: Any
) -> Behind:
    """The rows of one of the metrics that a formula names: unless told otherwise the first that has any, such as the
    leads of a source without a cost."""
    if part and part not in parts:
        raise BadInput("The metric has no such part.", field="part", facts={"parts": list(parts)})
    for key in [part] if part else parts:
        found = rows_behind(board, board.metric(key), period, **asked)
        if found.total:
            break
    return replace(found, metric=metric, part=key, parts={key: board.metric(key).label for key in parts})
