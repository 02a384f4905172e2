"""Records: who would qualify by either version, what became of those who differ, and where their handoffs would go."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from governance.queries.world import Pools, pools_of
from governance.sets import Replay, Version, is_gate_changed
from handoffs.blueprint import PoolTerms, RuleTerms, SeamTerms

EXAMPLES = 50

# What became of a record that the two versions see differently: `d` is one of them.
OUTCOMES = """
select d.new_meets as is_gained, count(*), count(*) filter (where h.accepted), count(*) filter (where h.rejected),
  count(*) filter (where h.open), count(*) filter (where onward.is_so), count(*) filter (where s.category = 'won'),
  coalesce(sum(worth.amount) filter (where s.category = 'won'), 0), count(*) filter (where d.new_enters)
from replayed d
join lifecycle_stage s on s.workspace_id = %(workspace)s and s.id = d.stage_id
left join lateral (
  select bool_or(h.state = 'accepted') as accepted, bool_or(h.state = 'rejected') as rejected,
    bool_or(h.state = 'offered') as open
  from handoffs_handoff h
  where h.workspace_id = %(workspace)s and h.record_id = d.id and h.seam_id = %(seam)s) h on true
left join lateral (
  select exists (select from lifecycle_stagestay y where y.workspace_id = %(workspace)s and y.record_id = d.id
    and y.stage_id = any(%(onward)s)) as is_so) onward on true
left join lateral (
  select sum(f.amount) as amount from lifecycle_record f
  join lifecycle_stage fs on fs.workspace_id = f.workspace_id and fs.id = f.stage_id
  where f.workspace_id = %(workspace)s and f.origin_id = d.id and fs.category = 'won') worth on true
where d.old_meets <> d.new_meets
group by 1
"""
EXAMPLE_ROWS = """
select d.number, d.name, s.label, d.old_points, d.new_points, d.old_meets, d.new_meets,
  (select h.state from handoffs_handoff h where h.workspace_id = %(workspace)s and h.record_id = d.id
   and h.seam_id = %(seam)s order by h.offered_at desc limit 1)
from replayed d join lifecycle_stage s on s.workspace_id = %(workspace)s and s.id = d.stage_id
where d.old_meets <> d.new_meets
order by s.category = 'won' desc, d.number desc limit %(most)s
"""
COUNTS = """
select count(*), count(*) filter (where old_meets), count(*) filter (where new_meets),
  count(*) filter (where new_enters and not old_enters), count(*) filter (where old_enters and not new_enters)
from replayed
"""
HISTOGRAM = """
select width, count(*) filter (where is_old), count(*) filter (where not is_old) from (
  select old_points / 5 * 5 as width, true as is_old from replayed
  union all select new_points / 5 * 5, false from replayed) points group by 1 order by 1
"""
# The handoffs of the stretch by the rule that either version would choose, and what the change adds or takes away.
ROUTES = """
select d.old_route, d.new_route, d.account_owner_id, d.owner_id,
  count(*) filter (where h.id is not null and h.seam_id = %(old_seam)s),
  count(*) filter (where h.id is not null and not (d.old_meets and not d.new_meets)),
  count(*) filter (where h.id is null and d.new_enters and not d.old_enters)
from replayed d
left join handoffs_handoff h on h.workspace_id = %(workspace)s and h.record_id = d.id and h.seam_id = %(seam)s
  and h.offered_at >= %(since)s
where h.id is not null or (d.new_enters and not d.old_enters)
group by 1, 2, 3, 4
"""
REROUTED = """
select d.number, d.name, h.number, d.old_route, d.new_route
from replayed d
join handoffs_handoff h on h.workspace_id = %(workspace)s and h.record_id = d.id and h.seam_id = %(seam)s
where h.offered_at >= %(since)s
  and (%(old_targets)s::text[])[d.old_route + 1] is distinct from (%(new_targets)s::text[])[d.new_route + 1]
