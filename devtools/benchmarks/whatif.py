"""What-if: another threshold and other routing rules over every lead, against the same written by hand."""

from copy import deepcopy
from typing import Any

from django.db import connection
from django.utils import timezone

from blueprint.documents import document as published_document
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import Row, interleaved
from governance.sets import Replay, ReplayedVersion

ANSWER = """select count(*), count(*) filter (where old_meets), count(*) filter (where new_meets),
  count(*) filter (where new_enters and not old_enters), count(*) filter (where old_route <> new_route),
  sum(old_points) from ({rows}) d"""

# By hand: the default score model, the MQL gate, and both routings, for one threshold against another.
BY_HAND = """
select (is_before and score >= 60 and not coalesce(opted, false)) as old_enters,
  (is_before and score >= 45 and not coalesce(opted, false)) as new_enters,
  score >= 60 and not coalesce(opted, false) as old_meets, score >= 45 and not coalesce(opted, false) as new_meets,
  case when account <> '' and has_owner then 0 else 1 end as old_route,
  case when account <> '' and has_owner then 0 when employees >= 1000 then 1 when seniority = 'C-level' then 2 else 3
    end as new_route,
  score as old_points
from (
  select stage_id = %(lead)s or stage_id = %(subscriber)s and (email <> '' or phone <> '') as is_before,
    opted, account, has_owner, employees, seniority,
    least(greatest((case when employees >= 50 then 20 else 0 end) + (case when employees >= 500 then 10 else 0 end)
      + (case when seniority in ('Director', 'VP', 'C-level') then 20 else 0 end)
      + (case when seniority = 'Manager' then 10 else 0 end) + (case when domain <> '' then 10 else 0 end), 0), 60)
    + floor(least(greatest((case when demo then 40 else 0 end) + (case when trial then 30 else 0 end)
      + (case when webinar then 15 else 0 end) + (case when pages >= 10 then 15 else 0 end)
      + (case when visits >= 3 then 10 else 0 end) - (case when opted then 30 else 0 end), 0), 60)
      * power(0.5, least(
        coalesce(greatest(extract(epoch from %(at)s - last_activity_at)::int / 86400, 0), 0) / 30.0, 60))
    )::int as score
  from (
    select r.stage_id, r.email, r.properties->>'phone' as phone, r.domain, r.last_activity_at, a.name as account,
      a.owner_id is not null as has_owner,
      (r.properties->>'employees')::float as employees, r.properties->>'seniority' as seniority,
      (r.properties->>'demo_requested')::boolean as demo, (r.properties->>'trial_started')::boolean as trial,
      (r.properties->>'webinar_attended')::boolean as webinar, (r.properties->>'pages_viewed')::float as pages,
      (r.properties->>'visits')::float as visits, (r.properties->>'opted_out')::boolean as opted
    from lifecycle_record r
    join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
    left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
    where r.workspace_id = %(workspace)s and r.pipeline_id = %(pipeline)s offset 0) v offset 0) w
"""


def run(workspace: Workspace) -> list[Row]:
    """Both over all leads, having shown that they give the same answer."""
    at = timezone.now()
    base = published_document(workspace.pk, workspace.blueprint_version)
    before, after = ReplayedVersion.of(workspace.pk, base), ReplayedVersion.of(workspace.pk, _proposed(base))
    with workspace_scope(workspace):
        replay = Replay(before, after, "lifecycle/mql", at=at)
        ours = replay.fill(load("governance", "parts/replayed"))
        ours_sql, ours_params = ours.text, {"workspace": workspace.pk, **ours.values}
        stages = before.blueprint.stages_by_path
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

        answers = ask(ours_sql, ours_params), ask(BY_HAND, hand_params)
        assert answers[0] == answers[1], f"the two disagree: {answers}"
        return [
            interleaved(
                f"what-if of threshold and routing over {answers[0][0]:,} leads ÷ hand-written SQL",
                lambda: ask(ours_sql, ours_params),
                lambda: ask(BY_HAND, hand_params),
                at_most=4,
                speed=False,
            )
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
