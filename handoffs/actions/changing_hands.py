"""Changing hands: whose turn it is in a pool, who missed it, and passing on by the ladder when an answer is late."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint, SeamTerms
from core.history.actions import blueprint_version, request_id
from core.people.models import Member, TimeOff
from core.sql import in_one_trip, load
from core.tenancy.scope import current_id
from handoffs.actions.holders import Holders, held_by
from handoffs.actions.offer_batch import ASKED_AGAIN, LOCKS_OF_POOLS, SEAT_IN_ROTATION
from handoffs.actions.pausing_by_state import look_at
from handoffs.models import Handoff, KeptHours, OwnHours
from handoffs.rules.allowed import Allowed, allowed
from handoffs.rules.escalation import ASKS_FOR_ANSWER
from handoffs.rules.routing import ANSWERING_ROLES, MOST_CREDIT, ROUND, Candidate, Turn, turns, ways_of
from handoffs.rules.sla import ClockTimes, carried_on, repeated_at, start

REASSIGN = load("handoffs", "reassign")
POOL_STATES = in_one_trip(*LOCKS_OF_POOLS, load("handoffs", "pool_states"))
SEEN_STATES = in_one_trip(SEAT_IN_ROTATION, load("handoffs", "pool_states"))


class DueStep(NamedTuple):
    """A claimed clock of a handoff, and its step that fell due at `due` and is taken at `at`."""

    clock_id: UUID
    id: UUID
    seam_id: UUID
    version: int
    place: int
    ladder: str  # JSON, read only where the rungs ahead are asked for
    action: str | None
    at: datetime
    due: datetime
    sla_line: str
    hours_id: UUID | None
    said: str | None = None  # JSON
    waits: bool = False  # for a worker that may retime it
    is_own: bool = False  # whether anybody here has hours of their own

    @property
    def terms(self) -> dict[str, Any]:
        """What of the step is not as usual."""
        return json.loads(self.said) if self.said else {}

    @property
    def seam(self) -> SeamTerms:
        """The seam as it was when the handoff was offered."""
        return blueprint_of.at(current_id(), self.version).seams_by_id[self.seam_id]

    @property
    def key(self) -> tuple[UUID, int, str, datetime]:
        """What a clock that starts with this step follows from, beside the hours it is counted in."""
        return self.seam_id, self.version, self.sla_line, self.due

    def allowed_in(self, hours_id: UUID | None) -> Allowed:
        """What the seam gives to somebody with these hours."""
        return allowed(self.seam, self.sla_line, KeptHours.hours_of(hours_id))

    @property
    def again(self) -> str | None:
        """When the ladder's last step is taken again; None while steps are ahead. A ladder never ends with nobody."""
        if self.action in ("touch", "late") or self.place + 1 < len(json.loads(self.ladder)):
            return None
        return repeated_at(self.allowed_in(self.hours_id), self.due, self.at).isoformat()


class PoolState(NamedTuple):
    """The rotation of a pool: candidates, its present time, how a trace shows them, their teams and hours."""

    id: UUID | None
    pool_time: int
    candidates: list[Candidate]
    traces: list[dict[str, Any]]
    teams: dict[UUID, UUID]
    hours: dict[UUID, UUID | None]
    skills: dict[UUID, frozenset[str]]

    def barred_for(self, held: Holders) -> set[UUID]:
        """Who does not get it: who had it or gave its record up, and who lacks a skill it asks for."""
        return held.barred.union(member_id for member_id, skills in self.skills.items() if not held.needs <= skills)

    def turns(self, never: Sequence[Collection[UUID]], taken: Counter[UUID]) -> list[Turn | None]:
        """Who receives each record, in order; `never[n]` may not receive the n-th. `taken` is what members were given
        since the pools were read, from whichever: a cap is about all of it. It grows by these."""
        now = [each.holding(taken[each.member_id]) for each in self.candidates]
        given = turns(now, len(never), pool_time=self.pool_time, never=never)
        taken.update(turn.member_id for turn in given if turn)
        return given

    def place(self, turn: Turn) -> dict[str, Any]:
        """Where the receiver took the turn, as the ledger keeps it."""
        place = {"pool": str(self.id), "team": str(self.teams[turn.member_id]), "virtual_time": turn.virtual_time}
        place |= {"step": turn.step}
        return place | {"trace": {"pool": str(self.id), "turn": turn.virtual_time, "candidates": self.traces}}


