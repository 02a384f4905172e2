"""Days on which several of a team are away at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID


class Overlap(NamedTuple):
    """From the first to the last day, these people of a team are away, of so many in all."""

    team: str
    first: date
    last: date
    people: tuple[UUID, ...]
    of: int

    @property
    def is_everybody(self) -> bool:
        """Whether nobody of the team is here."""
        return len(self.people) == self.of


def overlaps(
    away: Mapping[UUID, Collection[date]], teams: Mapping[str, Sequence[UUID]], days: Sequence[date]
) -> list[Overlap]:
    """Runs of `days` on which the same two or more people of a team are away; also one, where a team has no more. By
    the first day."""
    found: list[Overlap] = []
    for team, members in teams.items():
        before: Overlap | None = None
        for day in days:
            gone = tuple(each for each in members if day in away.get(each, ()))
            if len(gone) < 2 and len(gone) < len(members) or not gone:
                before = None
            elif before and before.people == gone and day - before.last == timedelta(days=1):
                before = found[-1] = before._replace(last=day)
            else:
                before = Overlap(team, day, day, gone, len(members))
                found.append(before)
    return sorted(found, key=lambda each: (each.first, each.team))
