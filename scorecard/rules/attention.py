"""Which metrics stand on the headline, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from blueprint.schema import MetricTerms

MOST_HEADLINES = 10  # a scorecard of fifty numbers is read by nobody
ORDER = {"out": 0, "in": 2, "none": 2}
FAILING = 1


class Judged(Protocol):
    """A metric with its verdict."""

    @property
    def metric(self) -> MetricTerms: ...
    @property
    def band(self) -> str: ...
    @property
    def failing(self) -> str | None: ...


J = TypeVar("J", bound=Judged)


def out_of_band_first(cards: Iterable[J]) -> tuple[J, ...]:
    """What needs somebody comes first: out of band, then what cannot be counted; else the order of the registry."""
    return tuple(sorted(cards, key=lambda card: FAILING if card.failing else ORDER[card.band]))


def headline_of(cards: Iterable[J]) -> tuple[J, ...]:
    """The marked ones, at most ten. The checks refuse to mark more; an older version may have more."""
    return out_of_band_first(card for card in cards if card.metric.headline)[:MOST_HEADLINES]
