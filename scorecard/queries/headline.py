"""The headline: eight to ten numbers, each with its target, its course, its change and its owner; the rest below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from revops.workspaces.models import Member
from scorecard.blueprint import MetricTerms
from scorecard.queries.boards import Board
from scorecard.queries.readings import Course, courses
from scorecard.rules.metrics import Delta, Figure, Pull, band, delta, what_fell
from scorecard.rules.periods import Period

MOST_HEADLINES = 10  # a scorecard of fifty numbers is read by nobody (R64)


@dataclass(frozen=True)
class Card:
    """One metric on the scorecard."""

    metric: MetricTerms
    figure: Figure
    before: Figure | None
    delta: Delta | None
    band: str
    spark: tuple[Decimal | None, ...]
    owner: str
    fell: tuple[Pull, ...] = ()


@dataclass(frozen=True)
class Scorecard:
    """The scorecard of a period, for the whole or for one value of a segment."""

    period: Period
    segment: str
    segment_value: str
    cards: tuple[Card, ...]

    @property
    def headline(self) -> tuple[Card, ...]:
        """The few everybody looks at."""
        return tuple(card for card in self.cards if card.metric.is_headline)[:MOST_HEADLINES]

    @property
    def others(self) -> tuple[Card, ...]:
        """All others."""
        shown = {card.metric.key for card in self.headline}
        return tuple(card for card in self.cards if card.metric.key not in shown)


def scorecard(board: Board, period: Period, *, segment: str = "", value: str = "") -> Scorecard:
    """Every metric that can be read by the segment. Six queries when all is folded, however much there is to count."""
    metrics = [metric for metric in board.measurable if not segment or segment in board.segments(metric)]
    before = period.before
    found = courses(board, metrics, before.first if before else period.first, period.last, segment=segment, value=value)
    owners = owners_of(metrics)
    return Scorecard(
        period,
        segment,
        value,
        tuple(_card(metric, found[metric.key].get(value), period, owners) for metric in metrics),
    )


def _card(metric: MetricTerms, course: Course | None, period: Period, owners: dict[str, str]) -> Card:
    course = course or Course(metric.kind)
    now = course.figure(period)
    before = course.figure(period.before) if period.before else None
    return Card(
        metric=metric,
        figure=now,
        before=before,
        delta=delta(now.value, before.value if before else None, metric.direction),
        band=band(now.value, metric.target, metric.direction),
        spark=tuple(course.figure(bucket).value for bucket in period.buckets(period.step)),
        owner=owners.get(metric.owner_email, ""),
        fell=what_fell(now.inputs, before.inputs if before else None),
    )


def owners_of(metrics: list[MetricTerms]) -> dict[str, str]:
    """E-mail → name of the active members who own a metric. One query."""
    emails = {metric.owner_email for metric in metrics if metric.owner_email}
    found = Member.objects.filter(email__in=emails, is_active=True).values_list("email", "name")
    return {email: name or email for email, name in found}


def value(board: Board, key: str, first: date, last: date, *, segment: str = "", segment_value: str = "") -> Figure:
    """One number. Raises NotFound for an unknown metric, BadInput for a segment it is not read by."""
    metric = board.metric(key)
    board.check_segment(metric, segment)
    course = courses(board, [metric], first, last, segment=segment, value=segment_value)[key].get(segment_value)
    return (course or Course(metric.kind)).figure(Period(first, last))
