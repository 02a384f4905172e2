"""Measuring ours against a raw baseline: interleaved, three rounds, the median with its spread. Trust ratios only."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


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


def seconds(deed: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def interleaved(
    what: str,
    ours: Callable[[], object],
    raw: Callable[[], object],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    rounds: int = 3,
    speed: bool = True,
) -> Row:
    """Time both, taking turns. With `speed` the ratio is raw ÷ ours (1 = as fast as raw, more is faster); else it is
    ours ÷ raw (a cost)."""
    own, bare, ratios = [], [], []
    ours(), raw()  # warm: plans, caches, connections
    for turn in range(rounds):
        if turn % 2:
            bare.append(seconds(raw))
            own.append(seconds(ours))
        else:
            own.append(seconds(ours))
            bare.append(seconds(raw))
        ratios.append(bare[-1] / own[-1] if speed else own[-1] / bare[-1])
    return row(what, own, bare, ratios, at_least=at_least, at_most=at_most)


def row(
    what: str,
    own: list[float],
    bare: list[float],
    ratios: list[float],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Row:
    """A row from measured seconds and ratios."""
    middle = statistics.median(ratios)
    met = (at_least is None or middle >= at_least) and (at_most is None or middle <= at_most)
    bound = f"≥ {at_least:g}" if at_least is not None else f"≤ {at_most:g}" if at_most is not None else ""
    return Row(
        what,
        f"{statistics.median(own) * 1000:.1f} ms",
        f"{statistics.median(bare) * 1000:.1f} ms",
        middle,
        min(ratios),
        max(ratios),
        bound,
        met,
    )
