"""One metric in its place: its figure, what it is compared with, its course and its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from blueprint.schema import MetricTerms
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board
from scorecard.queries.course import Course, Courses
from scorecard.queries.formula_courses import empty
from scorecard.queries.readings import courses
from scorecard.queries.restated import Restated
from scorecard.queries.unfolded import Unfolded
from scorecard.rules.comparisons import Comparison
from scorecard.rules.counting import Counting
from scorecard.rules.falls import Pull, what_fell
from scorecard.rules.pacing import Pace
from scorecard.rules.periods import DAY, Period, is_running
from scorecard.rules.totals import NO_FIGURE, Delta, Figure, band, delta

FEWEST = 20  # below it a single case moves a share by more than five points


@dataclass(frozen=True)
class Bucket:
    """One point of a trend. `is_ripe`: nothing that it counts can turn out otherwise by mere waiting."""

    period: Period
    figure: Figure
    is_running: bool = False
    is_ripe: bool = True

    @property
    def is_settled(self) -> bool:
        """Whether it may be compared with the points before it."""
        return self.is_ripe and not self.is_running


@dataclass(frozen=True, kw_only=True)
class MetricCard:
    """One metric on the scorecard."""

    metric: MetricTerms
    figure: Figure
    owner: str
    before: Figure | None = None
    beside: Figure | None = None
    """The figure of the second value of the segment, where two are looked at."""
    pace: Pace | None = None
    """Where the whole stands against its target of the month, else of the quarter."""
    delta: Delta | None = None
    band: str = "none"
    trend: tuple[Bucket, ...] = ()
    fell: tuple[Pull, ...] = ()
    restated: Restated | None = None
    """What was restated of its closings; None where nothing was."""
    failing: str | None = None
    """Why it cannot be counted; then its figure has no value and it has no course."""
    counting: Counting | None = None
    """How far its counting is, where it is being counted; its figure is that of before, or has no value yet."""

    @property
    def is_uncounted(self) -> bool:
        """Whether nothing can be shown of it yet."""
        return self.counting is not None and self.counting.as_of is None

    @property
    def spark(self) -> tuple[Decimal | None, ...]:
        return tuple(bucket.figure.value for bucket in self.trend)

    @property
    def settled(self) -> int:
        """How many points of the trend are settled: the first ones, as what may still move is always the newest."""
        return sum(bucket.is_settled for bucket in self.trend)

    @property
    def sample_size(self) -> int | None:
        """How many the value is counted from."""
        return sample_size(self.metric, self.figure)

    @property
    def is_small_sample(self) -> bool:
        """Whether chance alone moves the value by much."""
        return is_small(self.sample_size)


def sample_size(metric: MetricTerms, figure: Figure) -> int | None:
    """How many a value is counted from; None of sums and counts, which are no sample of anything."""
    size = figure.denominator or figure.open_count
    if not size:
        return None
    kind = kind_of(metric)
    return None if kind.weighs_money(metric) or kind.adds_up() else int(size)


def is_small(size: int | None) -> bool:
    """Whether so few say little."""
    return size is not None and size < FEWEST


@dataclass(frozen=True)
class Reach:
    """The days a page looks at: a period, what it is compared with, and how finely trends are cut."""

    period: Period
    compared: Comparison
    step: str


@dataclass(frozen=True)
class Pair:
    """The courses of a period and of the days it is compared with; the same where these lie just before it."""

    now: Courses
    before: Courses


def pair_of(
    board: Board, metrics: Sequence[MetricTerms], reach: Reach, *, segment: str, value: str, tail: Unfolded
) -> Pair:
    """The courses of one value of a segment. Read once where the compared days lie just before the period."""
    now, before = reach.period, reach.compared.period
    is_joined = before is not None and before.first <= before.last == now.first - DAY
    first = before.first if before and is_joined else now.first
    found = courses(board, metrics, first, now.last, segment=segment, value=value, tail=tail)
    if before is None or is_joined:
        return Pair(found, found)
    return Pair(found, courses(board, metrics, before.first, before.last, segment=segment, value=value, tail=tail))


def card_of(
    board: Board, metric: MetricTerms, pair: Pair, value: str, reach: Reach, owners: dict[str, str]
) -> MetricCard:
    """A metric in its place among the others, also one that cannot be counted."""
    owner = owners.get(metric.owner, "")
    if why := board.failing.get(metric.key):
        return MetricCard(metric=metric, figure=NO_FIGURE, owner=owner, failing=why)
    if board.is_uncounted(metric.key):
        return MetricCard(metric=metric, figure=NO_FIGURE, owner=owner, counting=board.counting[metric.key])
    course, earlier = (each[metric.key].get(value) or empty(board, metric.key) for each in (pair.now, pair.before))
    now = course.figure(reach.period)
    before = earlier.figure(reach.compared.period) if reach.compared.period else None
    return MetricCard(
        metric=metric,
        figure=now,
        before=before,
        delta=delta(now.value, before.value if before else None, metric.direction),
        band=band(now.value, metric.target, metric.direction),
        trend=trend_of(board, metric, course, reach.period, reach.step),
        owner=owner,
        counting=board.counting.get(metric.key),
        fell=what_fell(now.inputs, before.inputs if before else None),
    )


def trend_of(board: Board, metric: MetricTerms, course: Course, period: Period, step: str) -> tuple[Bucket, ...]:
    """The points of a trend."""
    whole = course.figure(period)
    wait = kind_of(metric).ripe_after(board.question(metric), whole)
    today, ripe_before = board.today, board.day(board.at - wait)
    buckets = list(period.buckets(step))
    return tuple(
        Bucket(bucket, figure, is_running(bucket, step, today), is_ripe=bucket.last < ripe_before)
        for bucket, figure in zip(buckets, course.figures(buckets), strict=True)
    )
