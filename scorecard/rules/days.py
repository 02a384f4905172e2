"""A set of days, as few spans as possible: which days a reading is for, and where a statement has to look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

Span = tuple[date | None, date | None]
MOST_SPANS = 40  # more than these are bridged: a statement looks at a little too much, then picks exactly
# A day's bounds are found in Python, its name in SQL; where the two know a time zone differently this covers it.
MARGIN = timedelta(hours=4)


@dataclass(frozen=True)
class Days:
    """Spans of days, in order (both ends included, None = without end); the exact days where spans bridge gaps."""

    spans: tuple[tuple[date | None, date | None], ...]
    exact: frozenset[date] | None = None

    @classmethod
    def every(cls) -> Days:
        """All days there are."""
        return cls.between(None, None)

    @classmethod
    def between(cls, first: date | None, last: date | None) -> Days:
        return cls(((first, last),))

    @classmethod
    def of(cls, days: Iterable[date]) -> Days:
        """Exactly these days."""
        exact = frozenset(days)
        spans: list[list[date]] = []
        for day in sorted(exact):
            if spans and day - spans[-1][1] <= timedelta(days=1):
                spans[-1][1] = day
            else:
                spans.append([day, day])
        if len(spans) <= MOST_SPANS:
            return cls(tuple((first, last) for first, last in spans))
        return cls(tuple((first, last) for first, last in _bridged(spans)), exact)

    @classmethod
    def over(cls, *spans: Span) -> Days:
        """All days of these spans, which may overlap. Where one has no end and there are too many, the smallest gaps
        between them count as well."""
        ordered = sorted(((first or date.min, last or date.max) for first, last in spans))
        merged: list[list[date]] = []
        for first, last in ordered:
            if merged and (merged[-1][1] == date.max or first <= merged[-1][1] + timedelta(days=1)):
                merged[-1][1] = max(merged[-1][1], last)
            else:
                merged.append([first, last])
        if len(merged) > MOST_SPANS:
            if merged[0][0] > date.min and merged[-1][1] < date.max:
                return cls.of(
                    first + timedelta(days=n) for first, last in merged for n in range((last - first).days + 1)
                )
            merged = _bridged(merged)
        return cls(tuple((None if f == date.min else f, None if t == date.max else t) for f, t in merged))

    def joined(self, *others: Days) -> Days:
        """These days and those."""
        return Days.over(*(span for days in (self, *others) for span in days.islands))

    @property
    def islands(self) -> Sequence[Span]:
        """The spans without what bridges them."""
        return self.spans if self.exact is None else [(day, day) for day in sorted(self.exact)]

    @property
    def and_before(self) -> Days:
        """All days up to the last of these."""
        return Days.between(None, self.spans[-1][1]) if self.spans else self

    def newest(self, most: int, earliest: date, today: date) -> tuple[Days, Days]:
        """About `most` of them, the newest, and the others. Nothing is before `earliest` or after `today`, so a span
        without an end goes no further."""
        taken: list[Span] = []
        rest = list(self.islands)
        while rest and most > 0:
            first, last = rest.pop()
            end = max(last or today, first or earliest)
            start = end - timedelta(days=most - 1)
            if start > (first or earliest):
                rest.append((first, start - timedelta(days=1)))
                taken.append((start, last))
                break
            most -= (end - (first or min(earliest, end))).days + 1
            taken.append((first, last))
        return Days.over(*taken), Days.over(*rest)

    def number(self, earliest: date, today: date) -> int:
        """How many days these are, where nothing is before `earliest` or after `today`."""
        if self.exact is not None:
            return len(self.exact)
        return sum(max(0, ((last or today) - (first or earliest)).days + 1) for first, last in self.spans)

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __contains__(self, day: date) -> bool:
        if self.exact is not None:
            return day in self.exact
        return any((first is None or first <= day) and (last is None or day <= last) for first, last in self.spans)

    @cached_property
    def is_everything(self) -> bool:
        return self.spans == ((None, None),)

    def clipped(self, first: date | None, last: date) -> Days:
        """The part of the days between first and last."""
        if self.is_everything:
            return Days.between(first, last)
        if self.exact is not None:
            return Days.of(day for day in self.exact if (first is None or day >= first) and day <= last)
        cut = [(max(start or date.min, first or date.min), min(end or date.max, last)) for start, end in self.spans]
        return Days(tuple((start, end) for start, end in cut if start <= end))

    def near(self, moment: str, zone: ZoneInfo) -> str:
        """Where to look for these days: an index can serve it. A little wide: `on` picks exactly. Instants are
        written into the text: they are ours."""
        parts = []
        for first, last in self.spans:
            bounds = [f"{moment} >= '{_midnight(first, zone, -1)}'::timestamptz"] if first else []
            bounds += [f"{moment} < '{_midnight(last, zone, 1)}'::timestamptz"] if last else []
            parts.append(" and ".join(bounds) or "true")
        return f"({' or '.join(f'({part})' for part in parts)})" if len(parts) > 1 else "".join(parts) or "false"

    def moments(self, zone: ZoneInfo) -> list[tuple[str, str]]:
        """From when to when each span is, as wide as `near` looks."""
        return [
            (_midnight(first, zone, -1) if first else "-infinity", _midnight(last, zone, 1) if last else "infinity")
            for first, last in self.spans
        ]

    def on(self, column: str) -> tuple[str, dict[str, Any]]:
        """Exactly these days, and the values of the condition."""
        if self.exact is not None:
            return f"{column} = any(%(exact_days)s)", {"exact_days": list(self.exact)}
        parts, values = [], {}
        for place, (first, last) in enumerate(self.spans):
            bounds = [f"{column} >= %(first_{place})s"] if first else []
            bounds += [f"{column} <= %(last_{place})s"] if last else []
            values |= {f"first_{place}": first} if first else {}
            values |= {f"last_{place}": last} if last else {}
            parts.append(" and ".join(bounds) or "true")
        return f"({' or '.join(f'({part})' for part in parts)})" if parts else "false", values


def _midnight(day: date, zone: ZoneInfo, side: int) -> str:
    """When the day begins (side -1) or ends (1), with the margin on that side."""
    try:
        at = datetime.combine(day + timedelta(days=side > 0), time(), zone) + side * MARGIN
        return at.astimezone(UTC).isoformat()
    except (OverflowError, ValueError):  # the edge of the calendar
        return "infinity" if side > 0 else "-infinity"


def _bridged(spans: list[list[date]]) -> list[list[date]]:
    """Bridge the smallest gaps until few enough spans are left."""
    gaps = sorted(range(1, len(spans)), key=lambda place: spans[place][0] - spans[place - 1][1], reverse=True)
    cuts = sorted(gaps[: MOST_SPANS - 1])
    edges = [0, *cuts, len(spans)]
    return [[spans[start][0], spans[end - 1][1]] for start, end in zip(edges, edges[1:], strict=False)]
