"""Offering a batch of records across a seam: routing, turns, due times, assignments and events in one statement."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.expressions.fields import Catalogue
from blueprint.expressions.to_sql import to_sql
from blueprint.schema import Blueprint, SeamTerms
from core.history.actions import request_id
from core.kept_plans import Prepared, literal, rows_of
from core.people.models import Member, Workspace
from core.sql import load
from handoffs.actions.keeping_accounts import in_waves
from handoffs.actions.pasts import NO_PAST, NOTHING_ASKED, Past, owner_first, runs_of
from handoffs.models import KeptHours
from handoffs.rules.allowed import allowed
from handoffs.rules.routing import ACCOUNT_TARGETS, ANSWERING_ROLES, MOST_CREDIT, REACHES_NOBODY, ROUND, ways_of
from handoffs.rules.sla import start
from lifecycle.facts import RECORD_SQL

ASKED_AGAIN = timedelta(minutes=5)  # how often a queue is asked for somebody who is there
LOCK_RECORDS = Prepared.of(load("handoffs", "lock_records"))
SEAT_IN_ROTATION = load("handoffs", "seat_in_rotation")
LOCK_ROTATION = load("handoffs", "lock_rotation")
LOCK_CAPS = load("handoffs", "lock_caps")
SETTLE_TURNS = load("handoffs", "settle_turns")
LOCKS_OF_POOLS = (LOCK_CAPS, SEAT_IN_ROTATION, LOCK_ROTATION, SETTLE_TURNS)
LOCK_ROTATIONS = tuple(Prepared.of(each) for each in LOCKS_OF_POOLS)
OFFER = load("handoffs", "offer")
ACCOUNT_MATCH = load("lifecycle", "parts/account_match").fill(standing="o.until is null")
HOURS_LATELY: dict[UUID, tuple[UUID, ...]] = {}  # by workspace, own hours of who received lately; a hint, no more
MOST_HOURS, MOST_WORKSPACES = 24, 1_000
TURNS, ONE_TURN = load("handoffs", "parts/turns"), load("handoffs", "parts/one_turn")
OUT_OF_STEP, IN_STEP = load("handoffs", "parts/out_of_step"), "select null::bigint as rank"
LEAST_AGAIN = 8  # of a batch that was cut, so many are asked for again at once, and twice as many each time it is not
WORDS = {
    "reaches_nobody": json.dumps(REACHES_NOBODY),
    "answering_roles": ANSWERING_ROLES,
    "round": ROUND,
    "most_credit": MOST_CREDIT,
    "shown": 20,  # how many of a pool a trace keeps
    "asked_again": ASKED_AGAIN,
}


class Arrived(NamedTuple):
    """A handoff that was offered."""

    handoff_id: UUID
    number: int
    record_id: UUID
    assignee_id: UUID | None


def offer_batch(
    workspace: Workspace,
    seam: SeamTerms,
    record_ids: Sequence[UUID],
    *,
    by: Member | None,
    at: datetime,
    packets: Mapping[UUID, Mapping[str, Any]] | None = None,
    senders: Mapping[UUID, UUID] | None = None,
    pasts: Mapping[UUID, Past] | None = None,
    are_held: bool = False,
    is_wave: bool = False,
) -> list[Arrived]:
    """Route and offer records, with due times and one event each; not those open on this seam or elsewhere by now.
    Each is offered at `at`, but never before its record was last written. One round trip, another where somebody wrote
    or a receiver has hours that nobody had lately, one more for each cap that several pools reach, and one for each run
    of records that ask for the same people. `senders`: who offered first, if not `by`. `pasts`: what former handoffs of
    a record say. `are_held`: this transaction wrote them. `is_wave`: no two are of one company, as a rule that gives
    companies away asks. Raises NoWorkingHours."""
    if not is_wave and any(rule.keeps_account for rule in seam.rules):
        given: dict[str, Any] = {"packets": packets, "senders": senders, "pasts": pasts, "are_held": are_held}
        return _by_company(workspace, seam, record_ids, by=by, at=at, **given)
    arrived, asked = list[Arrived](), asked_of(workspace, blueprint_of(workspace), seam)
    locks = LOCK_ROTATIONS if are_held else (LOCK_RECORDS, *LOCK_ROTATIONS)
    asked["packets"] = json.dumps({str(key): dict(packet) for key, packet in (packets or {}).items()})
    asked["senders"] = json.dumps({str(key): str(sender) for key, sender in (senders or {}).items()})
    asked["by"] = by.pk if by else None
    waiting = list(dict.fromkeys(record_ids))
    runs = [(NO_PAST, waiting)]
    if pasts or asked["asks_for_skills"]:
        runs = runs_of(waiting, pasts or {}, [blueprint_of(workspace).pools_by_id[each] for each in asked["pools"]])
    for past, run in runs:
        arrived += _offer_alike(workspace, seam, run, past, locks, asked, at)
        locks = ()  # they hold for the runs that follow, and what one gives is settled after the last
    return arrived


def _offer_alike(
    workspace: Workspace,
    seam: SeamTerms,
    waiting: Sequence[UUID],
    past: Past,
    locks: Sequence[Prepared],
    asked: dict[str, Any],
    at: datetime,
) -> list[Arrived]:
    """Offer records of one past, round by round."""
    arrived, catalogue = list[Arrived](), blueprint_of(workspace).catalogue
    tests = tuple(rule.expression for rule in seam.rules) + tuple(line.expression for line in seam.sla)
    lately = hours = HOURS_LATELY.get(workspace.pk, ())
    asked = asked | (NOTHING_ASKED if past is NO_PAST else past.asked())
    if first := past.returns and owner_first(seam, asked, past):
        asked, tests = asked | first, ("true", *tests)
    most = len(waiting)
    while waiting:
        some, rest = list(waiting[:most]), waiting[most:]
        statements = (*locks, _offer(tests, catalogue, len(some) == 1))
        locks = ()
        asked |= {"at": at, "times": json.dumps(_times(seam, hours, at))}
        rows = rows_of(*statements, amount=len(some), records=some, **asked)
        arrived += [Arrived(*row) for *row, not_before, _ in rows if not not_before]
        later = {row[2]: row[4] for row in rows if row[4]}
        known, hours = hours, tuple(dict.fromkeys((*hours, *(row[5] for row in rows if row[5]))))
        waiting, at = [*later, *rest], max(later.values(), default=at)
        if hours == known:
            most = max(LEAST_AGAIN, 2 * (len(some) - len(later)))
    if hours != lately:
        _remember(workspace.pk, hours)
    return arrived


def _by_company(
    workspace: Workspace, seam: SeamTerms, record_ids: Sequence[UUID], *, by: Member | None, at: datetime, **given: Any
) -> list[Arrived]:
    """The same, with no two records of one company at once."""
    offer = partial(offer_batch, workspace, seam, by=by, at=at, **given, is_wave=True)
    pools = blueprint_of(workspace).pools_by_id
    is_best_first = any(pools[rule.pool_id].best_first for rule in seam.rules if rule.pool_id)
    return in_waves(offer, seam, record_ids, is_best_first=is_best_first, by=by, at=at)


def _times(seam: SeamTerms, hours: Sequence[UUID], at: datetime) -> list[dict[str, Any]]:
    """What each SLA line gives from `at` on in each of these hours, and in the seam's, as the statement reads it."""
    told = []
    for hours_id in (None, *hours):
        own = KeptHours.hours_of(hours_id) if hours_id else None
        for place, key in enumerate(("", *seam.sla_by_key)):
            times = start(allowed(seam, key, own) if key or own else seam, at)
            touch_due = times.touch_due_at and times.touch_due_at.isoformat()
            line = {"line": place, "sla_line": key, "hours": hours_id and str(hours_id), "touch_due": touch_due}
            told.append(line | {"due": times.due_at.isoformat(), "clocks": times.as_rows()})
    return told