order by h.offered_at desc limit %(most)s
"""


# One statement asks everything of the replay, which is worked out once: the serving role may make no temporary table,
# since a temporary table is what a function that names its tables carelessly would read first.
WHOLE = "with replayed as materialized ({sql})\nselect {answers}"
ROWS = "(select coalesce(json_agg(row), '[]')::text from ({query}) row({columns}))"
GATE = {"counts": (COUNTS, 5), "outcomes": (OUTCOMES, 9), "examples": (EXAMPLE_ROWS, 8), "histogram": (HISTOGRAM, 3)}
ROUTING = {"routes": (ROUTES, 7), "rerouted": (REROUTED, 5)}

Answers = dict[str, list[tuple[Any, ...]]]


def replayed(
    workspace_id: UUID, before: Version, after: Version, path: str, *, at: datetime, since: datetime
) -> dict[str, Any]:
    """The stage's gate and its seam's routing, by both versions, over the records in play. One query, three with
    routing."""
    replay = Replay(before, after, path, at=at, since=since)
    seam, is_changed = replay.seam, is_gate_changed(before, after, path)
    rows = _ask(replay, workspace_id, (GATE if is_changed else {}) | (ROUTING if seam else {}))
    answer: dict[str, Any] = {
        "path": path,
        "label": replay.stage.label,
        "seam": seam.label if seam else "",
        "is_gate_changed": is_changed,
    }
    if is_changed:
        answer |= _qualified(rows, replay)
    if seam is not None:
        answer["routing"] = _routed(rows, replay)
    return answer


def _ask(replay: Replay, workspace_id: UUID, questions: dict[str, tuple[str, int]]) -> Answers:
    """The rows of each question."""
    if not questions:
        return {}
    sql, params = replay.statement(workspace_id)
    old, new = replay.seams["old"], replay.seams["new"]
    answers = ",\n".join(
        ROWS.format(query=query, columns=", ".join(f"c{place}" for place in range(count)))
        for query, count in questions.values()
    )
    asked = params | {
        "workspace": workspace_id,
        "seam": replay.seam.id if replay.seam else None,
        "old_seam": old.id if old else None,
        "onward": _onward(replay),
        "since": replay.since,
        "most": EXAMPLES,
        "old_targets": _targets(old),
        "new_targets": _targets(new),
    }
    with connection.cursor() as cursor:
        cursor.execute(WHOLE.format(sql=sql, answers=answers), asked)
        told = cursor.fetchone()
    return {name: [tuple(row.values()) for row in json.loads(text)] for name, text in zip(questions, told, strict=True)}


def _qualified(rows: Answers, replay: Replay) -> dict[str, Any]:
    considered, old, new, would_enter, would_not = rows["counts"][0]
    names = ("count", "accepted", "rejected", "open", "onward", "won", "won_amount", "enters_now")
    none = dict.fromkeys(names, 0)
    sides = {row[0]: dict(zip(names, (*row[1:7], float(row[7]), row[8]), strict=True)) for row in rows["outcomes"]}
    examples = [
        {
            "number": number,
            "name": name,
            "stage": stage,
            "points": [old_points, new_points],
            "before": bool(was),
            "after": bool(would),
            "handoff": state or "",
        }
        for number, name, stage, old_points, new_points, was, would, state in rows["examples"]
    ]
    return {
        "considered": considered,
        "before": old,
        "after": new,
        "would_enter": would_enter,
        "would_not_enter": would_not,
        "gained": sides.get(True, none),
        "lost": sides.get(False, none),
        "thresholds": [replay.sides[side].lifecycle.score_model.threshold for side in ("old", "new")],
        "histogram": [list(row) for row in rows["histogram"]],
        "examples": examples,
    }


def _onward(replay: Replay) -> list[UUID]:
    """The stages beyond acceptance: where a record that qualified is worked as sales' own."""
    stage, seam = replay.stage, replay.seam
    pipeline = (replay.sides["new"] if replay.stages["new"] else replay.sides["old"]).lifecycle.pipeline(
        stage.pipeline_key
    )
    after = stage.position
    if seam is not None and seam.accept_stage:
        after = max((each.position for each in pipeline.stages if each.key == seam.accept_stage), default=after)
    return [each.id for each in pipeline.stages if each.position > after and each.category in ("open", "won")]


