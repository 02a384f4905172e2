"""Who sits and sat where, as one JSON value for SQL to look up: a small table that needs no join and no statistics.

A person may sit in several teams: the record's own where they sit in it, else their first seat, else the record's
team. So each sample has exactly one place, and segments add up to the whole. As it was, a sample's place is that of its
day: a day on which somebody changed seats counts for the new one, and days before anybody's first seat for that one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.people.models import Team
from core.sql import load

SEATS = load("scorecard", "seats")
Place = dict[str, str]


@dataclass(frozen=True)
class _Span:
    """A place that somebody had from a day up to another one."""

    first: date
    end: date
    team: str
    place: Place

    def covers(self, day: date) -> bool:
        return self.first <= day < self.end


def places(zone: ZoneInfo | None = None) -> str:
    """Keys are `=member` (the name), `member`, `member/team` and `/team`; values team, region and manager, or a list of
    them with the days from and until. With the workspace's zone the places of all days, else those of today. Two
    queries."""
    found: dict[str, Any] = {}
    spans: defaultdict[str, list[_Span]] = defaultdict(list)
    for member, owner, team, name, region, manager, since, until in SEATS.rows():
        found[f"={member}"] = owner
        if team and (until is None or zone):
            place = {"team": name, "region": region, "manager": manager}
            spans[str(member)].append(_Span(_day(since, zone, date.min), _day(until, zone, date.max), str(team), place))
    for member, seats in spans.items():
        begun = _from_the_first_day_on(seats)
        found[member] = _written(_first_seat_of_each_day(begun))
        for team in {seat.team for seat in begun}:
            found[f"{member}/{team}"] = _written([seat for seat in begun if seat.team == team])
    for team, name, region, manager in Team.objects.values_list("pk", "name", "region", "manager__name"):
        found[f"/{team}"] = {"team": name, "region": region, "manager": manager or ""}
    return json.dumps(found)


def _day(moment: datetime | None, zone: ZoneInfo | None, otherwise: date) -> date:
    return moment.astimezone(zone).date() if moment and zone else otherwise


def _from_the_first_day_on(seats: Sequence[_Span]) -> list[_Span]:
    """The first seats hold for the days before, of which nobody has told us."""
    first = min(seat.first for seat in seats)
    return [_Span(date.min, each.end, each.team, each.place) if each.first == first else each for each in seats]


def _first_seat_of_each_day(seats: Sequence[_Span]) -> list[_Span]:
    edges = sorted({edge for seat in seats for edge in (seat.first, seat.end)})
    held = []
    for first, end in zip(edges, edges[1:], strict=False):
        if seat := next((each for each in seats if each.covers(first)), None):
            held.append(_Span(first, end, seat.team, seat.place))
    return held


def _written(seats: Iterable[_Span]) -> Place | list[dict[str, Any]]:
    """One place where it held always, else each with its days."""
    told = list(seats)
    if len(told) == 1 and (told[0].first, told[0].end) == (date.min, date.max):
        return told[0].place
    return [{"from": each.first.isoformat(), "until": each.end.isoformat(), "at": each.place} for each in told]
