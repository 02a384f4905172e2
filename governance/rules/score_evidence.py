"""What a value tells about winning, and the points it may be worth: pure arithmetic on counts.

A value's points follow the logarithm of its odds against the odds of all (the weight of evidence of scorecards): a
value that is won as often as any is worth nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

PER_NAT = 8  # points for odds that are e times those of all
MOST_POINTS = 25
LEAST_POINTS = 3  # below, it is noise
MOST_RULES = 30
MOST_VALUES = 40  # a field with more values tells people apart, not kinds of people


@dataclass(frozen=True)
class ValueTold:
    """One value of a field: how many leads have it, and how many of them were won."""

    key: str
    value: Any
    leads: int
    won: int
    all_leads: int
    all_won: int

    @property
    def label(self) -> str:
        """The field as people read it."""
        return self.key.replace("_", " ").capitalize()

    @property
    def words(self) -> str:
        """The value as people read it."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return self.value if isinstance(self.value, str) else f"{self.value} or more"

    @property
    def rate(self) -> float:
        return self.won / self.leads

    @property
    def lift(self) -> float:
        """How many times as often it is won as any lead."""
        return self.rate / (self.all_won / self.all_leads)

    @property
    def points(self) -> int:
        odds = (self.won + 1) / (self.leads - self.won + 1)
        usual = (self.all_won + 1) / (self.all_leads - self.all_won + 1)
        return max(-MOST_POINTS, min(MOST_POINTS, round(PER_NAT * log(odds / usual))))


def telling(found: Iterable[ValueTold]) -> list[ValueTold]:
    """The values worth a rule, those that tell most first; none where nothing or everything was won."""
    kept = list(found)
    if not kept or not 0 < kept[0].all_won < kept[0].all_leads:
        return []
    values: dict[str, int] = {}
    for each in kept:
        values[each.key] = values.get(each.key, 0) + 1
    worth = [each for each in kept if abs(each.points) >= LEAST_POINTS and values[each.key] <= MOST_VALUES]
    worth.sort(key=lambda each: (-abs(each.points) * each.leads**0.5, each.key, str(each.value)))
    return worth[:MOST_RULES]


def best_threshold(totals: Sequence[tuple[int, int, int]]) -> int | None:
    """Where the won and the others part best: most of the won at or above, fewest of the others. `totals`: score,
    leads, won. None where there is nothing to part."""
    won, others = sum(each[2] for each in totals), sum(each[1] - each[2] for each in totals)
    if not won or not others:
        return None
    best, at, caught, let_in = 0.0, None, 0, 0
    for total, leads, wins in sorted(totals, reverse=True):
        caught, let_in = caught + wins, let_in + leads - wins
        parted = caught / won - let_in / others
        if total > 0 and parted > best:
            best, at = parted, total
    return at
