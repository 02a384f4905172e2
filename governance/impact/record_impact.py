"""Records: who would qualify by either version, what became of those who differ, and where their handoffs would go."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.schema import Blueprint, RuleTerms, SeamTerms
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import current_id
from governance.impact.replay import Replay, is_gate_changed
from governance.queries.workspace_facts import Pools, pools_of
from handoffs.rules.routing import ACCOUNT_TARGETS
from lifecycle.models import Record

EXAMPLES = 50

IMPACT_ON_RECORDS = load("governance", "impact_on_records")
CONVERTED = load("scorecard", "parts/converted")

Answers = dict[str, list[dict[str, Any]]]


def replayed(
    before: Blueprint, after: Blueprint, path: str, key: str = "", *, at: datetime, since: datetime
) -> dict[str, Any]:
    """The stage's gate and the routing of a seam there, by both versions, over the records in play; of several seams,
    the first tells of the gate. One query, three with routing, four where the seam is new."""
    replay = Replay(before, after, path, key, at=at, since=since)
    seam = replay.seam
    there = [each.key for each in after.seams_by_trigger.get(replay.stage.id, ()) if each.key in before.seams_by_key]
    is_changed = key in ("", *there[:1]) and is_gate_changed(before, after, path)
    told_in = _money(replay.sides["old"])
    rows = _ask(replay, is_changed, told_in) if is_changed or seam else {}
    answer: dict[str, Any] = {
        "path": path,
        "label": replay.stage.label,
        "seam": seam.label if seam else "",
        "is_gate_changed": is_changed,
    }
    if is_changed:
        answer |= {**_qualified(rows, replay), "currency": told_in["reporting_currency"]}
    if seam is not None:
        answer["routing"] = _routed(rows, replay)
        if _is_new(replay):
            answer["routing"]["standing"] = Record.objects.filter(stage_id=replay.stage.id).count()
    return answer


def _is_new(replay: Replay) -> bool:
    """Whether a seam comes to the stage: who came there in the stretch would have been offered across it."""
    return replay.seams["old"] is None and replay.seams["new"] is not None


def _money(blueprint: Blueprint) -> dict[str, str]:
    """How what was won is converted. One query."""
    workspace = Workspace.objects.get(pk=current_id())
    own = workspace.currency
    told_in = blueprint.reporting.currency or own
    return {"zone": workspace.time_zone, "own_currency": own, "reporting_currency": told_in}


def _ask(replay: Replay, is_gate_changed: bool, told_in: dict[str, str]) -> Answers:
    """Every answer's rows."""
    old, new = replay.seams["old"], replay.seams["new"]
    file = replay.fill(IMPACT_ON_RECORDS, converted=CONVERTED)
    [answers] = file.rows(
        **told_in,
        is_gate_changed=is_gate_changed,
        is_routed=replay.seam is not None,
        seam=replay.seam.id if replay.seam and not _is_new(replay) else None,
        is_new=_is_new(replay),
        old_seam=old.id if old else None,
        onward=_onward(replay),
        since=replay.since,
        most=EXAMPLES,
        old_targets=[_leads_to(rule) for rule in old.rules] if old else [],
        new_targets=[_leads_to(rule) for rule in new.rules] if new else [],
    )
    return {name: rows or [] for name, rows in zip(file.columns, answers, strict=True)}


def _qualified(rows: Answers, replay: Replay) -> dict[str, Any]:
    names = ("count", "accepted", "rejected", "open", "onward", "won", "won_amount", "unconverted", "enters_now")
    none = dict.fromkeys(names, 0)
    sides = {row.pop("is_gained"): row | {"won_amount": float(row["won_amount"])} for row in rows["outcomes"]}
    return {
        **rows["counts"][0],
        "gained": sides.get(True, none),
        "lost": sides.get(False, none),
        "thresholds": [replay.sides[side].scoring.threshold for side in ("old", "new")],
        "histogram": [list(row.values()) for row in rows["histogram"]],
        "examples": rows["examples"],
    }


