"""What changes hands together: a company with its records, or a record alone; and who gets each.

Somebody may have a hundred thousand records: the statement puts together those that are alike, and who looks is told
the first ones and how many the others are."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from core.people.models import Member
from core.sql import load
from core.tenancy.scope import current_id
from handoffs.actions.leaving.occasions import Occasion
from handoffs.actions.leaving.plans import MOST_TOLD, Move, Received
from handoffs.actions.leaving.successors import Receivers, Successor
from lifecycle.rules.account_owners import refuse_other_side

HELD_BUNDLES = load("handoffs", "held_bundles")
EVERY_ONE = 2**31 - 1
Turns = Callable[[UUID | None, int], Iterable[UUID | None]]  # of a pool, so many: whose each is


class Alike(NamedTuple):
    """Bundles that are alike in whom they may go to; of the first ones of all, `keys` are the company or the record."""

    sides: frozenset[str]
    teams: Sequence[UUID]
    taker: UUID | None
    ranks: Sequence[int]
    records: Sequence[int]
    held: Sequence[int]
    keys: Sequence[UUID]


@dataclass(eq=False)
class Lot:
    """What one person gets for one reason."""

    heir: Successor
    records: int = 0
    accounts: int = 0


class Bundles:
    """The companies and records of one handover, and who gets each: the successor, who has its handoff now, else the
    next of the pool of the member's team (`turns`; caps are about handoffs, so they do not bind here). A company of a
    side goes to somebody of that side. `taken` says who has a handoff of theirs by record."""

    def __init__(self, occasion: Occasion, who: Receivers, taken: Mapping[UUID, Member], *, is_kept: bool) -> None:
        self.occasion, self.who, self.is_kept = occasion, who, is_kept
        self.most = EVERY_ONE if is_kept else MOST_TOLD
        self.alike = self._alike(taken)

    def handed_over(self, turns: Turns) -> tuple[list[Move], Received]:
        """Each company and record with who gets it, or the first ones, and who receives how many. Raises BadInput for
        a successor who is of another side."""
        self._refuse_other_side()
        named, lots = self._lots(turns)
        received: Received = Counter()
        for lot in lots:
            received[lot.heir.member, "record"] += lot.records
            received[lot.heir.member, "account"] += lot.accounts
        return self._moves(named), received

    def _alike(self, taken: Mapping[UUID, Member]) -> list[Alike]:
        """One query."""
        rows = HELD_BUNDLES.rows(
            workspace=current_id(),
            member=self.occasion.member.pk,
            **self.occasion.scope,
            taken=json.dumps({str(key): str(each.pk) for key, each in taken.items()}),
            most=self.most,
        )
        return [
            Alike(frozenset(sides or ()), teams or (), taker, ranks, records, held, keys or ())
            for sides, teams, taker, ranks, records, held, keys in rows
        ]

    def _refuse_other_side(self) -> None:
        if successor := self.who.successor:
            for other in self.who.not_theirs(successor, {side for each in self.alike for side in each.sides}):
                refuse_other_side(
                    successor, other, self.who.terms.function_label(other), is_of_side=False, field="successor"
                )

    def _lots(self, turns: Turns) -> tuple[dict[int, Lot], list[Lot]]:
        """By the place of each that is named, who gets it; and what everybody gets, for each reason."""
        named: dict[int, Lot] = {}
        lots, waiting = list[Lot](), defaultdict[UUID | None, list[tuple[int, int, int, Alike]]](list)
        for each in self.alike:
            if heir := self._known(each):
                lots.append(lot := Lot(heir, sum(each.records), sum(each.held)))
                named |= dict.fromkeys(each.ranks[: len(each.keys)], lot)
            else:
                pool_id = self.who.pool_for(each.teams, each.sides)
                waiting[pool_id] += zip(each.ranks, each.records, each.held, repeat(each))
        for pool_id, those in waiting.items():
            those.sort(key=itemgetter(0))
            of: dict[int, dict[UUID | None, Lot]] = defaultdict(dict)
            for (rank, records, held, each), member_id in zip(those, turns(pool_id, len(those)), strict=True):
                lot_of = of[id(each)]
                if (found := lot_of.get(member_id)) is None:
                    lots.append(found := self._lot_of(pool_id, member_id, each.sides, each.teams))
                    lot_of[member_id] = found
                found.records += records
                found.accounts += held
                if rank <= self.most:
                    named[rank] = found
        return named, lots

    def _known(self, each: Alike) -> Successor | None:
        """Who gets them without a turn."""
        if self.who.successor:
            return self.who.heir(None)
        if each.taker and not self.who.not_theirs(self.who.people[each.taker], each.sides):
            return Successor(self.who.people[each.taker], "has its handoff now")
        return None

    def _lot_of(
        self, pool_id: UUID | None, member_id: UUID | None, sides: frozenset[str], teams: Sequence[UUID]
    ) -> Lot:
        """What goes to somebody whose turn it is, or to who leads where it is nobody's; on which sides the companies
        are nobody's from then on."""
        heir = self.who.next_in(pool_id, member_id) if member_id else self._leader(teams, sides)
        lost = [self.who.terms.function_label(side) for side in self.who.not_theirs(heir.member, sides)]
        return Lot(heir._replace(why=f"{heir.why}; nobody's for {' and '.join(lost)}") if lost else heir)

    def _leader(self, teams: Sequence[UUID], sides: frozenset[str]) -> Successor:
        team_id = self.who.team_for(teams, sides) if sides else next(iter(teams), None)
        return self.who.heir(team_id, verb="record.write")

    def _moves(self, lots: Mapping[int, Lot]) -> list[Move]:
        """A company, then its records, then the next one. Two queries."""
        named = sorted((rank, key) for each in self.alike for rank, key in zip(each.ranks, each.keys, strict=False))
        accounts, records = self.occasion.accounts(), self.occasion.records()
        if not self.is_kept:
            keys = [key for _, key in named]
            accounts = accounts.filter(pk__in=keys)[:MOST_TOLD]
            records = records.filter(Q(account__in=keys) | Q(pk__in=keys))[:MOST_TOLD]
        things: dict[UUID, list[tuple[str, UUID, int, str]]] = defaultdict(list)
        for pk, number, name in accounts.values_list("pk", "number", "name"):
            things[pk].append(("account", pk, number, name))
        for account_id, pk, number, name in records.values_list("account", "pk", "number", "name"):
            things[account_id or pk].append(("record", pk, number, name))
        return [
            Move(*thing, *lots[rank].heir, thing[1] if thing[0] == "record" else None)
            for rank, key in named
            for thing in things[key]
        ]
