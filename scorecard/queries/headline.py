"""The headline: eight to ten numbers, each with its target, its course, its change and its owner; the rest below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from blueprint.schema import MetricTerms
from scorecard.kinds import KINDS, kind_of
from scorecard.queries.boards import Board, owners_of
from scorecard.queries.course import Course
from scorecard.queries.formula_courses import empty
from scorecard.queries.readings import courses, unfolded
from scorecard.rules.attention import headline_of, out_of_band_first
from scorecard.rules.periods import Period, is_running
from scorecard.rules.totals import NO_FIGURE, Delta, Figure, Pull, band, delta, what_fell


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
    delta: Delta | None = None
    band: str = "none"
    trend: tuple[Bucket, ...] = ()
    fell: tuple[Pull, ...] = ()
    failing: str | None = None
    """Why it cannot be counted; then its figure has no value and it has no course."""

    @property
    def spark(self) -> tuple[Decimal | None, ...]:
        return tuple(bucket.figure.value for bucket in self.trend)

    @property
    def settled(self) -> int:
        """How many points of the trend are settled: the first ones, as what may still move is always the newest."""
        return sum(bucket.is_settled for bucket in self.trend)


@dataclass(frozen=True)
class Scorecard:
    """The scorecard of a period, for the whole or for one value of a segment."""

    period: Period
    segment: str
    segment_value: str
    cards: tuple[MetricCard, ...]
    matrix: tuple[tuple[str, dict[str, Figure]], ...] = ()
    """Every value of the segment with its figure for each metric, the weightiest value first."""

    @property
    def headline(self) -> tuple[MetricCard, ...]:
        """The few everybody looks at, what needs somebody first."""
        return headline_of(self.cards)

    @property
    def others(self) -> tuple[MetricCard, ...]:
        """All others, in the same order."""
        shown = {card.metric.key for card in self.headline}
        return out_of_band_first(card for card in self.cards if card.metric.key not in shown)

    @property
    def left_out(self) -> tuple[MetricCard, ...]:
        """Marked for the headline, which has no room for them."""
        return tuple(card for card in self.others if card.metric.headline)

    @property
    def compared(self) -> tuple[MetricTerms, ...]:
        """The metrics of the matrix."""
        return tuple(card.metric for card in self.headline or self.cards)

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to count."""
        return not any(card.figure.denominator or card.figure.open_count for card in self.cards)


def scorecard(board: Board, period: Period, *, segment: str = "", value: str = "") -> Scorecard:
    """Every metric that can be read by the segment, for the whole or for one `value` of it; with a segment also the
    matrix of its values. Six queries when all is folded (nine with a segment), however much there is to count."""
    metrics = [metric for metric in board.blueprint.metrics if not segment or segment in board.segments(metric)]
    tail = unfolded(board)
    narrowed = segment if value else ""
    found = courses(board, metrics, first_of(period), period.last, segment=narrowed, value=value, tail=tail)
    owners = owners_of(metrics)
    cards = [card_of(board, metric, found[metric.key].get(value), period, period.step, owners) for metric in metrics]
    by_value = courses(board, metrics, period.first, period.last, segment=segment, tail=tail) if segment else {}
    figures: dict[str, dict[str, Figure]] = {}
    for key, parts in by_value.items():
        for name, course in parts.items():
            figures.setdefault(name, {})[key] = course.figure(period)
    return Scorecard(period, segment, value, tuple(cards), _by_weight(metrics, figures))


def _by_weight(
    metrics: Sequence[MetricTerms], figures: dict[str, dict[str, Figure]]
) -> tuple[tuple[str, dict[str, Figure]], ...]:
    """The values of a segment that count for something, the weightiest first."""
    counted = {metric.key for metric in metrics if metric.kind in KINDS and not KINDS[metric.kind].adds_money}

    def weight(name: str) -> Decimal:
        return sum((f.denominator + f.open_count for key, f in figures[name].items() if key in counted), Decimal(0))

    told = [name for name, by_key in figures.items() if any(f.denominator or f.open_count for f in by_key.values())]
    return tuple((name, figures[name]) for name in sorted(told, key=lambda name: (-weight(name), name)))


def first_of(period: Period) -> date:
    """The first day to read, where the period is compared with the one before."""
    return period.before.first if period.before else period.first


def card_of(
    board: Board, metric: MetricTerms, course: Course | None, period: Period, step: str, owners: dict[str, str]
) -> MetricCard:
    """A metric in its place among the others, also one that cannot be counted."""
    owner = owners.get(metric.owner, "")
    if why := board.failing.get(metric.key):
        return MetricCard(metric=metric, figure=NO_FIGURE, owner=owner, failing=why)
    course = course or empty(board, metric.key)
    now = course.figure(period)
    before = course.figure(period.before) if period.before else None
    return MetricCard(
        metric=metric,
        figure=now,
        before=before,
        delta=delta(now.value, before.value if before else None, metric.direction),
        band=band(now.value, metric.target, metric.direction),
        trend=_trend(board, metric, course, period, step, now),
        owner=owner,
        fell=what_fell(now.inputs, before.inputs if before else None),
    )


def _trend(
    board: Board, metric: MetricTerms, course: Course, period: Period, step: str, whole: Figure
) -> tuple[Bucket, ...]:
    """The points of a trend. `whole`: the figure of all of them."""
    wait = kind_of(metric).ripe_after(board.question(metric), whole)
    today, ripe_before = board.today, board.day(board.at - wait)
    buckets = list(period.buckets(step))
    return tuple(
        Bucket(bucket, figure, is_running(bucket, step, today), is_ripe=bucket.last < ripe_before)
        for bucket, figure in zip(buckets, course.figures(buckets), strict=True)
    )