NO_POOL = PoolState(None, 0, [], [], {}, {}, {})
NOBODY_NAMED: Mapping[UUID, Sequence[UUID]] = {}


def pass_on(late: Sequence[DueStep], named: Mapping[UUID, Sequence[UUID]] = NOBODY_NAMED) -> None:
    """Give late handoffs to whom the step names, by clock, in `named`; else to the next in rotation; or back to the
    queue. Never back to who missed or returned them. The rows are locked already.

    Each changes hands, and its new clock starts, when its step fell due, whenever that is noticed; who is away is asked
    for that moment too. Where nobody is left the handoff stays where it is, and its ladder goes on. Three round trips
    for any number, and as many again for each moment where somebody came or went between the first and the last."""
    moments = sorted({each.due for each in late})
    came_or_went = Q(starts_at__gt=moments[0], starts_at__lte=moments[-1])
    came_or_went |= Q(ends_at__gt=moments[0], ends_at__lte=moments[-1])
    if len(moments) > 1 and TimeOff.objects.filter(came_or_went).exists():
        for moment in moments:
            pass_on([each for each in late if each.due == moment], named)
        return
    terms = blueprint_of.at(current_id(), max(each.version for each in late))
    held = held_by([each.id for each in late], late[0].at, terms)
    clocks: dict[Any, ClockTimes] = {}
    receivers = {each.clock_id: _first_of(named.get(each.clock_id, ()), held[each.id].barred) for each in late}
    said = [each for each in late if each.action == "queue" or receivers[each.clock_id]]
    moves = _by_name(said, held, receivers)
    by_pool: dict[UUID | None, list[DueStep]] = defaultdict(list)
    for each in late:
        if each.action != "queue" and not receivers[each.clock_id]:
            by_pool[held[each.id].pool_id].append(each)
    pools, taken = pool_states(by_pool, moments[-1], terms), Counter[UUID]()
    for pool_id, waiting in by_pool.items():
        pool = pools.get(pool_id, NO_POOL)
        for each, turn in zip(
            waiting, pool.turns([pool.barred_for(held[each.id]) for each in waiting], taken), strict=True
        ):
            change: dict[str, Any] = {"handoff": str(each.id)}
            if turn:
                ahead, hours_id = json.loads(each.ladder)[each.place + 1 :], pool.hours[turn.member_id]
                if (key := (each.key, hours_id)) not in clocks:
                    clocks[key] = start(each.allowed_in(hours_id), each.due)
                clock = carried_on(clocks[key], ahead)
                change = move(each.id, turn.member_id, clock, hours_id=hours_id) | pool.place(turn)
            moves.append(change | {"again": each.again, "fell_due": each.due.isoformat()})
    write(moves, terms, cause="ladder", by=None, at=late[0].at)


def _first_of(named: Sequence[UUID], barred: Collection[UUID]) -> UUID | None:
    return next((each for each in named if each not in barred), None)


