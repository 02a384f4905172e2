"""Days in criteria: a comparison in which a day stands is made by the clocks of the workspace.

`renews_on - now <= days(90)` compares what a calendar and a clock on the wall show: it turns at the workspace's own
midnight, also where the clocks are set in between. What compares instants alone, such as `now - created_at`, is told by
the time that passed. `to_sql` does the same by `public.workspace_zone()`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from blueprint.expressions.ast import Node
from blueprint.expressions.fields import Family
from core.businesstime.instants import DAY, instant_of, moment, new_year

COMPARED = frozenset(("=", "<>", "<", "<=", ">", ">="))
IN_TIME = frozenset((Family.TIME, Family.SPAN))
ZONE = "time zone of its workspace"
"""Where the facts of a record keep the name of the zone; without it, days are those of UTC. No field is so named."""

# Farther out a clock of a zone shows a year that Python's does not have; the zone is as far from UTC as there.
FIRST, LAST = instant_of(datetime.fromisoformat("0001-01-03T00Z")), instant_of(datetime.fromisoformat("9999-12-29T00Z"))


def is_by_days(node: Node) -> bool:
    """Whether a day stands in a comparison, or in a part of it; what only decides between two dates does not count."""
    return node.is_day or any(is_by_days(part) for part in node.parts if part.family in IN_TIME)


def clock(instant: int, zone: str) -> int:
    """What the clocks of a zone show at an instant, as the microseconds since 1970 that they show."""
    return instant + _east(min(max(instant, FIRST), LAST), zone)


def clock_of(instant: int | None, facts: Mapping[str, Any]) -> int | None:
    """What the clocks of a record's workspace show at an instant."""
    zone = facts.get(ZONE, "UTC")
    return instant if instant is None or zone == "UTC" else clock(instant, zone)


def _east(instant: int, zone: str) -> int:
    offset = moment(instant).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return (offset.days * 86_400 + offset.seconds) * 1_000_000


@lru_cache(maxsize=64)
def bounds_of(zone: str, first_year: int, last_year: int) -> tuple[int, int]:
    """The least and the most that the clocks of a zone are ahead of UTC in these years, looked at week by week."""
    first, last = new_year(first_year), new_year(last_year + 1)
    told = {_east(each, zone) for each in range(first, last, 7 * DAY)}
    return min(told), max(told)
