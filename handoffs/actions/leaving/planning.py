"""Working out who gets what: handoffs by the routing's own rotation, companies whole, tasks to who leads."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.schema import PoolTerms
from core.errors import RuleSaysNo
from core.people.models import Member, Team, TeamSeat, Workspace
from core.people.permissions import may
from handoffs.actions.changing_hands import NO_POOL, move, pool_states
from handoffs.actions.holders import held_by
from handoffs.actions.leaving import holding
from handoffs.actions.leaving.occasions import Occasion
from handoffs.actions.leaving.plans import Move, Plan
from handoffs.models import Clock, KeptHours, OwnHours
from handoffs.rules.allowed import allowed
from handoffs.rules.routing import Turn
from handoffs.rules.sla import ClockTimes, carried_on, start
from lifecycle.models import Account, Record

RANKS = (
    *(Member.Role.OWNER, Member.Role.ADMIN, Member.Role.MANAGER),
    *(Member.Role.LEADER, Member.Role.REP, Member.Role.VIEWER),
)


class Successor(NamedTuple):
    """Who receives, and why them."""

    member: Member
    why: str


class Planner:
    """One handover worked out. Takes the pools' turns under lock, as routing does: run it in a transaction."""

    def __init__(self, workspace: Workspace, occasion: Occasion, successor: Member | None, at: datetime) -> None:
        self.workspace, self.occasion, self.successor, self.at = workspace, occasion, successor, at
        self.member = occasion.member
        self.terms = blueprint_of(workspace)
        own = {pool.id for pool in self.own_pools}
        self.pools = pool_states(own, at, self.terms)  # first: offers under way to them are done, or wait
        self.taken = Counter[UUID]()
        self.handoffs = list(occasion.handoffs().select_related("record", "team__manager"))
        running = Clock.objects.filter(handoff__in=self.handoffs, kind=Clock.Kind.ANSWER, stopped_at=None)
        self.ahead = {each.handoff_id: each.ahead for each in running}
        self.held = held_by([each.pk for each in self.handoffs], at, self.terms)
        if others := {held.pool_id for held in self.held.values()} - own - {None}:
            self.pools |= pool_states(others, at, self.terms)

    def plan(self) -> Plan:
        """The whole departure. About a dozen queries, whatever the member holds."""
        moves, changes = self._handoffs()
        taken = {each.record_id: each.to for each in moves if each.record_id}
        rules = [rule for seam in self.terms.seams for rule in seam.rules] if self.occasion.gives_up_all else []
        return Plan(
            member=self.member,
            successor=self.successor,
            moves=(*moves, *self._records(taken), *self._tasks()),
            definitions=holding.owned_definitions(self.workspace, self.member) if self.occasion.is_leaving else {},
            teams=self.occasion.teams_without_head(),
            rules=tuple(rule.label for rule in rules if rule.member and rule.member == self.member.email),
            ends=tuple(self.occasion.ends(self.at)),
            changes=tuple(changes),
        )

    def _handoffs(self) -> tuple[list[Move], list[dict[str, Any]]]:
        """Each to the next in the pool it was given from, never to who missed it; to who leads where nobody is left."""
        turn_of: dict[UUID, Turn | None] = {}
        for pool_id in {held.pool_id: None for held in self.held.values()}:
            waiting = [each.pk for each in self.handoffs if self.held[each.pk].pool_id == pool_id]
            pool = self.pools.get(pool_id, NO_POOL)
            never = [pool.barred_for(self.held[each]) | {self.member.pk} for each in waiting]
            turn_of |= zip(waiting, self._turns(pool_id, never), strict=True)
        moves, changes = [], []
        clocks: dict[Any, ClockTimes] = {}
        for each in self.handoffs:
            pool_id, turn = self.held[each.pk].pool_id, turn_of[each.pk]
            heir = self._next_in(pool_id, turn) or self.heir(each.team, named=False, verb="handoff.answer")
            moves.append(Move("handoff", each.pk, each.number, each.record.name, *heir, each.record_id))
            place = self.pools[pool_id].place(turn) if turn else {}
            hours_id = self._hours_of(heir.member, UUID(place["team"]) if turn else each.team_id)
            key = (each.seam_id, each.blueprint_version, each.sla_line, hours_id)
            if key not in clocks:
                theirs = allowed(each.seam_terms, each.sla_line, KeptHours.hours_of(hours_id))
                clocks[key] = start(theirs, self.at)
            clock = carried_on(clocks[key], self.ahead.get(each.pk, []))
            changes.append(move(each.pk, heir.member.pk, clock, hours_id=hours_id) | place)
        return moves, changes

    def _hours_of(self, member: Member, team_id: UUID | None) -> UUID | None:
        """The hours that clocks of the heir count."""
        return self.own_hours.get(member.pk, self.own_hours.get(team_id))

    @cached_property
    def own_hours(self) -> dict[UUID | None, UUID]:
        """By member and team, the hours that are their own. One query."""
        return OwnHours.by_holder()

    def _records(self, taken: Mapping[UUID, Member]) -> list[Move]:
        """A company and its open records stay together: with the successor, with who has its handoff now, else in
        turns through the pool of the member's team (caps are about handoffs, so they do not bind here)."""
        bundles: dict[UUID, list[Record | Account]] = defaultdict(list)
        for account in self.occasion.accounts():
            bundles[account.pk].append(account)
        for record in self.occasion.records().select_related("team__manager"):
            bundles[record.account_id or record.pk].append(record)
        heirs: dict[UUID, Successor] = {}
        waiting: dict[UUID | None, list[UUID]] = defaultdict(list)
        for key, things in bundles.items():
            with_handoff = [taken[each.pk] for each in things if each.pk in taken]
            if self.successor:
                heirs[key] = self.heir(None)
            elif with_handoff:
                heirs[key] = Successor(with_handoff[0], "has its handoff now")
            else:
                waiting[self._pool_for(things)].append(key)
        for pool_id, keys in waiting.items():
            given = self._turns(pool_id, [{self.member.pk}] * len(keys), capped=False)
            for key, turn in zip(keys, given, strict=True):
                team = next((each.team for each in bundles[key] if isinstance(each, Record) and each.team), None)
                heirs[key] = self._next_in(pool_id, turn) or self.heir(team, verb="record.write")
        return [_moved(each, heirs[key]) for key, things in bundles.items() for each in things]

    def _tasks(self) -> list[Move]:
        """To the successor, else to the manager of the task's team or of the member's."""
        found = self.occasion.tasks().select_related("team__manager")
        return [Move("task", each.pk, each.number, each.title, *self.heir(each.team), each.record_id) for each in found]

    @cached_property
    def seats(self) -> list[TeamSeat]:
        """Where the member sits."""
        return list(TeamSeat.objects.filter(member=self.member).select_related("team__manager").order_by("team__key"))

    @cached_property
    def own_pools(self) -> list[PoolTerms]:
        """The pools the member takes turns in."""
        return [pool for pool in self.terms.pools if any(_takes_from(pool, seat.team) for seat in self.seats)]

    def _pool_for(self, things: Sequence[Record | Account]) -> UUID | None:
        """The narrowest pool of the team a bundle belongs to, else of the member's first team."""
        sits_in = {seat.team_id: seat.team for seat in self.seats}
        theirs = (sits_in.get(each.team_id) for each in things if isinstance(each, Record) and each.team_id)
        team = next((each for each in theirs if each), self.seats[0].team if self.seats else None)
        fitting = [pool for pool in self.own_pools if team and _takes_from(pool, team)]
        return max(fitting, key=lambda pool: (bool(pool.team), bool(pool.region))).id if fitting else None

    def _turns(
        self, pool_id: UUID | None, never: Sequence[Collection[UUID]], *, capped: bool = True
    ) -> list[Turn | None]:
        """The next turns of a pool, which then stands as it does after them."""
        pool = self.pools.get(pool_id, NO_POOL)
        asked = pool.candidates if capped else [replace(each, cap=None) for each in pool.candidates]
        given = pool._replace(candidates=asked).turns(never, self.taken if capped else Counter())
        served = {turn.member_id: turn.virtual_time for turn in given if turn}
        after = [replace(each, virtual_time=served.get(each.member_id, each.virtual_time)) for each in pool.candidates]
        self.pools[pool_id] = pool._replace(candidates=after)
        return given

    def _next_in(self, pool_id: UUID | None, turn: Turn | None) -> Successor | None:
        if turn is None or pool_id is None:
            return None
        pool = self.terms.pools_by_id.get(pool_id)
        label = pool.label if pool else "a rotation that was retired since"
        return Successor(self.people[turn.member_id], f"next in {label}")

    @cached_property
    def people(self) -> dict[UUID, Member]:
        """Everybody active who may receive: all but the member. One query."""
        others = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(pk=self.member.pk)
        return {each.pk: each for each in others}

    def heir(self, team: Team | None, *, named: bool = True, verb: str = "") -> Successor:
        """The successor, else the manager of this team or of the member's own, else whoever leads the workspace; only
        people whose role carries the `verb`, so that nothing is handed to who may do nothing with it.

        Raises RuleSaysNo where nobody else is here."""
        able = {key: each for key, each in self.people.items() if not verb or may(each, verb)}
        if named and self.successor and (self.successor.pk in able or not verb):
            return Successor(self.successor, "named successor")
        for each in (team, *(seat.team for seat in self.seats)):
            if each and each.manager_id in able:
                return Successor(able[each.manager_id], f"manages {each.name}")
        if not able:
            raise RuleSaysNo("Nobody else is here to hand over to.", code="nobody_else")
        first = min(able.values(), key=lambda one: (RANKS.index(Member.Role(one.role)), one.joined_at, one.pk))
        return Successor(first, f"{first.get_role_display()} of the workspace")


def _takes_from(pool: PoolTerms, team: Team) -> bool:
    return pool.function == team.function and pool.team in ("", team.key) and pool.region in ("", team.region)


def _moved(thing: Record | Account, heir: Successor) -> Move:
    noun = "account" if isinstance(thing, Account) else "record"
    record_id = None if noun == "account" else thing.pk
    return Move(noun, thing.pk, thing.number, thing.name, *heir, record_id)
