"""Who receives a record: ordered rules, the first match wins; and within a pool, whose turn it is.

Turns are weighted fair queueing. Each member of a pool has a virtual time, which grows by `ROUND / weight` with every
record received; the next record goes to whoever would have the smallest one after it. So, for members who were there
all along: nobody is ever a whole record behind their share, nor ahead by as many records as the pool has members
times their share (with equal weights: never a whole record ahead). A newcomer starts at the pool's present time and
somebody who was away, full or inactive comes back no earlier than one turn before it: nobody is flooded for having
been away. Virtual times are whole numbers, so a hundred records at once go where a hundred one by one would.

What somebody gets beside their turns, as an owner, by a rule that names them or by hand, counts as a turn where their
pool counts gifts, and a turn is given back when its record was taken from them through no fault of theirs. Both are
settled when the pool is next asked. Neither moves the present time, so what one person was given costs nobody else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush, heapreplace
from itertools import chain, islice, repeat
from math import inf
from typing import Any, NamedTuple
from uuid import UUID

from blueprint.schema import PoolTerms
from blueprint.schema.vocabularies import PoolStrategy
from core.people.permissions import PERMITS

ANSWERING_ROLES = sorted(PERMITS["handoff.answer"][0])
ROUND = 720_720  # divisible by every weight up to 16, so that usual weights share without a remainder
MOST_CREDIT = 5  # turns given back that count at once: who rejects fifty in an hour is not given the next fifty

# Whom rules reach by the company of a record: its owner on the receiving side.
ACCOUNT_TARGETS = frozenset(("named_account", "account_owner"))

# Why a rule that is met may still reach nobody, by target and by how whoever it would reach stands. An owner must be of
# the receiving side; a person whom a rule names need not.
REACHES_NOBODY = {
    "named_account": {
        "not named": "the account is no named account",
        "nobody": "the account has no owner",
        "away": "the named account's owner is not here",
        "other side": "the named account's owner is not of the receiving side",
        "full": "the named account's owner has as many as they take",
    },
    "account_owner": {
        "nobody": "the account has no owner",
        "away": "the account's owner is not here",
        "other side": "the account's owner is not of the receiving side",
        "full": "the account's owner has as many as they take",
    },
    "record_owner": {
        "nobody": "the record has no owner",
        "away": "the record's owner is not here",
        "other side": "the record's owner is not of the receiving side",
        "full": "the record's owner has as many as they take",
    },
    "pool": {"lacking": "nobody in the pool has the skills it asks for"},
    "member": {"nobody": "the member is not here", "full": "the member has as many as they take"},
}
for _target, _whose in {
    "named_account": "named account's owner",
    "account_owner": "account's owner",
    "record_owner": "record's owner",
    "member": "member",
}.items():
    for _length in ("today", "this week"):
        REACHES_NOBODY[_target][f"full {_length}"] = f"the {_whose} was given as many {_length} as they take"


def ways_of(pools: Iterable[PoolTerms]) -> dict[str, Any]:
    """How these pools are asked, as the statements name it; their order is that of the rules that lead to them."""
    known = list(pools)
    return {
        "counting_pools": [pool.id for pool in known if pool.counts_gifts],
        "is_best_first": any(pool.best_first for pool in known),
        "fewest_open_pools": [pool.id for pool in known if pool.strategy == PoolStrategy.FEWEST_OPEN],
        "heaviest_pools": [pool.id for pool in known if pool.strategy == PoolStrategy.HEAVIEST],
        "asks_for_skills": any(pool.skills or pool.skills_of for pool in known),
        "waiting_pools": [pool.id for pool in known if pool.waits],
        "firsts": json.dumps(
            dict([(str(pool.id), pool.first) for pool in known if pool.first and pool.strategy == PoolStrategy.NAMED])
        ),
    }


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of a pool as the choice sees them. `virtual_time` None is a newcomer; `cap` None is no cap; `credit` is
    how far back turns given back may reach. `key` says who is next before it is a question of turns, the smallest;
    each record raises it by `grows`. `cost` is what a turn costs while the weight still grows."""

    member_id: UUID
    weight: int = 1
    virtual_time: int | None = None
    open_count: int = 0
    cap: int | None = None
    is_active: bool = True
    is_away: bool = False
    credit: int = 0
    key: int = 0
    grows: int = 0
    cost: int = 0

    @property
    def state(self) -> str:
        """available, or why not: inactive, away, full."""
        if not self.is_active:
            return "inactive"
        if self.is_away:
            return "away"
        return "full" if self.cap is not None and self.open_count >= self.cap else "available"

    @property
    def step(self) -> int:
        """What one record costs in virtual time."""
        return self.cost or ROUND // self.weight

    def next_turn(self, pool_time: int) -> tuple[int, int, UUID, float, int, int]:
        """What says who is first: of one key, whose turn it is; then who joined first. With it how many turns there
        is room for, what each costs, and by how much it raises the key."""
        room = inf if self.cap is None else self.cap - self.open_count
        return self.key, self.start(pool_time) + self.step, self.member_id, room, self.step, self.grows

    def holding(self, more: int) -> Candidate:
        """How they stand with so many more open."""
        return replace(self, open_count=self.open_count + more, key=self.key + self.grows * more)

    def start(self, pool_time: int) -> int:
        """The virtual time the next turn counts from."""
        if self.virtual_time is None:
            return pool_time
        return max(self.virtual_time, pool_time - self.step - self.credit)


class Turn(NamedTuple):
    """Who receives, their virtual time after it, and what it cost."""

    member_id: UUID
    virtual_time: int
    step: int


def present_time(virtual_times: Iterable[int | None]) -> int:
    """A pool's present virtual time: the furthest anybody who ever took turns in it has come."""
    return max((each for each in virtual_times if each is not None), default=0)


def turns(
    candidates: Iterable[Candidate], count: int, *, pool_time: int | None = None, never: Sequence[Collection[UUID]] = ()
) -> list[Turn | None]:
    """Who receives each of `count` records, in order; None where nobody is available.

    `never[n]` are members who may not receive the n-th record (they missed it before). Ties go to the member who
    joined first. Each turn costs the logarithm of the candidates, and as much again for each who is first and may not.
    """
    states = {each.member_id: each for each in candidates}
    time = present_time(each.virtual_time for each in states.values()) if pool_time is None else pool_time
    waiting = [each.next_turn(time) for each in states.values() if each.state == "available"]
    heapify(waiting)
    given: list[Turn | None] = []
    for barred in islice(chain(never, repeat(())), count):
        passed = []
        while waiting and waiting[0][2] in barred:
            passed.append(heappop(waiting))
        if waiting:
            key, virtual_time, member_id, room, step, grows = waiting[0]
            given.append(Turn(member_id, virtual_time, step))
            if room > 1:
                heapreplace(waiting, (key + grows, virtual_time + step, member_id, room - 1, step, grows))
            else:
                heappop(waiting)
        else:
            given.append(None)
        for each in passed:
            heappush(waiting, each)
    return given
