"""Score rules proposed from what was won: which values of which fields tell, and how far they would part the leads."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from blueprint.documents import blueprint_of
from blueprint.expressions.to_sql import to_sql
from blueprint.schema.vocabularies import RecordKind
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.sql import Fragment, load
from governance.impact.threshold import threshold_stage
from governance.rules.score_evidence import ValueTold, best_threshold, telling
from lifecycle.facts import RECORD_SQL
from lifecycle.models import Record

MOST_LEADS = 50_000  # the newest
LOOKED_AT = 10_000  # so many of them, evenly; more would tell the same, later
LEAST_SHARE = 0.01

SCORE_EVIDENCE = load("governance", "score_evidence")
TOTALS = load("governance", "score_evidence_totals")


LINES_MET = load("governance", "lines_met")


@dataclass(frozen=True)
class Obstacle:
    """An acceptance line of the seam behind the score that not one lead meets: whoever is offered stays unaccepted."""

    seam: str
    label: str


@dataclass(frozen=True)
class ScoreProposal:
    """The values worth a rule, by field, and the threshold that would part best; `leads` and `won` were looked at."""

    values: tuple[ValueTold, ...]
    leads: int = 0
    won: int = 0
    threshold: int | None = None
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def by_key(self) -> dict[str, list[ValueTold]]:
        """Field → its values, the fields that tell most first."""
        found: dict[str, list[ValueTold]] = {}
        for each in self.values:
            found.setdefault(each.key, []).append(each)
        return found


def score_proposal(workspace: Workspace, member: Member, keys: Collection[str] | None = None) -> ScoreProposal:
    """What the newest leads tell, by all fields or only by those of `keys`. Four queries. Raises NotPermitted."""
    permit(member, "change.propose")
    leads = _leads()
    rows = SCORE_EVIDENCE.rows(**leads, least=LEAST_SHARE)
    found = [ValueTold(key, json.loads(value), *counts) for key, value, *counts in rows]
    if not found:
        return ScoreProposal(())
    values = telling(each for each in found if keys is None or each.key in keys)
    rules = [{"key": each.key, "value": each.value, "points": each.points} for each in values]
    totals = TOTALS.rows(**leads, rules=json.dumps(rules)) if rules else []
    counts = found[0].all_leads, found[0].all_won
    return ScoreProposal(tuple(values), *counts, best_threshold(totals), _obstacles(workspace, leads))


def _leads() -> dict[str, int]:
    """Which leads are looked at. One query."""
    number = Record.objects.filter(kind=RecordKind.LEAD).order_by("-created_at", "-id")[:MOST_LEADS].count()
    return {"most": MOST_LEADS, "each_nth": max(1, -(-number // LOOKED_AT))}


def _obstacles(workspace: Workspace, leads: dict[str, int]) -> tuple[Obstacle, ...]:
    blueprint = blueprint_of(workspace)
    stage = blueprint.stages_by_path.get(threshold_stage(blueprint))
    seams = blueprint.seams_by_trigger.get(stage.id, ()) if stage else ()
    seam = next((each for each in seams if each.acceptance), None)
    if seam is None:
        return ()
    lines = [to_sql(each.expression, blueprint.catalogue, "r", columns=RECORD_SQL) for each in seam.acceptance]
    counted = (Fragment.of(f"line_{place}", line) for place, line in enumerate(lines))
    each = [Fragment(f"count(*) filter (where {line.sql})", line.values) for line in counted]
    [(met,)] = LINES_MET.fill(lines=Fragment.joined(", ", each)).rows(**leads)
    return tuple(Obstacle(seam.key, line.label) for line, count in zip(seam.acceptance, met, strict=True) if not count)