def _by_name(
    steps: Sequence[DueStep], held: Mapping[UUID, Holders], receivers: Mapping[UUID, UUID | None]
) -> list[dict[str, Any]]:
    """The changes of hands of steps that say themselves where the handoff goes; none where there is no queue. One
    query, none where there are none."""
    own = OwnHours.by_holder() if steps else {}
    moves = []
    for step in steps:
        change: dict[str, Any] = {"handoff": str(step.id), "again": step.again, "fell_due": step.due.isoformat()}
        ahead, receiver, pool_id = json.loads(step.ladder)[step.place + 1 :], receivers[step.clock_id], None
        if step.action == "queue":
            receiver, pool_id = None, held[step.id].pool_id
        if receiver or pool_id:
            hours_id = own.get(receiver, own.get(held[step.id].team_id))
            clock = carried_on(start(step.allowed_in(hours_id), step.due), ahead)
            change |= move(step.id, receiver, clock, hours_id=hours_id)
        if pool_id:
            change |= {"to_queue": str(pool_id), "asked_at": (step.at + ASKED_AGAIN).isoformat()}
        elif receiver:
            change["trace"] = {"by": "the ladder"}
        moves.append(change)
    return moves


def move(
    handoff_id: UUID, member_id: UUID | None, clock: ClockTimes, restarts: int | None = None, *, hours_id: UUID | None
) -> dict[str, Any]:
    """One change of hands, as `sql/reassign.sql` reads it. `restarts`: how often the clock was begun anew by hand; as
    often as before where it is left out. `hours_id`: the hours it is counted in."""
    return {
        "handoff": str(handoff_id),
        "member": str(member_id) if member_id else None,
        "restarts": restarts,
        "hours": str(hours_id) if hours_id else None,
        "due": clock.due_at.isoformat(),
        "touch_due": clock.touch_due_at.isoformat() if clock.touch_due_at else None,
        "clocks": clock.as_rows(),
    }


def write(moves: Sequence[Mapping[str, Any]], terms: Blueprint, *, cause: str, by: Member | None, at: datetime) -> None:
    """Change hands for all of them in one statement. Clocks that begin stand still where the version in force says so
    of their records; `terms` where none is known."""
    REASSIGN.run(
        moves=json.dumps(moves),
        cause=cause,
        by=by.pk if by else None,
        at=at,
        kinds=list(ASKS_FOR_ANSWER),
        blueprint_version=blueprint_version.get(),
        request_id=request_id.get(),
    )
    if number := blueprint_version.get():
        terms = blueprint_of.at(current_id(), number)
    if terms.pausing_seams:
        given = Handoff.objects.filter(pk__in=[each["handoff"] for each in moves if "clocks" in each])
        look_at(terms, list(given.values_list("record_id", flat=True)), at)


def pool_states(
    pool_ids: Iterable[UUID | None], at: datetime, terms: Blueprint, *, is_kept: bool = True
) -> dict[UUID | None, PoolState]:
    """The rotation of each pool, in the order that `terms` ask it in; locked, and what waits to be counted is counted,
    where what comes of it is kept. One round trip."""
    wanted = sorted(each for each in pool_ids if each)
    asked = {"at": at, "barred": [], "needs": "{}", "answering_roles": ANSWERING_ROLES}
    asked |= {"round": ROUND, "most_credit": MOST_CREDIT}
    rows = (POOL_STATES if is_kept else SEEN_STATES).rows(pools=wanted, **asked, **ways_of(terms.pools))
    found: dict[UUID | None, PoolState] = {}
    for (
        pool_id,
        member_id,
        team_id,
        weight,
        cap,
        open_count,
        *order,
        begins,
        state,
        name,
        skills,
        pool_time,
        hours_id,
    ) in rows:
        pool = found.setdefault(pool_id, PoolState(pool_id, pool_time, [], [], {}, {}, {}))
        pool.skills[member_id] = frozenset(json.loads(skills))
        is_able = state not in ("inactive", "may not answer")
        is_away = state in ("away", "not begun")
        pool.candidates.append(Candidate(member_id, weight, begins, open_count, cap, is_able, is_away, *order))
        pool.teams[member_id], pool.hours[member_id] = team_id, hours_id
        if len(pool.traces) < 20:
            trace = {"member": str(member_id), "name": name, "state": state, "turn": begins, "weight": weight}
            pool.traces.append(trace)
    return found