def _remember(workspace_id: UUID, hours: tuple[UUID, ...]) -> None:
    if len(HOURS_LATELY) >= MOST_WORKSPACES:
        HOURS_LATELY.clear()
    HOURS_LATELY[workspace_id] = hours[-MOST_HOURS:]


@lru_cache(maxsize=512)
def _offer(expressions: tuple[str, ...], catalogue: Catalogue, is_single: bool) -> Prepared:
    """The offering with the tests of these rules and SLA lines; it names nothing of a workspace, so those
    with the same share its plan. A single record asks a shorter one, since most come alone."""
    tests = [to_sql(each, catalogue, columns=RECORD_SQL, now_sql=OFFER.numbers["at"]) for each in expressions]
    conditions = ", ".join(literal(test.sql, *test.params) for test in tests)
    turns, cut = (ONE_TURN, IN_STEP) if is_single else (TURNS, OUT_OF_STEP)
    filled = OFFER.fill(conditions=conditions, turns=turns, out_of_step=cut, account_match=ACCOUNT_MATCH)
    return Prepared.of(filled)


def asked_of(workspace: Workspace, blueprint: Blueprint, seam: SeamTerms) -> dict[str, Any]:
    """What the statement asks of the seam and its rules, and of the pools they name."""
    rules, queue = seam.rules, blueprint.queue_for(seam)
    pools = list(dict.fromkeys([rule.pool_id for rule in rules if rule.pool_id] + ([queue.id] if queue else [])))
    return {
        "workspace": workspace.pk,
        "seam": seam.id,
        "trigger": seam.trigger_stage_id,
        "seam_key": seam.key,
        "seam_label": seam.label,
        "function": seam.to_function,
        "seam_owner": seam.owner,
        "has_packet": bool(seam.packet),
        "queue": queue.id if queue else None,
        "pools": pools,
        **ways_of(blueprint.pools_by_id[pool_id] for pool_id in pools),
        "rules": [rule.position for rule in rules],
        "rule_labels": [rule.label for rule in rules],
        "rule_targets": [rule.target for rule in rules],
        "asks_accounts": any(rule.target in ACCOUNT_TARGETS for rule in rules),
        "rule_pools": [rule.pool_id for rule in rules],
        "rule_members": [rule.member for rule in rules],
        "only_catch_all": [line.catch_all_only for line in seam.sla],
        "version": workspace.blueprint_version,
        "request_id": request_id.get(),
        **WORDS,
    }
