"""The working windows of one year."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple


class Year(NamedTuple):
    """The windows of one year of UTC, in order and apart: starts, ends, and the working time before each and in all."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> Year:
        """From stretches of working time in any order."""
        joined = _joined(sorted(spans))
        lengths = list(accumulate((end - start for start, end in joined), initial=0))
        return cls([start for start, _ in joined], [end for _, end in joined], lengths[:-1], lengths[-1])

    def worked_before(self, instant: int) -> int:
        """Working time of the year up to this instant."""
        place = bisect_right(self.starts, instant) - 1
        if place < 0:
            return 0
        return self.before[place] + min(instant, self.ends[place]) - self.starts[place]

    def instant_after(self, worked: int) -> int:
        """The instant by which so much of the year was worked; more than nothing, at most `total`."""
        place = bisect_left(self.before, worked) - 1
        return self.starts[place] + worked - self.before[place]

    def within(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        """The windows in [since, until), cut at its edges."""
        for place in range(bisect_right(self.ends, since), bisect_left(self.starts, until)):
            yield max(self.starts[place], since), min(self.ends[place], until)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order with those that touch made one, so that midnight and a change of clocks leave no seam."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
