"""Clocks are rows: who had how long, since when, and whether it was kept. Those of handoffs that are there are told from
their assignments and from the steps that were taken."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls

# A clock that stopped and a breach stay; nothing refers to a clock, so it needs no key for references.
STAYS = """
create trigger kept before delete on handoffs_clock for each row execute function public.refuse_change();
create trigger stopped before update on handoffs_clock for each row when (
  old.stopped_at is not null
  or (old.breached_at is not null and new.breached_at is distinct from old.breached_at)
  or (new.id, new.workspace_id, new.handoff_id, new.kind, new.run, new.member_id)
    is distinct from (old.id, old.workspace_id, old.handoff_id, old.kind, old.run, old.member_id)
) execute function public.refuse_change();
alter table handoffs_clock drop constraint handoffs_clock_pair;
"""

# The last run of each handoff is told by the handoff. Of a former run only the step at its due time tells when that was:
# where none was taken it is not known, and has no row.
TOLD = """
create temporary table run_of_handoff on commit drop as
select
  a.workspace_id, a.handoff_id, a.member_id, a.at, a.ended_at,
  row_number() over (partition by a.workspace_id, a.handoff_id order by a.at, a.ended_at nulls last, a.id)::int as run,
  count(*) over (partition by a.workspace_id, a.handoff_id)::int as runs
from handoffs_assignment a;

insert into handoffs_clock (
  workspace_id, handoff_id, kind, run, member_id, started_at, due_at, state, stopped_at, breached_at)
select
  h.workspace_id, h.id, 'answer', r.run, r.member_id, least(r.at, h.due_at), h.due_at,
  case when late.is_so then 'breached' when h.state = 'recalled' then 'ended' when h.state = 'offered' then 'running'
    else 'met' end,
  h.answered_at, case when late.is_so then h.due_at end
from handoffs_handoff h
join run_of_handoff r on r.workspace_id = h.workspace_id and r.handoff_id = h.id and r.run = r.runs
cross join lateral (
  select coalesce(h.breached_at = h.due_at, false) or coalesce(h.answered_at > h.due_at, false) or exists (
    select from handoffs_escalation e where e.workspace_id = h.workspace_id and e.handoff_id = h.id
      and e.clock_run = h.clock_run and e.action in ('breach', 'task', 'reassign', 'raise') and e.due_at >= h.due_at
  ) as is_so
) late;

insert into handoffs_clock (
  workspace_id, handoff_id, kind, run, member_id, started_at, due_at, state, stopped_at, breached_at)
select
  r.workspace_id, r.handoff_id, 'answer', r.run, r.member_id, least(r.at, e.due_at), e.due_at, 'breached', r.ended_at,
  e.due_at
from run_of_handoff r
join lateral (
  select min(e.due_at) as due_at from handoffs_escalation e
  where e.workspace_id = r.workspace_id and e.handoff_id = r.handoff_id and e.clock_run = r.run
    and e.action in ('breach', 'task', 'reassign', 'raise')
) e on e.due_at is not null
where r.run < r.runs and r.ended_at is not null;

insert into handoffs_clock (
  workspace_id, handoff_id, kind, run, member_id, started_at, due_at, state, stopped_at, breached_at)
select
  h.workspace_id, h.id, 'first_touch', r.run, h.assignee_id, least(r.at, h.touch_due_at), h.touch_due_at,
  case when late.is_so then 'breached' when h.first_touched_at is null then 'running' else 'met' end,
  h.first_touched_at, case when late.is_so then h.touch_due_at end
from handoffs_handoff h
join run_of_handoff r on r.workspace_id = h.workspace_id and r.handoff_id = h.id and r.run = r.runs
cross join lateral (
  select coalesce(h.first_touched_at > h.touch_due_at, false) or exists (
    select from handoffs_escalation e where e.workspace_id = h.workspace_id and e.handoff_id = h.id
      and e.action = 'touch'
  ) as is_so
) late
where h.state = 'accepted' and h.touch_due_at is not null
  and (h.first_touched_at is null or h.first_touched_at > h.answered_at);

set constraints all immediate;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0022_promises"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clock",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=core.tenancy.ids.NewId(),
                        default=core.tenancy.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("answer", "Answer"), ("first_touch", "First touch")], max_length=20),
                ),
                ("run", models.PositiveSmallIntegerField(db_default=1, default=1)),
                ("member_id", models.UUIDField(blank=True, null=True)),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("met", "Met"),
                            ("breached", "Breached"),
                            ("ended", "Ended before it was due"),
                        ],
                        db_default="running",
                        default="running",
                        max_length=8,
                    ),
                ),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("breached_at", models.DateTimeField(blank=True, null=True)),
                ("restarts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "handoff",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="handoffs.handoff",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=core.tenancy.scope.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "handoff", "kind", "run"), name="clock_once"),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gte", models.F("started_at"))), name="clock_forwards"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("breached_at__isnull", True), ("state__in", ["running", "met", "ended"])),
                            models.Q(("breached_at", models.F("due_at")), ("state", "breached")),
                            _connector="OR",
                        ),
                        name="clock_breached_at_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["running", "breached"]), ("stopped_at__isnull", True)),
                            models.Q(("state__in", ["met", "breached", "ended"]), ("stopped_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="clock_stopped",
                    ),
                ],
            },
        ),
        core.tenancy.walls.Walls("Clock"),
        migrations.RunSQL(STAYS, migrations.RunSQL.noop),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
    ]
