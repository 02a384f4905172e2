"""A set of days, as few spans as possible: which days a reading is for, and where a statement has to look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MOST_SPANS = 40  # more than these are bridged: a statement looks at a little too much, then picks exactly


@dataclass(frozen=True)
class Days:
    """Spans of days, in order (both ends included, None = without end); the exact days where spans bridge gaps."""

    spans: tuple[tuple[date | None, date | None], ...]
    exact: tuple[date, ...] | None = None

    @classmethod
    def every(cls) -> Days:
        """All days there are."""
        return cls(((None, None),))

    @classmethod
    def between(cls, first: date | None, last: date | None) -> Days:
        """One span."""
        return cls(((first, last),))

    @classmethod
    def of(cls, days: Iterable[date]) -> Days:
        """Exactly these days."""
        ordered = sorted(set(days))
        spans: list[list[date]] = []
        for day in ordered:
            if spans and day - spans[-1][1] <= timedelta(days=1):
                spans[-1][1] = day
            else:
                spans.append([day, day])
        if len(spans) <= MOST_SPANS:
            return cls(tuple((first, last) for first, last in spans))
        return cls(tuple((first, last) for first, last in _bridged(spans)), tuple(ordered))

    def __bool__(self) -> bool:
        return bool(self.spans)


def _bridged(spans: list[list[date]]) -> list[list[date]]:
    """Bridge the smallest gaps until few enough spans are left."""
    gaps = sorted(range(1, len(spans)), key=lambda place: spans[place][0] - spans[place - 1][1], reverse=True)
    cuts = sorted(gaps[: MOST_SPANS - 1])
    edges = [0, *cuts, len(spans)]
    return [[spans[start][0], spans[end - 1][1]] for start, end in zip(edges, edges[1:], strict=False)]
