"""Fair shares of what is open among people, and the fewest moves that reach them."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True)
class Bearer:
    """Somebody who has `held` open ones, of which `movable` may be given away, and takes `most` at most (None: any).
    Who is away takes none and keeps only what cannot be moved."""

    id: UUID
    held: int
    movable: int
    weight: int = 1
    most: int | None = None
    is_away: bool = False
    sides: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Movable:
    """An open handoff that may go to somebody else of its side who has the skills and is not barred."""

    id: int
    holder: UUID
    side: str
    needs: frozenset[str] = frozenset()
    barred: frozenset[UUID] = field(default=frozenset())

    def may_go_to(self, bearer: Bearer) -> bool:
        """Whether they may have it."""
        return (
            bearer.id != self.holder
            and bearer.id not in self.barred
            and self.side in bearer.sides
            and self.needs <= bearer.skills
        )


def fair_shares(bearers: Sequence[Bearer]) -> dict[UUID, int]:
    """How many each should have, by weight: one after the other goes to whoever has the least for their weight, within
    what they must keep and what they take. Of equals, whoever has more now keeps more, so that least is moved. What
    nobody takes stays with who is away, then with who has most."""
    shares = {each.id: each.held - each.movable for each in bearers}
    left = sum(each.movable for each in bearers)
    here = [each for each in bearers if not each.is_away]
    queue = [_next(each, shares[each.id]) for each in here if _takes(each, shares[each.id])]
    by_id = {each.id: each for each in bearers}
    heapify(queue)
    while left and queue:
        *_, member_id = heappop(queue)
        shares[member_id] += 1
        left -= 1
        if _takes(by_id[member_id], shares[member_id]):
            heappush(queue, _next(by_id[member_id], shares[member_id]))
    for each in sorted(bearers, key=lambda one: (not one.is_away, -one.held)):
        kept = min(left, max(0, each.held - shares[each.id]))
        shares[each.id] += kept
        left -= kept
    return shares


def _next(bearer: Bearer, share: int) -> tuple[float, int, UUID]:
    return (share + 1) / bearer.weight, -(bearer.held - share), bearer.id


def _takes(bearer: Bearer, share: int) -> bool:
    return bearer.most is None or share < bearer.most


def fewest_moves(bearers: Sequence[Bearer], movables: Sequence[Movable]) -> dict[int, UUID]:
    """Handoff → who should have it. Nobody gives away more than is over their share, nobody receives more than is
    missing; of all such moves as many as sides, skills and who is barred let be. `movables` are asked in their
    order: the first ones are moved first."""
    shares = fair_shares(bearers)
    over = Counter({each.id: each.held - shares[each.id] for each in bearers if each.held > shares[each.id]})
    offered = [each for each in movables if over[each.holder] > 0]
    matching = _Matching({each.id: each for each in bearers}, offered, over)
    for each in sorted(bearers, key=lambda one: one.held - shares[one.id]):
        for _ in range(max(0, shares[each.id] - each.held)):
            if not matching.give_one_to(each.id):
                break
    return matching.given


class _Matching:
    """Handoffs given so far; one more is found along the shortest way on which others change what they get."""

    def __init__(self, bearers: Mapping[UUID, Bearer], movables: Sequence[Movable], over: Counter[UUID]) -> None:
        self.movables, self.over = movables, over
        self.given: dict[int, UUID] = {}
        self.fitting = {key: [each for each in movables if each.may_go_to(bearer)] for key, bearer in bearers.items()}

    def give_one_to(self, receiver: UUID) -> bool:
        """Whether they could be given one. Each person, each handoff and each holder is looked at once: what one cannot
        give, it cannot give to anybody on this way."""
        instead: dict[UUID, _Instead] = {}  # of who would give something up
        asking, seen, asked = deque([receiver]), set[int](), {receiver}
        holders: set[UUID] = set()
        while asking:
            wants = asking.popleft()
            for each in self.fitting[wants]:
                if each.id in seen:
                    continue
                seen.add(each.id)
                if each.id in self.given:
                    rivals = [each.id]
                elif self.over[each.holder] > 0:
                    self._give(each, wants, instead)
                    return True
                elif each.holder not in holders:
                    holders.add(each.holder)
                    rivals = [one.id for one in self.movables if one.holder == each.holder and one.id in self.given]
                else:
                    continue
                for rival in rivals:
                    former = self.given[rival]
                    if former not in asked:
                        asked.add(former)
                        instead[former] = _Instead(wants, each.id, rival)
                        asking.append(former)
        return False

    def _give(self, found: Movable, wants: UUID, instead: Mapping[UUID, "_Instead"]) -> None:
        """Give it, and along the way what each gives up, or another of its holder, to whoever waits for it."""
        self.over[found.holder] -= 1
        self.given[found.id] = wants
        while way := instead.get(wants):
            del self.given[way.gives_up]
            self.given[way.wanted] = wants = way.receiver


class _Instead(NamedTuple):
    """Who gets the wanted handoff once this one is given up."""

    receiver: UUID
    wanted: int
    gives_up: int
