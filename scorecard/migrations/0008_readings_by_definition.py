"""Readings belong to a series: one metric, or the funnel, under one definition. They are counted anew, in slices.

Marks tell the funnel which of its days are touched: those on which a journey went on after what was written.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.roles import Login
from core.tenancy.walls import Walls

# Readings are derived. The mark of all days brings every workspace's first fold.
FORGET_READINGS = """
truncate scorecard_reading;
delete from scorecard_foldmark;
insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
select id, null, 'all', now() from workspaces_workspace;
set constraints all immediate;
"""

# `offset 0` keeps each look-up one per record. What is about all kinds need not be said twice of a day. Of a stay only
# its end is ever updated, so that its present row tells all there is to mark.
FUNCTIONS = """
drop trigger scorecard_mark_inserted on lifecycle_stagestay;
drop trigger scorecard_mark_updated on lifecycle_stagestay;
drop trigger scorecard_mark_deleted on lifecycle_stagestay;

create or replace function public.scorecard_mark_stays() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
  select m.workspace_id, m.day, said.about, now()
  from (
    select t.workspace_id, (t.at at time zone w.time_zone)::date as day, array_agg(distinct t.about) as abouts
    from (
      select workspace_id, entered_at as at, 'all' as about from changed
      union all select workspace_id, exited_at, 'all' from changed where exited_at is not null
      union all select s.workspace_id, s.entered_at, 'cohort'
      from (select distinct workspace_id, record_id from changed) r cross join lateral (
        select e.workspace_id, e.entered_at from lifecycle_stagestay e
        where e.workspace_id = r.workspace_id and e.record_id = r.record_id offset 0) s
      union all select j.workspace_id, later.entered_at, 'funnel'
      from (
        select c.workspace_id, coalesce(r.root_id, r.id) as root_id, min(c.entered_at) as since
        from changed c join lifecycle_record r on r.workspace_id = c.workspace_id and r.id = c.record_id group by 1, 2
      ) j cross join lateral (
        select e.entered_at from (
          select j.root_id as id
          union all select f.id from lifecycle_record f where f.workspace_id = j.workspace_id and f.root_id = j.root_id
        ) member
        join lifecycle_stagestay e on e.workspace_id = j.workspace_id and e.record_id = member.id
          and e.entered_at > j.since
        offset 0
      ) later
    ) t
    join workspaces_workspace w on w.id = t.workspace_id
    group by 1, 2
  ) m
  cross join unnest(case when 'all' = any(m.abouts) then array['all'] else m.abouts end) said (about);
  return null;
end $$;

create trigger scorecard_mark_inserted after insert on lifecycle_stagestay
  referencing new table as changed for each statement execute function public.scorecard_mark_stays();
create trigger scorecard_mark_updated after update on lifecycle_stagestay
  referencing new table as changed for each statement execute function public.scorecard_mark_stays();
create trigger scorecard_mark_deleted after delete on lifecycle_stagestay
  referencing old table as changed for each statement execute function public.scorecard_mark_stays();

create function public.scorecard_mark_journeys() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
  select distinct s.workspace_id, (s.entered_at at time zone w.time_zone)::date, 'funnel', now()
  from (
    select n.workspace_id, unnest(array[coalesce(o.root_id, o.id), coalesce(n.root_id, n.id)]) as root_id
    from old_rows o join new_rows n on n.id = o.id where n.root_id is distinct from o.root_id
  ) j
  cross join lateral (
    select j.root_id as id
    union all select f.id from lifecycle_record f where f.workspace_id = j.workspace_id and f.root_id = j.root_id
  ) member
  cross join lateral (
    select e.workspace_id, e.entered_at from lifecycle_stagestay e
    where e.workspace_id = j.workspace_id and e.record_id = member.id offset 0
  ) s
  join workspaces_workspace w on w.id = s.workspace_id;
  return null;
end $$;
create trigger scorecard_mark_journeys after update on lifecycle_record
  referencing old table as old_rows new table as new_rows
  for each statement execute function public.scorecard_mark_journeys();

create function public.scorecard_mark_version() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
  values (new.id, (now() at time zone new.time_zone)::date, 'new', now());
  return null;
end $$;
create trigger scorecard_mark_version after update of blueprint_version on workspaces_workspace
  for each row when (new.blueprint_version is distinct from old.blueprint_version)
  execute function public.scorecard_mark_version();
"""


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner learns which workspaces have a fold under way, and nothing else of it."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    schema_editor.execute(f"grant select (workspace_id, pending_days) on scorecard_readingseries to {scanner}")
    schema_editor.execute(
        f"create policy scanner on scorecard_readingseries for select to {scanner} using (pending_days > 0)"
    )


def key(to: str, related_name: str, **options: Any) -> core.tenancy.walls.TenantKey:
    return core.tenancy.walls.TenantKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=to,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0007_an_offer_again_marks_the_first"),
        ("lifecycle", "0016_root_of_a_journey"),
    ]

    operations = [
        migrations.RunSQL(FORGET_READINGS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="ReadingSeries",
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
                ("terms", models.JSONField(default=dict)),
                ("definition", models.CharField(max_length=32)),
                ("statement", models.CharField(max_length=32)),
                ("definition_version", models.PositiveIntegerField()),
                ("pending", models.JSONField(default=list)),
                ("pending_days", models.PositiveIntegerField(default=0)),
                ("whole_days", models.PositiveIntegerField(default=0)),
                ("slice_days", models.PositiveIntegerField(default=31)),
                ("earliest", models.DateField()),
                ("uncounted_until", models.DateField(null=True)),
                ("folded_until", models.DateTimeField()),
                ("worked_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("metric", key("scorecard.metric", "series", null=True)),
                (
                    "workspace",
                    models.ForeignKey(
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
                    models.UniqueConstraint(
                        fields=("workspace", "metric", "definition"), name="series_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.RemoveConstraint("reading", "reading_once"),
        migrations.RemoveField("reading", "metric"),
        migrations.RemoveField("reading", "definition_version"),
        migrations.AddField("reading", "series", key("scorecard.readingseries", "readings"), preserve_default=False),
        migrations.AddConstraint(
            "reading",
            models.UniqueConstraint(
                fields=("workspace", "series", "segment", "day", "segment_value"), name="reading_once"
            ),
        ),
        migrations.RemoveField("foldmark", "fingerprints"),
        Walls("ReadingSeries"),
        migrations.RunSQL(
            'alter table scorecard_reading add constraint "scorecard_reading_series_id_in" '
            "foreign key (workspace_id, series_id) references scorecard_readingseries (workspace_id, id) "
            "deferrable initially deferred",
            "alter table scorecard_reading drop constraint scorecard_reading_series_id_in",
        ),
        migrations.RunPython(let_scanner_look, migrations.RunPython.noop),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
