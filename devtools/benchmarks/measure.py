"""Measuring ours against a raw baseline: interleaved, three rounds, the median with its spread. Trust ratios only."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

ROUNDS = 3


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is as `what` says; `is_met` compares it with the bound of the issue."""

    what: str
    ours: str
    raw: str
    ratio: float
    low: float
    high: float
    bound: str
    is_met: bool

    HEAD = ("what", "ours", "raw", "ratio (min..max)", "bound", "met")

    @property
    def cells(self) -> tuple[str, ...]:
        spread = f"{self.ratio:.2f} ({self.low:.2f}..{self.high:.2f})"
        return (self.what, self.ours, self.raw, spread, self.bound, "yes" if self.is_met else "**missed**")


@dataclass(frozen=True)
class Told:
    """A line of the same table whose figure compares with nothing but its bound."""

    what: str
    ours: str
    bound: str
    is_met: bool

    HEAD = Row.HEAD

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.what, self.ours, "–", "–", self.bound, "yes" if self.is_met else "**missed**")


def seconds(deed: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def interleaved(
    what: str, ours: Callable[[], object], raw: Callable[[], object], *, speed: bool = True, **bounds: float
) -> Row:
    """Time both, taking turns. With `speed` the ratio is raw ÷ ours (1 = as fast as raw, more is faster); else it is
    ours ÷ raw (a cost)."""
    own, bare = list[float](), list[float]()
    ours(), raw()  # warm: plans, caches, connections
    for turn in range(ROUNDS):
        for times, deed in ((bare, raw), (own, ours)) if turn % 2 else ((own, ours), (bare, raw)):
            times.append(seconds(deed))
    pairs = zip(own, bare, strict=True)
    return row(what, own, bare, [b / o if speed else o / b for o, b in pairs], **bounds)


def row(
    what: str,
    own: list[float],
    bare: list[float],
    ratios: list[float],
    at_least: float = 0,
    at_most: float = float("inf"),
) -> Row:
    """A row from measured seconds and ratios."""
    middle = statistics.median(ratios)
    bound = f"≥ {at_least:g}" if at_least else f"≤ {at_most:.3g}" if isfinite(at_most) else "–"
    ours, raw = (f"{statistics.median(times) * 1000:.1f} ms" for times in (own, bare))
    return Row(what, ours, raw, middle, min(ratios), max(ratios), bound, at_least <= middle <= at_most)
