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
from handoffs.actions.offer_batch import ACCOUNT_MATCH, asked_of
from handoffs.actions.pasts import needs_of
from handoffs.queries.path import CAUSES, Hand, account_words
from handoffs.rules.allowed import met_line
from handoffs.rules.routing import REACHES_NOBODY
from lifecycle.facts import facts_of
from lifecycle.models import Record
from lifecycle.rules.gates import shown

TRY_ROUTING = load("handoffs", "try_routing").fill(account_match=ACCOUNT_MATCH)
SEAT_IN_ROTATION = load("handoffs", "seat_in_rotation")


@dataclass(frozen=True)
class RoutingTrial:
    """A record as rules see it: one that is here, or one that is typed in."""

    label: str
    facts: Mapping[str, Any]
    account_id: UUID | None = None
    domain: str = ""
    record_owner_id: UUID | None = None

    @classmethod
    def of(cls, record: Record, workspace: Workspace, at: datetime) -> RoutingTrial:
        """A record that came with its stage and account. One query where its money is in another currency."""
        return cls(record.name, facts_of(record, workspace, at), record.account_id, record.domain, record.owner_id)


@dataclass(frozen=True)
class TriedRecord:
    """Where one record would go: `rule` takes it (blank where none does), and `hand` is the trace, with the facts that
    each rule looked at. `sla_line` sets its minutes (blank where the seam does)."""

    label: str
    rule: str
    hand: Hand
    facts: Mapping[str, Any] = field(default_factory=dict)
    sla_line: str = ""


def try_out(
    workspace: Workspace, blueprint: Blueprint, seam: SeamTerms, trials: Sequence[RoutingTrial], *, at: datetime
) -> list[TriedRecord]:
    """Where each of these records would go if it came at that moment, by itself. Two queries whatever
    their number, and one more for each other set of skills they ask for."""
    judged = [judge(blueprint.catalogue, seam.rules, trial.facts, at) for trial in trials]
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
    given = asked_of(workspace, blueprint, seam) | {"barred": [], "at": at}
    pools = [blueprint.pools_by_id[each] for each in given["pools"]]
    alike: dict[str, list[dict[str, Any]]] = {}
    for trial, one in zip(trials, asked, strict=True):
        alike.setdefault(needs_of(pools, trial.facts), []).append(one)
    with transaction.atomic():
        SEAT_IN_ROTATION.run(pools=given["pools"])  # newcomers take turns as well; they are seated when it is real
        rows = [
            row
            for needs, those in alike.items()
            for row in TRY_ROUTING.rows(**given, needs=needs, trials=json.dumps(those, default=str))
        ]
        transaction.set_rollback(True)
    rows.sort(key=lambda row: row[0])
    tried = []
    for trial, lines, row in zip(trials, judged, rows, strict=True):
        met = [told.verdict == "met" for told in judge(blueprint.catalogue, seam.sla, trial.facts, at)]
        line = met_line(seam.sla, met, is_by_catch_all=row[1] in (None, len(seam.rules)))
        told = _tried(blueprint, seam, trial, lines, row, at)
        tried.append(replace(told, sla_line=line.label if line else ""))
    return tried


def _tried(
    blueprint: Blueprint, seam: SeamTerms, trial: RoutingTrial, lines: Sequence[Any], row: Sequence[Any], at: datetime
) -> TriedRecord:
    _, chosen, pool_id, assignee, cause, seats, states, account, how, candidates = row
    states, candidates = json.loads(states), json.loads(candidates)
    rules = seam.rules[:chosen] if chosen else seam.rules
    pool = blueprint.pools_by_id.get(pool_id) if pool_id else None
    told = [
        {
            "position": rule.position,
            "label": rule.label,
            "verdict": line.verdict.value,
            "why": _why_nobody(rule, place, states) if line.verdict == "met" and place != chosen else "",
            "facts": shown(line.facts),
        }
        for place, (rule, line) in enumerate(zip(rules, lines, strict=False), start=1)
    ]
    matched = rules[-1] if chosen else None
    hand = Hand(
        name=assignee or f"Queue: {pool.label if pool else 'nobody'}",
        at=at,
        ended_at=None,
        cause=cause,
        cause_words=CAUSES[cause],
        missed=False,
        rules=told,
        matched=matched.position if matched else None,
        pool=pool.label if pool else "",
        candidates=candidates,
        more_seats=max((seats or 0) - len(candidates), 0),
        given_by="",
        note="",
        strategy=pool.strategy.label if pool else "",
        turn_moves=(),
        account=account_words(account, how),
    )
    return TriedRecord(trial.label, matched.label if matched else "", hand, trial.facts)


def _why_nobody(rule: RuleTerms, place: int, states: Mapping[str, str | None]) -> str:
    """Why a rule that is met reaches nobody."""
    state = states.get(str(place) if rule.target in ("member", "pool") else rule.target)
    return REACHES_NOBODY.get(rule.target, {}).get(state or "nobody", "")
