"""The headline: eight to ten numbers, each with its target, its course, its change and its owner; the rest below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from blueprint.schema import MetricTerms
from core.people.models import Member
from scorecard.queries.boards import Board
from scorecard.queries.readings import Course, Unfolded, courses, unfolded
from scorecard.rules.periods import Period
from scorecard.rules.totals import NO_FIGURE, Delta, Figure, Pull, band, delta, what_fell

MOST_HEADLINES = 10  # a scorecard of fifty numbers is read by nobody (R64)


@dataclass(frozen=True)
class MetricCard:
    """One metric on the scorecard."""

    metric: MetricTerms
    figure: Figure
    before: Figure | None
    delta: Delta | None
    band: str
    spark: tuple[Decimal | None, ...]
    owner: str
    fell: tuple[Pull, ...] = ()
    failing: str = ""
    """Why it cannot be counted; then its figure has no value."""


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
        """The few everybody looks at."""
        return tuple(card for card in self.cards if card.metric.headline)[:MOST_HEADLINES]

    @property
    def others(self) -> tuple[MetricCard, ...]:
        """All others."""
        shown = {card.metric.key for card in self.headline}
        return tuple(card for card in self.cards if card.metric.key not in shown)


def scorecard(board: Board, period: Period, *, segment: str = "", value: str = "") -> Scorecard:
    """Every metric that can be read by the segment, for the whole or for one `value` of it; with a segment also the
    matrix of its values. Six queries when all is folded (nine with a segment), however much there is to count."""
    metrics = [metric for metric in board.blueprint.metrics if not segment or segment in board.segments(metric)]
    tail = unfolded(board)
    first = period.before.first if period.before else period.first
    narrowed = segment if value else ""
    found = courses(board, metrics, first, period.last, segment=narrowed, value=value, tail=tail)
    owners = owners_of(metrics)
    return Scorecard(
        period,
        segment,
        value,
        tuple(
            failing_card(metric, board.failing[metric.key], owners)
            if metric.key in board.failing
            else _card(metric, found[metric.key].get(value), period, owners)
            for metric in metrics
        ),
        _matrix(board, metrics, period, segment, tail) if segment else (),
    )


def _matrix(
    board: Board, metrics: list[MetricTerms], period: Period, segment: str, tail: Unfolded
) -> tuple[tuple[str, dict[str, Figure]], ...]:
    found = courses(board, metrics, period.first, period.last, segment=segment, tail=tail)
    rows: dict[str, dict[str, Figure]] = {}
    for metric in metrics:
        for name, course in found[metric.key].items():
            rows.setdefault(name, {})[metric.key] = course.figure(period)

    counted = {metric.key for metric in metrics if metric.kind != "sourced"}  # its denominator is money

    def weight(name: str) -> Decimal:
        return sum((f.denominator + f.open_count for key, f in rows[name].items() if key in counted), Decimal(0))

    told = [name for name in rows if any(f.denominator or f.open_count for f in rows[name].values())]
    return tuple((name, rows[name]) for name in sorted(told, key=lambda name: (-weight(name), name)))


def _card(metric: MetricTerms, course: Course | None, period: Period, owners: dict[str, str]) -> MetricCard:
    course = course or Course(metric.kind)
    now = course.figure(period)
    before = course.figure(period.before) if period.before else None
    return MetricCard(
        metric=metric,
        figure=now,
        before=before,
        delta=delta(now.value, before.value if before else None, metric.direction),
        band=band(now.value, metric.target, metric.direction),
        spark=tuple(figure.value for figure in course.figures(period.buckets(period.step))),
        owner=owners.get(metric.owner, ""),
        fell=what_fell(now.inputs, before.inputs if before else None),
    )


def failing_card(metric: MetricTerms, why: str, owners: dict[str, str]) -> MetricCard:
    """A metric that cannot be counted, in its place among the others."""
    return MetricCard(metric, NO_FIGURE, None, None, "none", (), owners.get(metric.owner, ""), failing=why)


def owners_of(metrics: list[MetricTerms]) -> dict[str, str]:
    """E-mail → name of the active members who own a metric. One query."""
    emails = {metric.owner for metric in metrics if metric.owner}
    found = Member.objects.filter(email__in=emails, is_active=True).values_list("email", "name")
    return {email: name or email for email, name in found}


def value(board: Board, key: str, first: date, last: date, *, segment: str = "", segment_value: str = "") -> Figure:
    """One number. Raises NotFound for an unknown metric, BadInput for a segment it is not read by."""
    metric = board.metric(key)
    board.check_segment(metric, segment)
    course = courses(board, [metric], first, last, segment=segment, value=segment_value)[key].get(segment_value)
    board.check_countable(metric)
    return (course or Course(metric.kind)).figure(Period(first, last))
