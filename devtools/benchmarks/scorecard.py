"""Ninety days of the scorecard from readings, against hand-written SQL on the stage stays."""

import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from blueprint.documents import blueprint_of
from core.database import owner_cursor
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import Row, interleaved
from scorecard.actions import fold
from scorecard.queries.boards import board_of
from scorecard.queries.readings import courses
from scorecard.rules.periods import Period

STAY_KINDS = {"conversion", "win_rate", "average_deal", "cycle", "velocity", "aging", "sourced"}

# What somebody would write by hand for the same figures by day: plain SQL on stays and records, one statement each.
CONVERSION = """
select entered::date, count(*), count(reached) from (
  select record_id, min(entered_at) filter (where stage_id = any(%(from)s)) as entered,
         min(entered_at) filter (where stage_id = %(to)s) as reached
  from lifecycle_stagestay
  where workspace_id = %(ws)s and (stage_id = any(%(from)s) or stage_id = %(to)s) group by record_id
) cohort where entered >= %(first)s and entered < %(end)s group by 1
"""
CLOSED = """
select s.entered_at::date as day, count(*), count(*) filter (where s.stage_id = %(won)s),
       sum(r.amount) filter (where s.stage_id = %(won)s),
       percentile_cont(0.5) within group (order by s.entered_at::date - r.opened_at::date)
         filter (where s.stage_id = %(won)s),
       avg(s.entered_at::date - r.opened_at::date) filter (where s.stage_id = %(won)s)
from lifecycle_stagestay s join lifecycle_record r on r.workspace_id = s.workspace_id and r.id = s.record_id
where s.workspace_id = %(ws)s and s.stage_id in (%(won)s, %(lost)s)
  and s.entered_at >= %(first)s and s.entered_at < %(end)s
group by 1
"""
OPEN = """
select * from (
  select day, sum(change) over running, sum(entered) over running from (
    select day, sum(change) as change, sum(change * (entered - date '2000-01-01')) as entered from (
      select entered_at::date as day, entered_at::date as entered, 1 as change from lifecycle_stagestay
      where workspace_id = %(ws)s and stage_id = any(%(open)s)
      union all
      select exited_at::date, entered_at::date, -1 from lifecycle_stagestay
      where workspace_id = %(ws)s and stage_id = any(%(open)s) and exited_at is not null) moves
    group by day) days
  window running as (order by day)) course
where day between %(first)s and %(last)s
"""
SOURCED = """
select r.opened_at::date, sum(r.amount), sum(r.amount) filter (where o.kind = 'lead')
from lifecycle_record r left join lifecycle_record o on o.workspace_id = r.workspace_id and o.id = r.origin_id
where r.workspace_id = %(ws)s and r.pipeline_id = %(sales)s and r.opened_at >= %(first)s and r.opened_at < %(end)s
group by 1
"""


def run(workspace: Workspace) -> list[Row]:
    """One row: kept readings against raw SQL, the same metrics by day for the same ninety days."""
    at = timezone.now()
    with workspace_scope(workspace):
        started = time.perf_counter()
        fold(workspace, at)
        print(f"  (folded in {time.perf_counter() - started:.1f} s)", flush=True)
    with owner_cursor() as cursor:  # only the owner may
        cursor.execute("analyze lifecycle_record, lifecycle_stagestay, scorecard_reading")
    with workspace_scope(workspace):
        board = board_of(workspace, at)
        period = Period(board.today - timedelta(days=89), board.today)
        metrics = [metric for metric in board.measurable if metric.kind in STAY_KINDS]

        def ours() -> None:
            found = courses(board, metrics, period.first, period.last)
            for metric in metrics:
                for course in found[metric.key].values():
                    list(course.figures(period.buckets("day")))

        statements = raw_statements(workspace, period)

        def raw() -> None:
            with connection.cursor() as cursor:
                cursor.execute("set local statement_timeout = 0")
                for sql, params in statements:
                    cursor.execute(sql, params)
                    cursor.fetchall()

        return [interleaved(f"Scorecard of 90 days, {len(metrics)} metrics by day ÷ raw SQL", ours, raw, at_least=20)]


def raw_statements(workspace: Workspace, period: Period) -> list[tuple[str, dict[str, object]]]:
    """The hand-written statements: two conversions, closings, what is open, and what was sourced."""
    lifecycle = blueprint_of(workspace)
    paths, sales = lifecycle.stages_by_path, lifecycle.pipeline("sales")
    common: dict[str, object] = {
        "ws": workspace.pk,
        "first": period.first,
        "last": period.last,
        "end": period.last + timedelta(days=1),
        "won": sales.stage("closed_won").id,
        "lost": sales.stage("closed_lost").id,
        "open": [stage.id for stage in sales.stages if stage.is_open],
        "sales": sales.id,
    }
    every_lead = [stage.id for stage in lifecycle.pipeline("lifecycle").stages]
    to_sql = {**common, "from": [paths["lifecycle/mql"].id], "to": paths["lifecycle/sql"].id}
    to_customer = {**common, "from": every_lead, "to": paths["lifecycle/customer"].id}
    return [(CONVERSION, to_sql), (CONVERSION, to_customer), (CLOSED, common), (OPEN, common), (SOURCED, common)]
