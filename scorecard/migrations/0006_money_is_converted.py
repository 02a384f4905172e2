"""Dated exchange rates, and readings that say how many amounts they add up and how many have no rate. A rate that is
written, changed or taken away marks the days it is the last rate of, in the same transaction."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls

# The days from each changed rate to the one after it, today at the latest; very long stretches are every day (null).
FUNCTION = """
create function public.scorecard_mark_rates() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  changed jsonb := '[]';
  more jsonb;
begin
  if tg_op <> 'DELETE' then
    select coalesce(jsonb_agg(to_jsonb(r)), '[]') into changed from new_rows r;
  end if;
  if tg_op <> 'INSERT' then
    select coalesce(jsonb_agg(to_jsonb(r)), '[]') into more from old_rows r;
    changed := changed || more;
  end if;
  insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
  select distinct touched.workspace_id, marked.day, 'all', now()
  from (
    select c.workspace_id, c.day as first_day,
      least(
        (now() at time zone w.time_zone)::date,
        coalesce((
          select min(n.day) - 1 from public.scorecard_exchangerate n
          where n.workspace_id = c.workspace_id and n.to_currency = c.to_currency and n.currency = c.currency
            and n.day > c.day
        ), 'infinity')
      ) as last_day
    from jsonb_to_recordset(changed) c (workspace_id uuid, to_currency text, currency text, day date)
    join public.workspaces_workspace w on w.id = c.workspace_id
  ) touched
  cross join lateral (
    select null::date as day where touched.last_day - touched.first_day > 1000
    union all
    select d::date from generate_series(touched.first_day::timestamp, touched.last_day::timestamp, interval '1 day') d
    where touched.last_day - touched.first_day <= 1000
  ) marked;
  return null;
end $$;
create trigger scorecard_mark_inserted after insert on scorecard_exchangerate
  referencing new table as new_rows for each statement execute function public.scorecard_mark_rates();
create trigger scorecard_mark_updated after update on scorecard_exchangerate
  referencing old table as old_rows new table as new_rows
  for each statement execute function public.scorecard_mark_rates();
create trigger scorecard_mark_deleted after delete on scorecard_exchangerate
  referencing old table as old_rows for each statement execute function public.scorecard_mark_rates();
"""
FORGET = """
drop trigger scorecard_mark_inserted on scorecard_exchangerate;
drop trigger scorecard_mark_updated on scorecard_exchangerate;
drop trigger scorecard_mark_deleted on scorecard_exchangerate;
drop function public.scorecard_mark_rates();
"""


def counts() -> models.IntegerField:
    """A column that counts amounts."""
    return models.IntegerField(default=0, db_default=0)


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0005_readings_are_folded"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.AddField("reading", "amounts", counts()),
        migrations.AddField("reading", "unconverted", counts()),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True,
                        default=core.tenancy.ids.new_id,
                        db_default=core.tenancy.ids.NewId(),
                        editable=False,
                        serialize=False,
                    ),
                ),
                ("to_currency", models.CharField(max_length=3)),
                ("currency", models.CharField(max_length=3)),
                ("day", models.DateField()),
                ("rate", models.DecimalField(decimal_places=10, max_digits=20)),
                ("source", models.CharField(blank=True, db_default="", default="", max_length=60)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                (
                    "written_by",
                    core.tenancy.walls.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "to_currency", "currency", "day"), name="exchange_rate_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="exchange_rate_above_zero"),
                ],
            },
        ),
        core.tenancy.walls.Walls("ExchangeRate"),
        migrations.RunSQL(FUNCTION, FORGET),
    ]
