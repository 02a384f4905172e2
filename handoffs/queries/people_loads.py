"""How much people have to do, against what they take at most, and whether they are here."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.sql import load

PEOPLE_LOADS = load("handoffs", "people_loads")


@dataclass(frozen=True)
class Cap:
    """How much of what is taken at most; `most` is None where there is no limit."""

    label: str
    count: int
    most: int | None

    @property
    def is_passed(self) -> bool:
        """More than it allows."""
        return self.most is not None and self.count > self.most

    @property
    def is_full(self) -> bool:
        """No room for another one."""
        return self.most is not None and self.count >= self.most


@dataclass(frozen=True)
class PersonLoad:
    """One person's load. What is told apart by state may be of one seam; `open_count` and the caps are about all."""

    member_id: UUID
    name: str
    email: str
    teams: str
    team_ids: frozenset[UUID]
    functions: frozenset[str]
    weight: int
    cap: int | None
    day_cap: int | None
    week_cap: int | None
    open_count: int
    today: int
    this_week: int
    waiting_count: int
    late_count: int
    paused_count: int
    untouched_count: int
    next_due_at: datetime | None
    oldest_at: datetime | None
    away_until: datetime | None
    away_from: datetime | None
    pauses: int
    away_pauses: int
    skills: frozenset[str]
    own_hours: UUID | None

    @property
    def is_away(self) -> bool:
        """Away now."""
        return self.away_until is not None

    @property
    def caps(self) -> list[Cap]:
        """What they take at most: open, in a day, in a week; the open ones are always told."""
        told = [Cap("open", self.open_count, self.cap)]
        told += [Cap("today", self.today, self.day_cap)] if self.day_cap is not None else []
        return told + ([Cap("this week", self.this_week, self.week_cap)] if self.week_cap is not None else [])

    @property
    def is_full(self) -> bool:
        """No room for another one."""
        return any(each.is_full for each in self.caps)

    @property
    def in_short(self) -> str:
        """How much they have, and what speaks against more of it."""
        of = f"{self.open_count} of {self.cap} open" if self.cap is not None else f"{self.open_count} open"
        said = [of] + (["full"] if self.is_full else []) + (["away"] if self.is_away else [])
        return ", ".join(said)

    @property
    def passed(self) -> list[str]:
        """Caps that are passed, in words."""
        return [f"{each.count} {each.label}, at most {each.most}" for each in self.caps if each.is_passed]

    @property
    def most(self) -> int | None:
        """How many open ones they should have at most, also by what they may still be given today and this week; None
        for any number."""
        lately = [each.most - each.count for each in self.caps[1:] if each.most is not None]
        mosts = [self.open_count + max(0, each) for each in lately]
        mosts += [] if self.cap is None else [self.cap]
        return min(mosts, default=None)

    def with_open(self, count: int) -> "PersonLoad":
        """As it would be with so many open ones; more are given now."""
        more = max(0, count - self.open_count)
        return replace(self, open_count=count, today=self.today + more, this_week=self.this_week + more)


@dataclass(frozen=True)
class PersonChange:
    """How many somebody has before and after."""

    before: PersonLoad
    after: PersonLoad

    @property
    def passes(self) -> tuple[str, ...]:
        """The caps that are passed by what is done, in words; none of somebody who has no more than before."""
        return tuple(self.after.passed) if self.is_more else ()

    @property
    def is_more(self) -> bool:
        """Whether they have more than before."""
        return self.after.open_count > self.before.open_count


def people_loads(
    at: datetime, *, people: Collection[UUID] = (), teams: Collection[UUID] = (), seam_id: UUID | None = None
) -> list[PersonLoad]:
    """These people, and everybody in these teams, most late first. One query."""
    rows = PEOPLE_LOADS.rows(people=list(people), teams=list(teams), seam=seam_id, at=at)
    return [_load(row) for row in rows]


def _load(row: tuple[Any, ...]) -> PersonLoad:
    member_id, name, email, teams, team_ids, functions, *rest, skills, own_hours = row
    words = json.loads(skills) if isinstance(skills, str) else skills or []
    told = [member_id, name, email, teams or "", frozenset(team_ids or ()), frozenset(functions or ())]
    return PersonLoad(*[*told, *rest, frozenset(words), own_hours])
