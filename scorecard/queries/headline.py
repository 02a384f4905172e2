"""The headline: eight to ten numbers, each with its target, its course, its change and its owner; the rest below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from blueprint.schema import MetricTerms
from scorecard.kinds import KINDS
from scorecard.queries.boards import Board, owners_of
from scorecard.queries.cards import MetricCard, Reach, card_of, pair_of
from scorecard.queries.formula_courses import empty
from scorecard.queries.paces import paces_of
from scorecard.queries.readings import courses
from scorecard.queries.restated import restated_of
from scorecard.queries.unfolded import unfolded
from scorecard.rules.attention import headline_of, out_of_band_first
from scorecard.rules.comparisons import Comparison, comparison
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure


@dataclass(frozen=True)
class Scorecard:
    """The scorecard of a period, for the whole or for one value of a segment."""

    period: Period
    compared: Comparison
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
    def matrix_metrics(self) -> tuple[MetricTerms, ...]:
        """The metrics of the matrix."""
        return tuple(card.metric for card in self.headline or self.cards)

    @property
    def card_metrics(self) -> tuple[MetricTerms, ...]:
        """The metrics of all its cards."""
        return tuple(card.metric for card in self.cards)

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to count."""
        return not any(card.figure.denominator or card.figure.open_count or card.counting for card in self.cards)


def scorecard(
    board: Board,
    period: Period,
    *,
    segment: str = "",
    value: str = "",
    beside: str = "",
    compared: Comparison | None = None,
    keys: Sequence[str] = (),
) -> Scorecard:
    """Every metric that can be read by the segment, for the whole or for one `value` of it; with a segment also the
    matrix of its values, and the figures of a second value `beside`. `keys`: only these, in this order.

    Six queries when all is folded (nine with a segment), however much there is to count; three more where the compared
    days do not lie just before the period."""
    known = board.blueprint.metrics_by_key
    chosen = [known[key] for key in keys if key in known] if keys else board.blueprint.metrics
    metrics = [metric for metric in chosen if board.is_read_by(metric, segment)]
    tail, reach = unfolded(board), Reach(period, compared or comparison(period), period.step)
    pair = pair_of(board, metrics, reach, segment=segment if value else "", value=value, tail=tail)
    owners = owners_of(metrics)
    cards = [card_of(board, metric, pair, value, reach, owners) for metric in metrics]
    by_value = courses(board, metrics, period.first, period.last, segment=segment, tail=tail) if segment else {}
    figures: dict[str, dict[str, Figure]] = {}
    for key, parts in by_value.items():
        for name, course in parts.items():
            figures.setdefault(name, {})[key] = course.figure(period)
    if not value and not board.filters:
        paces = paces_of(board, metrics, whole_only=True)
        cards = [replace(card, pace=next(iter(paces.get(card.metric.key, ())), None)) for card in cards]
    restated = restated_of(board.valued(segment, value), metrics, period)
    cards = [replace(card, restated=restated.get(card.metric.key)) for card in cards]
    if beside:
        seen = figures.get(beside, {})
        nothing = {metric.key: empty(board, metric.key) for metric in metrics if metric.key not in board.failing}
        seen = {key: course.figure(period) for key, course in nothing.items()} | seen
        cards = [replace(card, beside=seen.get(card.metric.key)) for card in cards]
    return Scorecard(period, reach.compared, segment, value, tuple(cards), _by_weight(metrics, figures))


def _by_weight(
    metrics: Sequence[MetricTerms], figures: dict[str, dict[str, Figure]]
) -> tuple[tuple[str, dict[str, Figure]], ...]:
    """The values of a segment that count for something, the weightiest first."""
    counted = {metric.key for metric in metrics if metric.kind in KINDS and not KINDS[metric.kind].weighs_money(metric)}

    def weight(name: str) -> Decimal:
        return sum((f.denominator + f.open_count for key, f in figures[name].items() if key in counted), Decimal(0))

    told = [name for name, by_key in figures.items() if any(f.denominator or f.open_count for f in by_key.values())]
    return tuple((name, figures[name]) for name in sorted(told, key=lambda name: (-weight(name), name)))