def _onward(replay: Replay) -> list[UUID]:
    """The stages beyond acceptance: where a record that qualified is worked as sales' own."""
    stage, seam = replay.stage, replay.seam
    pipeline = replay.sides["new" if replay.stages["new"] else "old"].pipeline(stage.pipeline_key)
    after = stage.position
    if seam is not None and seam.on_accept.advance:
        after = max((each.position for each in pipeline.stages if each.key == seam.on_accept.advance), default=after)
    return [each.id for each in pipeline.stages if each.position > after and each.category in ("open", "won")]


# --- routing --------------------------------------------------------------------------------------------------------


def _routed(answers: Answers, replay: Replay) -> dict[str, Any]:
    old, new = replay.seams["old"], replay.seams["new"]
    rows = answers["routes"]
    rules: dict[str, list[int]] = {}
    load_by_name: dict[str, list[float]] = {}
    pools = [pools_of(replay.sides[side], replay.sides["old"]) for side in ("old", "new")]
    for row in rows:
        owners = _id(row["account_owner_id"]), _id(row["owner_id"])
        sides = ((old, row["old_route"], row["was"]), (new, row["new_route"], row["stays"] + row["comes"]))
        for place, (seam, route, count) in enumerate(sides):
            rule = _rule(seam, route)
            if rule is None or not count:
                continue
            rules.setdefault(rule.label, [0, 0])[place] += count
            for name, share in _shares(rule, pools[place], *owners).items():
                load_by_name.setdefault(name, [0.0, 0.0])[place] += count * share
    by_most = sorted(load_by_name.items(), key=lambda item: -max(item[1]))[:EXAMPLES]
    moved = [
        row["was"] for row in rows if _leads_to(_rule(old, row["old_route"])) != _leads_to(_rule(new, row["new_route"]))
    ]
    return {
        "handoffs": sum(row["was"] for row in rows),
        "handoffs_after": sum(row["stays"] + row["comes"] for row in rows),
        "rerouted": sum(moved),
        "rules": [{"label": label, "before": pair[0], "after": pair[1]} for label, pair in rules.items()],
        "load": [{"name": name, "before": round(pair[0], 1), "after": round(pair[1], 1)} for name, pair in by_most],
        "examples": [
            {
                "number": row["number"],
                "name": row["name"],
                "handoff": row["handoff"],
                "before": _said(_rule(old, row["old_route"])),
                "after": _said(_rule(new, row["new_route"])),
            }
            for row in answers["rerouted"]
        ],
    }


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _rule(seam: SeamTerms | None, route: int | None) -> RuleTerms | None:
    return seam.rules[route] if seam is not None and route is not None and route < len(seam.rules) else None


def _leads_to(rule: RuleTerms | None) -> str:
    """Where a rule leads: two rules that lead to the same place are one to a handoff."""
    return "/".join((rule.target, rule.pool, rule.member)) if rule else ""


def _said(rule: RuleTerms | None) -> str:
    if rule is None:
        return "nobody"
    return f"{rule.label} → {rule.pool or rule.member or rule.target.replace('_', ' ')}"


def _shares(rule: RuleTerms, pools: Pools, account_owner: UUID | None, owner: UUID | None) -> dict[str, float]:
    """Who would get a handoff by this rule, in parts of one: a pool's turns by weight, else the named person."""
    if rule.target == "pool":
        weights = pools.weights.get(rule.pool, {})
        total = sum(weights.values())
        if not total:
            return {f"Pool {rule.pool}, where nobody sits": 1.0}
        return {name: weight / total for name, weight in weights.items()}
    if rule.target == "member":
        return {pools.names_by_email.get(rule.member, rule.member): 1.0}
    chosen = account_owner if rule.target in ACCOUNT_TARGETS else owner
    whose = "account" if rule.target in ACCOUNT_TARGETS else "record"
    return {pools.names.get(chosen, "Somebody who left") if chosen else f"Owner of the {whose}: none yet": 1.0}
