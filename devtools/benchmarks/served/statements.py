"""The prepared statements of the raw server: each with the values that never change."""

import json
from typing import Any

from django.utils import timezone

from blueprint.documents import blueprint_of
from core.people.models import Member, TeamSeat, Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from handoffs.models import Pool, Seam

# The second word is the rare one.
TWO_WORDS = """r.id = any(array(
    select rare.record_id from lifecycle_searchtoken rare
    where rare.workspace_id = $1 and rare.token = ($5)[2] and exists (
        select from lifecycle_searchtoken t
        where t.workspace_id = $1 and t.token = ($5)[1] and t.record_id = rare.record_id
    )))"""
RECORDS = {"record": "r.number = $2", "records": "r.kind = $3", "lookup": "r.email = $4 and r.email <> ''"}
RECORDS["search"] = TWO_WORDS
HANDOFFS = {"handoffs": "true", "inbox": "h.assignee_id = $2 and h.state = 'offered'"}


def statements(workspace: Workspace) -> str:
    """By name, as JSON: types of parameters, text, and the values of all parameters, of which a call tells some."""
    fixed = _fixed(workspace)
    asked = {name: load("devtools.benchmarks", "raw_records").fill(condition=where) for name, where in RECORDS.items()}
    asked |= {
        name: load("devtools.benchmarks", "raw_handoffs").fill(condition=where) for name, where in HANDOFFS.items()
    }
    asked |= {
        "acceptance": load("devtools.benchmarks", "raw_acceptance"),
        "leads": load("devtools.benchmarks", "leads_by_hand"),
    }
    return json.dumps(
        {
            name: [*statement.prepared(), {key: fixed.get(key) for key in statement.parameters}]
            for name, statement in asked.items()
        },
        default=str,
    )


def _fixed(workspace: Workspace) -> dict[str, Any]:
    with workspace_scope(workspace):
        pipeline = blueprint_of(workspace).pipeline("lifecycle")
        fixed = {"workspace": workspace.pk, "by": Member.objects.get(role="owner").pk, "at": timezone.now(), "size": 50}
        fixed |= {key: pipeline.stage(key).id for key in ("subscriber", "lead", "mql")}
        fixed |= {"pipeline": pipeline.id, "stage": pipeline.stage("sal").id}
        fixed |= {"seam": Seam.objects.get(key="marketing_to_sales").pk, "pool": Pool.objects.get(key="sales").pk}
        reps = TeamSeat.objects.values_list("member_id", flat=True)
        fixed["reps"] = f"{{{','.join(map(str, reps))}}}"
    return fixed
