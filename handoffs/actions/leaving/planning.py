"""Working out who gets what: handoffs by the routing's own rotation, companies whole, tasks to who leads.

Somebody may have a hundred thousand records: they are read as plain rows, and who receives is looked up once each."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q

from blueprint.documents import blueprint_of
from core.people.models import Member, Workspace
from core.people.permissions import may
from handoffs.actions.changing_hands import NO_POOL, move, pool_states
from handoffs.actions.holders import held_by
from handoffs.actions.leaving.bundles import Bundles
from handoffs.actions.leaving.occasions import Occasion
from handoffs.actions.leaving.plans import Move, Plan
from handoffs.actions.leaving.successors import Receivers, Successor
from handoffs.models import Clock, KeptHours, OwnHours
from handoffs.rules.allowed import allowed
from handoffs.rules.escalation import ASKS_FOR_ANSWER
from handoffs.rules.routing import Turn
from handoffs.rules.sla import ClockTimes, carried_on, start

READ_OF_HANDOFFS = ("number", "team_id", "seam_id", "blueprint_version", "sla_line", "record__name")


class Planner:
    """One handover worked out, in a transaction. One that is kept takes the pools' turns under lock, as routing does,
    and says how clocks go on; one that is only looked at locks nothing."""

    def __init__(
        self, workspace: Workspace, occasion: Occasion, successor: Member | None, at: datetime, *, is_kept: bool
    ) -> None:
        self.workspace, self.occasion, self.successor, self.at = workspace, occasion, successor, at
        self.member, self.is_kept = occasion.member, is_kept
        self.terms = blueprint_of(workspace)
        self.who = Receivers(self.member, successor, self.terms)
        own = self.who.own_pools  # first: offers under way to them are done, or wait
        self.pools = pool_states(own, at, self.terms, is_kept=is_kept)
        self.taken = Counter[UUID]()
        found = list(occasion.handoffs().select_related("record").only(*READ_OF_HANDOFFS))  # there may be thousands
        self.held = held_by([each.pk for each in found], at, self.terms)
        self.handoffs = [each for each in found if each.pk in self.held]
        if others := {held.pool_id for held in self.held.values()} - own - {None}:
            self.pools |= pool_states(others, at, self.terms, is_kept=is_kept)

    def plan(self) -> Plan:
        """The whole departure. About a dozen queries, whatever the member holds."""
        turns = self._turns_of_handoffs()
        moves = self._handoffs(turns)
        taken = {each.record_id: each.to for each in moves if each.record_id}
        whole, received = Bundles(self.occasion, self.who, taken, is_kept=self.is_kept).handed_over(self._next)
        rest = [*self._tasks(), *self._promises()]
        rules = [rule for seam in self.terms.seams for rule in seam.rules] if self.occasion.gives_up_all else []
        return Plan(
            member=self.member,
            successor=self.successor,
            moves=(*moves, *whole, *rest),
            received=received + Counter((each.to, each.noun) for each in (*moves, *rest)),
            definitions=self.occasion.definitions(self.workspace),
            teams=self.occasion.teams_without_head(),
            rules=tuple(rule.label for rule in rules if rule.member and rule.member == self.member.email),
            ends=tuple(self.occasion.ends(self.at)),
            changes=tuple(self._changes(moves, turns)) if self.is_kept else (),
        )

    def _turns_of_handoffs(self) -> dict[UUID, Turn | None]:
        """Whose turn each is in the pool it was given from, never theirs who missed it."""
        by_pool: dict[UUID | None, list[UUID]] = defaultdict(list)
        for each in self.handoffs:
            by_pool[self.held[each.pk].pool_id].append(each.pk)
        turn_of: dict[UUID, Turn | None] = {}
        for pool_id, waiting in by_pool.items():
            pool = self.pools.get(pool_id, NO_POOL)
            never = [pool.barred_for(self.held[each]) for each in waiting]
            turn_of |= zip(waiting, self._turns(pool_id, never), strict=True)
        return turn_of

    def _handoffs(self, turns: Mapping[UUID, Turn | None]) -> list[Move]:
        """Each to the next in its pool; to who leads where nobody is left."""
        moves = []
        for each in self.handoffs:
            turn = turns[each.pk]
            heir = (
                self.who.next_in(self.held[each.pk].pool_id, turn.member_id)
                if turn
                else self.who.heir(each.team_id, named=False, verb="handoff.answer")
            )
            moves.append(Move("handoff", each.pk, each.number, each.record.name, *heir, each.record_id))
        return moves

    def _changes(self, moves: Sequence[Move], turns: Mapping[UUID, Turn | None]) -> Iterator[dict[str, Any]]:
        """How each handoff changes hands, with the clocks of who receives it. One query."""
        running = Clock.objects.filter(handoff__in=self.handoffs, kind=Clock.Kind.ANSWER, stopped_at=None)
        ahead = {each.handoff_id: each.ahead for each in running}
        clocks: dict[Any, ClockTimes] = {}
        for each, (*_, heir, _, _) in zip(self.handoffs, moves, strict=True):
            turn = turns[each.pk]
            place = self.pools[self.held[each.pk].pool_id].place(turn) if turn else {}
            hours_id = self._hours_of(heir, UUID(place["team"]) if turn else each.team_id)
            key = (each.seam_id, each.blueprint_version, each.sla_line, hours_id)
            if key not in clocks:
                theirs = allowed(each.seam_terms, each.sla_line, KeptHours.hours_of(hours_id))
                clocks[key] = start(theirs, self.at)
            clock = carried_on(clocks[key], ahead.get(each.pk, []))
            yield move(each.pk, heir.pk, clock, hours_id=hours_id) | place

    def _hours_of(self, member: Member, team_id: UUID | None) -> UUID | None:
        """The hours that clocks of the heir count."""
        return self.own_hours.get(member.pk, self.own_hours.get(team_id))

    @cached_property
    def own_hours(self) -> dict[UUID | None, UUID]:
        """By member and team, the hours that are their own. One query."""
        return OwnHours.by_holder()

    def _tasks(self) -> list[Move]:
        """To the successor, else to the manager of the task's team or of the member's; but for those that asked for an
        answer, which end when the handoff is somebody else's."""
        ends = Q(kind__in=ASKS_FOR_ANSWER, handoff__in=self.handoffs)
        ends |= Q(kind="late_task", about__kind__in=ASKS_FOR_ANSWER, about__handoff__in=self.handoffs)
        stays = self.occasion.tasks().exclude(pk__in=self.occasion.tasks().filter(ends).order_by())
        rows = stays.values_list("pk", "number", "title", "team", "record")
        return [
            Move("task", pk, number, title, *self.who.heir(team_id), record_id)
            for pk, number, title, team_id, record_id in rows
        ]

    def _promises(self) -> list[Move]:
        """To the successor, else to whoever has the record, else to the manager of its team or of the member's."""
        rows = self.occasion.promises().values_list("pk", "number", "title", "record", "record__owner", "record__team")
        moves = []
        for pk, number, title, record_id, owner_id, team_id in rows:
            owner = None if self.successor else self.who.people.get(owner_id)
            if owner and may(owner, "record.write"):
                heir = Successor(owner, "has its record")
            else:
                heir = self.who.heir(team_id, verb="record.write")
            moves.append(Move("promise", pk, number, title, *heir, record_id))
        return moves

    def _turns(
        self, pool_id: UUID | None, never: Sequence[Collection[UUID]], *, capped: bool = True
    ) -> list[Turn | None]:
        """The next turns of a pool, none of them the member's; it then stands as it does after them."""
        pool = self.pools.get(pool_id, NO_POOL)
        others = [each for each in pool.candidates if each.member_id != self.member.pk]
        asked = others if capped else [replace(each, cap=None) for each in others]
        given = pool._replace(candidates=asked).turns(never, self.taken if capped else Counter())
        served = {turn.member_id: turn.virtual_time for turn in given if turn}
        after = [replace(each, virtual_time=served.get(each.member_id, each.virtual_time)) for each in others]
        self.pools[pool_id] = pool._replace(candidates=after)
        return given

    def _next(self, pool_id: UUID | None, count: int) -> list[UUID | None]:
        """Whose each of so many turns of a pool is, whatever they have already."""
        return [turn and turn.member_id for turn in self._turns(pool_id, [()] * count, capped=False)]
