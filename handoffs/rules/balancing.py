"""Fair shares of what is open among people, and the fewest moves that reach them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from uuid import UUID

MOST_SWAPS = 60  # along one way; who still gets none then gets none


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
            if not matching.give_one_to(each.id, set()):
                break
    return matching.given


class _Matching:
    """Handoffs given so far; one more is found along a way on which others change their receiver."""

    def __init__(self, bearers: Mapping[UUID, Bearer], movables: Sequence[Movable], over: Counter[UUID]) -> None:
        self.movables, self.over = movables, over
        self.given: dict[int, UUID] = {}
        self.fitting = {key: [each for each in movables if each.may_go_to(bearer)] for key, bearer in bearers.items()}

    def give_one_to(self, receiver: UUID, seen: set[int]) -> bool:
        """Whether they could be given one."""
        for each in self.fitting[receiver]:
            if each.id not in seen and each.id not in self.given and self.over[each.holder] > 0:
                self.over[each.holder] -= 1
                self.given[each.id] = receiver
                return True
        for each in self.fitting[receiver]:
            if each.id not in seen and len(seen) < MOST_SWAPS and self._taken_over(each, receiver, seen):
                return True
        return False

    def _taken_over(self, wanted: Movable, receiver: UUID, seen: set[int]) -> bool:
        """Whether they get the wanted one since whoever was to get it, or another of its holder, gets one instead."""
        seen.add(wanted.id)
        others = [each for each in self.movables if each.holder == wanted.holder and each.id in self.given]
        for rival in [wanted] if wanted.id in self.given else others:
            former = self.given.pop(rival.id)
            self.given[wanted.id] = receiver
            if former != receiver and self.give_one_to(former, seen | {rival.id}):
                return True
            self.given.pop(wanted.id)
            self.given[rival.id] = former
        return False
