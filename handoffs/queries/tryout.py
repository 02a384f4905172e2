"""Where records would go, by rules in force or proposed: the rules tried with what each looked at, the pool as it
stands, whose turn it is. Nothing is kept, and nobody's turn moves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.expressions.criteria import judge
from blueprint.schema import Blueprint, RuleTerms, SeamTerms
from core.people.models import Workspace
from core.sql import load
from handoffs.actions.offer_batch import ACCOUNT_MATCH, LOCK_ROTATION, SEAT_IN_ROTATION, SETTLE_TURNS, asked_of
from handoffs.actions.pasts import NO_PAST, Past, needs_of, owner_first
from handoffs.models import TurnMove
from handoffs.queries.path import CAUSES, Hand, account_words
from handoffs.rules.allowed import met_line
from handoffs.rules.routing import REACHES_NOBODY
from lifecycle.facts import facts_of
from lifecycle.models import Record
from lifecycle.rules.gates import shown

TRY_ROUTING = load("handoffs", "try_routing").fill(account_match=ACCOUNT_MATCH)
CAME_BACK = load("handoffs", "came_back")


@dataclass(frozen=True)
class RoutingTrial:
    """A record as rules see it: one that is here, one that is typed in, or one as it was at a `moment`."""

    label: str
    facts: Mapping[str, Any]
    account_id: UUID | None = None
    domain: str = ""
    record_owner_id: UUID | None = None
    record_id: UUID | None = None
    stage_id: UUID | None = None
    moment: datetime | None = None

    @classmethod
    def of(cls, record: Record, workspace: Workspace, at: datetime) -> RoutingTrial:
        """A record that came with its stage and account. One query where its money is in another currency."""
        held = (record.account_id, record.domain, record.owner_id)
        return cls(record.name, facts_of(record, workspace, at), *held, record.pk, record.stage_id)


@dataclass(frozen=True)
class TriedRecord:
    """Where one record would go: `rule` takes it (blank where none does), and `hand` is the trace, with the facts that
    each rule looked at. `sla_line` sets its minutes (blank where the seam does). Of a handoff of the past, whom the
    rules of its time gave it to."""

    label: str
    rule: str
    hand: Hand
    facts: Mapping[str, Any] = field(default_factory=dict)
    sla_line: str = ""
    handoff: int | None = None
    was_receiver: str = ""
    was_rule: str = ""

    @property
    def goes_elsewhere(self) -> bool:
        """Whether another rule takes it than when it was offered."""
        return self.handoff is not None and self.rule != self.was_rule


def try_out(
    workspace: Workspace, blueprint: Blueprint, seam: SeamTerms, trials: Sequence[RoutingTrial], *, at: datetime
) -> list[TriedRecord]:
    """Where each of these records would go if it came at that moment, by itself: never to who gave it up, as its seam
    says. Five queries at most whatever their number, and some more for each other set of people they ask for."""
    judged = [judge(blueprint.catalogue, seam.rules, trial.facts, trial.moment or at) for trial in trials]
    asked = [
        {
            "number": number,
            "account_id": trial.account_id,
            "domain": trial.domain,
            "record_owner_id": trial.record_owner_id,
            "conditions": [{"met": True, "unmet": False}.get(line.verdict) for line in lines],
        }
        for number, (trial, lines) in enumerate(zip(trials, judged, strict=True), start=1)
    ]
    given = asked_of(workspace, blueprint, seam) | {"at": at}
    pools = [blueprint.pools_by_id[each] for each in given["pools"]]
    pasts = _pasts(seam, trials, at)
    alike: dict[Past, list[dict[str, Any]]] = {}
    for trial, one in zip(trials, asked, strict=True):
        past = pasts.get(trial.record_id, NO_PAST)._replace(needs=needs_of(pools, trial.facts))
        alike.setdefault(past, []).append(one)
    rows, firsts = _asked(seam, given, alike)
    tried = []
    for trial, lines, row in zip(trials, judged, rows, strict=True):
        met = [told.verdict == "met" for told in judge(blueprint.catalogue, seam.sla, trial.facts, trial.moment or at)]
        first = firsts.get(row[0], "")
        place = row[1] - 1 if first and row[1] else row[1]  # 0: the seam's owner, before all rules
        line = met_line(seam.sla, met, is_by_catch_all=place in (None, len(seam.rules)))
        told = _tried(blueprint, seam, trial, lines, (place, *row[2:]), first, at)
        tried.append(replace(told, sla_line=line.label if line else ""))
    return tried


def _asked(
    seam: SeamTerms, given: Mapping[str, Any], alike: Mapping[Past, Sequence[dict[str, Any]]]
) -> tuple[list[Any], dict[int, str]]:
    """The answers in the order of the records, and what is asked of some before all rules, by their numbers."""
    rows: list[Any] = []
    firsts: dict[int, str] = {}
    with transaction.atomic():
        _seat_and_settle(given)
        for past, those in alike.items():
            terms = dict(given) | past.asked() | (first := owner_first(seam, given, past))
            if first:
                those = [each | {"conditions": [True, *each["conditions"]]} for each in those]
                firsts |= {each["number"]: first["rule_labels"][0] for each in those}
            rows += TRY_ROUTING.rows(**terms, trials=json.dumps(those, default=str))
        transaction.set_rollback(True)
    return sorted(rows, key=lambda row: row[0]), firsts


def _pasts(seam: SeamTerms, trials: Sequence[RoutingTrial], at: datetime) -> dict[UUID | None, Past]:
    """Who gave these records up at the seam, and how often they were returned. One query, none for typed
    ones. Where the seam bars nobody for days, who returned one is asked again once it comes anew."""
    here = {each.record_id: each for each in trials if each.record_id}
    if not here:
        return {}
    asked = {"seam": seam.id, "records": list(here), "barred_days": seam.barred_days, "at": at}
    found: dict[UUID | None, Past] = {}
    for record_id, *_, barred, returns in CAME_BACK.rows(**asked):
        stays = here[record_id].stage_id == seam.trigger_stage_id or seam.barred_days is not None
        found[record_id] = Past(frozenset(barred) if stays else frozenset(), returns)
    return found


def _seat_and_settle(given: Mapping[str, Any]) -> None:
    """Let the rotation stand as it will be when it is real: newcomers are seated, and what waits to be counted is
    counted. Two queries, or four."""
    SEAT_IN_ROTATION.run(pools=given["pools"])
    if TurnMove.objects.filter(pool__in=given["pools"], is_settled=False).exists():
        LOCK_ROTATION.run(**given)
        SETTLE_TURNS.run(**given)


def _tried(
    blueprint: Blueprint,
    seam: SeamTerms,
    trial: RoutingTrial,
    lines: Sequence[Any],
    row: Sequence[Any],
    first: str,
    at: datetime,
) -> TriedRecord:
    """What became of one; `first` is asked before all rules."""
    chosen, pool_id, assignee, cause, seats, states, account, how, candidates = row
    states = json.loads(states)
    if first:
        states = {str(int(key) - 1) if key.isdigit() else key: state for key, state in states.items()}
    rules = seam.rules if chosen is None else seam.rules[:chosen]
    pool = blueprint.pools_by_id.get(pool_id) if pool_id else None
    told = [*([_first_told(first, chosen, states)] if first else []), *_told(rules, lines, chosen, states)]
    matched = rules[-1] if chosen else None
    hand = Hand(
        name=assignee or f"Queue: {pool.label if pool else 'nobody'}",
        at=at,
        ended_at=None,
        cause=cause,
        cause_words=CAUSES[cause],
        missed=False,
        rules=told,
        matched=matched.position if matched else -1 if chosen == 0 else None,
        pool=pool.label if pool else "",
        candidates=(shown_people := json.loads(candidates)),
        more_seats=max((seats or 0) - len(shown_people), 0),
        given_by="",
        note="",
        strategy=pool.strategy.label if pool else "",
        turn_moves=(),
        account=account_words(account, how),
    )
    by = matched.label if matched else first if chosen == 0 else ""
    return TriedRecord(trial.label, by, hand, trial.facts)


def _told(
    rules: Sequence[RuleTerms], lines: Sequence[Any], chosen: int | None, states: Mapping[str, str | None]
) -> list[dict[str, Any]]:
    """The rules that were tried, as a trace keeps them, with what each looked at."""
    return [
        {
            "position": rule.position,
            "label": rule.label,
            "verdict": line.verdict.value,
            "why": _why_nobody(rule, place, states) if line.verdict == "met" and place != chosen else "",
            "facts": shown(line.facts),
        }
        for place, (rule, line) in enumerate(zip(rules, lines, strict=False), start=1)
    ]


def _first_told(label: str, chosen: int | None, states: Mapping[str, str | None]) -> dict[str, Any]:
    """The seam's owner, who decides before all rules about what came back too often."""
    why = "" if chosen == 0 else REACHES_NOBODY["member"].get(states.get("0") or "nobody", "")
    return {"position": -1, "label": label, "verdict": "met", "why": why, "facts": {}}


def _why_nobody(rule: RuleTerms, place: int, states: Mapping[str, str | None]) -> str:
    """Why a rule that is met reaches nobody."""
    state = states.get(str(place) if rule.target in ("member", "pool") else rule.target)
    return REACHES_NOBODY.get(rule.target, {}).get(state or "nobody", "")