# --- routing --------------------------------------------------------------------------------------------------------


def _routed(answers: Answers, replay: Replay) -> dict[str, Any]:
    old, new = replay.seams["old"], replay.seams["new"]
    rows = answers["routes"]
    rules: dict[str, list[int]] = {}
    load: dict[str, list[float]] = {}
    pools = pools_of(_pool_terms(replay))
    rerouted = sum(row[4] for row in rows if _target(old, row[0]) != _target(new, row[1]))
    for old_route, new_route, account_owner, owner, was, stays, comes in rows:
        for place, seam, route, count in ((0, old, old_route, was), (1, new, new_route, stays + comes)):
            rule = _rule(seam, route)
            if rule is None or not count:
                continue
            rules.setdefault(rule.label, [0, 0])[place] += count
            for name, share in _shares(rule, pools, _id(account_owner), _id(owner)).items():
                load.setdefault(name, [0.0, 0.0])[place] += count * share
    return {
        "handoffs": sum(row[4] for row in rows),
        "handoffs_after": sum(row[5] + row[6] for row in rows),
        "rerouted": rerouted,
        "rules": [{"label": label, "before": pair[0], "after": pair[1]} for label, pair in rules.items()],
        "load": [
            {"name": name, "before": round(pair[0], 1), "after": round(pair[1], 1)}
            for name, pair in sorted(load.items(), key=lambda item: -max(item[1]))
        ][:EXAMPLES],
        "examples": [
            {
                "number": number,
                "name": name,
                "handoff": handoff,
                "before": _said(_rule(old, was)),
                "after": _said(_rule(new, would)),
            }
            for number, name, handoff, was, would in answers["rerouted"]
        ],
    }


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _pool_terms(replay: Replay) -> dict[str, PoolTerms]:
    return {pool.key: pool for side in ("old", "new") for pool in replay.sides[side].handoffs.pools}


def _rule(seam: SeamTerms | None, route: int | None) -> RuleTerms | None:
    return seam.routing[route] if seam is not None and route is not None and route < len(seam.routing) else None


def _target(seam: SeamTerms | None, route: int | None) -> tuple[str, str, str] | None:
    rule = _rule(seam, route)
    return None if rule is None else (rule.target, rule.pool_key, rule.member_key)


def _targets(seam: SeamTerms | None) -> list[str]:
    """Where each rule leads, by its position: two rules that lead to the same place are one to a handoff."""
    return ["/".join((rule.target, rule.pool_key, rule.member_key)) for rule in seam.routing] if seam else []


def _said(rule: RuleTerms | None) -> str:
    if rule is None:
        return "nobody"
    return f"{rule.label} → {rule.pool_key or rule.member_key or rule.target.replace('_', ' ')}"


def _shares(rule: RuleTerms, pools: Pools, account_owner: UUID | None, owner: UUID | None) -> dict[str, float]:
    """Who would get a handoff by this rule, in parts of one: a pool's turns by weight, else the named person."""
    if rule.target == "pool":
        weights = pools.weights.get(rule.pool_key, {})
        total = sum(weights.values())
        if not total:
            return {f"Pool {rule.pool_key}, where nobody sits": 1.0}
        return {name: weight / total for name, weight in weights.items()}
    if rule.target == "member":
        return {pools.names_by_email.get(rule.member_key, rule.member_key): 1.0}
    chosen = account_owner if rule.target == "account_owner" else owner
    whose = "account" if rule.target == "account_owner" else "record"
    return {pools.names.get(chosen, "Somebody who left") if chosen else f"Owner of the {whose}: none yet": 1.0}
