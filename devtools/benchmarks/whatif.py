"""What-if: another threshold and other routing rules over every lead, against the same written by hand."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from blueprint.documents import document as published_document
from blueprint.schema import Blueprint
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import Row, interleaved
from governance.impact.replay import Replay
from governance.impact.threshold import DAYS

ANSWER = """select count(*), count(*) filter (where old_meets), count(*) filter (where new_meets),
  count(*) filter (where new_enters and not old_enters), count(*) filter (where old_route <> new_route),
  sum(old_points) from ({rows}) d"""


def run(workspace: Workspace) -> list[Row]:
    """Both over all leads, having shown that they give the same answer."""
    at = timezone.now()
    base = published_document(workspace.pk, workspace.blueprint_version)
    before, after = Blueprint.of(workspace.pk, base), Blueprint.of(workspace.pk, _proposed(base))
    with workspace_scope(workspace):
        replay = Replay(before, after, "lifecycle/mql", at=at)
        ours = replay.rows
        ours_sql, ours_params = ours.text, {"workspace": workspace.pk, **ours.values}
        stages = before.stages_by_path
        by_hand = load("devtools.benchmarks", "what_if_by_hand").text
        hand_params = {
            "at": at,
            "workspace": workspace.pk,
            "subscriber": stages["lifecycle/subscriber"].id,
            "lead": stages["lifecycle/lead"].id,
            "pipeline": stages["lifecycle/mql"].pipeline_id,
        }

        def ask(rows: str, params: dict[str, Any]) -> tuple[Any, ...]:
            with connection.cursor() as cursor:
                cursor.execute("set local statement_timeout = 0")
                cursor.execute(ANSWER.format(rows=rows), params)
                found: tuple[Any, ...] = cursor.fetchone()
                return found

        answers = ask(ours_sql, ours_params), ask(by_hand, hand_params)
        assert answers[0] == answers[1], f"the two disagree: {answers}"
        decided = Replay(before, after, "lifecycle/mql", at=at, since=at - timedelta(days=DAYS)).rows
        decided_sql, decided_params = decided.text, {"workspace": workspace.pk, **decided.values}
        return [
            interleaved(
                f"what-if of threshold and routing over {answers[0][0]:,} leads ÷ hand-written SQL",
                lambda: ask(ours_sql, ours_params),
                lambda: ask(by_hand, hand_params),
                at_most=4,
                speed=False,
            ),
            interleaved(
                f"the same, decisions of {DAYS} days by what was known then ÷ hand-written SQL of now",
                lambda: ask(decided_sql, decided_params),
                lambda: ask(by_hand, hand_params),
                at_most=8,
                speed=False,
            ),
        ]


def _proposed(base: dict[str, Any]) -> dict[str, Any]:
    proposed = deepcopy(base)
    proposed["scoring"]["threshold"] = 45
    pool = {"target": "pool", "pool": "sales"}
    proposed["seams"][0]["routing"][1:1] = [
        {"label": "Large", "expression": "employees >= 1000", **pool},
        {"label": "Chiefs", "expression": 'seniority == "C-level"', **pool},
    ]
    proposed["seams"][0]["routing"][3]["label"] = "Everybody else"
    return proposed
