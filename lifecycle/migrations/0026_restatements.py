"""A later change to what was won or lost in a closed period is a restatement, whichever door it comes through.

The triggers stand at the two tables that keep closings: stays and their changes (docs/decisions/0133).
"""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.triggers import AppendOnly
from core.tenancy.walls import Walls

# What the blueprint in force says. `unit` is null where periods never close.
RULE = """
create function public.closing_rule(tenant uuid, out unit text, out days int, out zone text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select nullif(said.terms ->> 'closing_period', 'never'), coalesce((said.terms ->> 'closes_after_days')::int, 0),
    w.time_zone
  from public.workspaces_workspace w
  join public.blueprint_blueprintversion v on v.workspace_id = w.id and v.number = w.blueprint_version
  cross join lateral (select v.document -> 'reporting' as terms) said
  where w.id = tenant
$$;
create function public.closed_before(tenant uuid, moment timestamptz) returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp as $$
  select date_trunc(rule.unit, moment at time zone rule.zone - make_interval(days => rule.days)) at time zone rule.zone
  from public.closing_rule(tenant) rule
$$;
"""
AMOUNTS = """
create function public.restate_amounts() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  rule record;
begin
  if not exists (
    select from new_rows n
    where (n.amount_before, n.currency_before) is distinct from (n.amount_after, n.currency_after)
  ) then return null; end if;
  select * into rule from public.closing_rule((select workspace_id from new_rows limit 1));
  if rule.unit is null then return null; end if;
  with restated as (
    insert into public.lifecycle_restatement (
      workspace_id, kind, record_id, stay_id, stage_id, closed_at, period, at, by_id, reason, import_id,
      is_counted_before, is_counted_after, amount_before, amount_after, currency_before, currency_after,
      owner_before, owner_after, source_before, source_after)
    select n.workspace_id, 'amount', n.record_id, s.id, s.stage_id, s.entered_at,
      date_trunc(rule.unit, s.entered_at at time zone rule.zone)::date, n.at, n.by_id, n.reason, null,
      true, true, n.amount_before, n.amount_after, n.currency_before, n.currency_after,
      s.owner_id, s.owner_id, s.source, s.source
    from new_rows n
    join public.lifecycle_stagestay s on s.workspace_id = n.workspace_id and s.id = n.stay_id
    join public.lifecycle_stage g on g.workspace_id = n.workspace_id and g.id = s.stage_id
    left join public.lifecycle_stage f on f.workspace_id = n.workspace_id and f.id = s.from_stage_id
    where g.category in ('won', 'lost') and g.category is distinct from f.category
      and (n.amount_before, n.currency_before) is distinct from (n.amount_after, n.currency_after)
      and s.entered_at < date_trunc(rule.unit, n.at at time zone rule.zone - make_interval(days => rule.days))
        at time zone rule.zone
    returning reason
  )
  select count(*) filter (where reason = '') as unsaid into rule from restated;
  if rule.unsaid > 0 then
    raise exception 'the amount of a closing in a closed period changes only by a restatement, with its reason'
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create trigger restated_amounts after insert on lifecycle_staychange
  referencing new table as new_rows for each statement execute function public.restate_amounts();
"""
# Most statements enter stages at their own moment: those end at the first question, without looking for the rule.
ENTRIES = """
create function public.restate_entries() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  rule record;
begin
  if not exists (
    select from new_rows n
    join public.lifecycle_stage g on g.workspace_id = n.workspace_id and g.category in ('won', 'lost')
      and (g.id = n.stage_id and (n.recorded_at is not null or n.entered_at < statement_timestamp() - interval '1 day')
        or g.id = n.from_stage_id and n.recorded_at is null)
  ) then return null; end if;
  select * into rule from public.closing_rule((select workspace_id from new_rows limit 1));
  if rule.unit is null then return null; end if;
  insert into public.lifecycle_restatement (
    workspace_id, kind, record_id, stay_id, stage_id, closed_at, period, at, by_id, import_id,
    is_counted_before, is_counted_after, amount_after, currency_after, owner_after, source_after)
  select n.workspace_id, 'late', n.record_id, n.id, n.stage_id, n.entered_at,
    date_trunc(rule.unit, n.entered_at at time zone rule.zone)::date, told.at, n.entered_by_id,
    nullif(current_setting('app.import', true), '')::uuid,
    false, true, n.amount, n.currency, n.owner_id, n.source
  from new_rows n
  join public.lifecycle_stage g on g.workspace_id = n.workspace_id and g.id = n.stage_id
  left join public.lifecycle_stage f on f.workspace_id = n.workspace_id and f.id = n.from_stage_id
  cross join lateral (select coalesce(n.recorded_at, statement_timestamp()) as at) told
  where g.category in ('won', 'lost') and g.category is distinct from f.category
    and n.entered_at < date_trunc(rule.unit, told.at at time zone rule.zone - make_interval(days => rule.days))
      at time zone rule.zone
    -- What an undoing gives back was seen when it happened, and is told again now.
    and (n.recorded_at is not null
      or public.is_said_now(n.workspace_id, n.record_id, array['record.history_corrected']))
    and not exists (
      select from public.lifecycle_replacedstay p
      where p.workspace_id = n.workspace_id and p.record_id = n.record_id and p.replaced_at = statement_timestamp()
        and (p.stay ->> 'stage_id')::uuid = n.stage_id and (p.stay ->> 'entered_at')::timestamptz = n.entered_at
    );
  insert into public.lifecycle_restatement (
    workspace_id, kind, record_id, stay_id, stage_id, closed_at, period, at, by_id, reason, import_id,
    is_counted_before, is_counted_after, amount_before, amount_after, currency_before, currency_after,
    owner_before, owner_after, source_before, source_after)
  select n.workspace_id, 'reopened', n.record_id, s.id, s.stage_id, s.entered_at,
    date_trunc(rule.unit, s.entered_at at time zone rule.zone)::date, n.entered_at, n.entered_by_id, n.reason_key,
    nullif(current_setting('app.import', true), '')::uuid,
    true, g.category not in ('won', 'lost'), s.amount, s.amount, s.currency, s.currency,
    s.owner_id, s.owner_id, s.source, s.source
  from new_rows n
  join public.lifecycle_stage g on g.workspace_id = n.workspace_id and g.id = n.stage_id
  join public.lifecycle_stage f on f.workspace_id = n.workspace_id and f.id = n.from_stage_id
  join public.lifecycle_stagestay s on s.workspace_id = n.workspace_id and s.record_id = n.record_id
    and s.stage_id = n.from_stage_id and s.exited_at = n.entered_at and s.id <> n.id
  where n.recorded_at is null and f.category in ('won', 'lost') and g.category <> f.category
    and s.entered_at < date_trunc(rule.unit, n.entered_at at time zone rule.zone - make_interval(days => rule.days))
      at time zone rule.zone;
  return null;
end $$;
create trigger restated_entries after insert on lifecycle_stagestay
  referencing new table as new_rows for each statement execute function public.restate_entries();
"""
# It fires when the statement is over: a stay that was told again is there already, in its new words.
DELETIONS = """
create function public.restate_deletions() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  rule record;
begin
  if not exists (
    select from old_rows o
    join public.lifecycle_stage g on g.workspace_id = o.workspace_id and g.id = o.stage_id
    where g.category in ('won', 'lost')
  ) then return null; end if;
  select * into rule from public.closing_rule((select workspace_id from old_rows limit 1));
  if rule.unit is null then return null; end if;
  insert into public.lifecycle_restatement (
    workspace_id, kind, record_id, stay_id, stage_id, closed_at, period, at, by_id, import_id,
    is_counted_before, is_counted_after, amount_before, amount_after, currency_before, currency_after,
    owner_before, owner_after, source_before, source_after)
  select o.workspace_id, case when n.id is null then 'removed' else 'retold' end, o.record_id, coalesce(n.id, o.id),
    o.stage_id, o.entered_at, date_trunc(rule.unit, o.entered_at at time zone rule.zone)::date, told.at,
    told.by_id, nullif(current_setting('app.import', true), '')::uuid,
    true, n.id is not null, o.amount, n.amount, o.currency, coalesce(n.currency, ''),
    o.owner_id, n.owner_id, o.source, coalesce(n.source, '')
  from old_rows o
  join public.lifecycle_stage g on g.workspace_id = o.workspace_id and g.id = o.stage_id
  left join public.lifecycle_stage f on f.workspace_id = o.workspace_id and f.id = o.from_stage_id
  left join lateral (
    select s.* from public.lifecycle_stagestay s
    where s.workspace_id = o.workspace_id and s.record_id = o.record_id and s.stage_id = o.stage_id
      and s.entered_at = o.entered_at
    limit 1
  ) n on true
  cross join lateral (
    select coalesce(max(s.recorded_at), statement_timestamp()) as at,
      (array_agg(s.entered_by_id order by s.recorded_at desc nulls last))[1] as by_id
    from public.lifecycle_stagestay s
    where s.workspace_id = o.workspace_id and s.record_id = o.record_id
  ) told
  where g.category in ('won', 'lost') and g.category is distinct from f.category
    and (n.id is null or (o.amount, o.currency, o.owner_id, o.source)
      is distinct from (n.amount, n.currency, n.owner_id, n.source))
    and o.entered_at < date_trunc(rule.unit, told.at at time zone rule.zone - make_interval(days => rule.days))
      at time zone rule.zone;
  return null;
end $$;
create trigger restated_deletions after delete on lifecycle_stagestay
  referencing old table as old_rows for each statement execute function public.restate_deletions();
"""
FORGET = """
drop trigger restated_entries on lifecycle_stagestay;
drop trigger restated_deletions on lifecycle_stagestay;
drop trigger restated_amounts on lifecycle_staychange;
drop function public.restate_amounts();
drop function public.restate_entries();
drop function public.restate_deletions();
drop function public.closed_before(uuid, timestamptz);
drop function public.closing_rule(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0025_told_holders_go_back"),
        ("workspaces", "0010_dated_seats"),
        ("blueprint", "0002_items_of_the_document_in_force"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="staychange",
            name="period",
        ),
        migrations.CreateModel(
            name="Restatement",
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
                    models.CharField(
                        choices=[
                            ("amount", "Amount changed"),
                            ("late", "Came in late"),
                            ("retold", "Told otherwise"),
                            ("removed", "Taken away"),
                            ("reopened", "Reopened"),
                        ],
                        max_length=8,
                    ),
                ),
                ("record_id", models.UUIDField()),
                ("stay_id", models.UUIDField()),
                ("closed_at", models.DateTimeField()),
                ("period", models.DateField()),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, db_default="", default="", max_length=500)),
                ("import_id", models.UUIDField(blank=True, null=True)),
                ("is_counted_before", models.BooleanField()),
                ("is_counted_after", models.BooleanField()),
                ("amount_before", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("amount_after", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("currency_before", models.CharField(blank=True, db_default="", default="", max_length=3)),
                ("currency_after", models.CharField(blank=True, db_default="", default="", max_length=3)),
                ("owner_before", models.UUIDField(blank=True, null=True)),
                ("owner_after", models.UUIDField(blank=True, null=True)),
                ("source_before", models.CharField(blank=True, db_default="", default="", max_length=120)),
                ("source_after", models.CharField(blank=True, db_default="", default="", max_length=120)),
                (
                    "by",
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
                (
                    "stage",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lifecycle.stage",
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
                "indexes": [
                    models.Index(fields=["workspace", "closed_at"], name="restatement_by_closing"),
                    models.Index(fields=["workspace", "record_id", "at"], name="restatement_of_record"),
                ],
            },
        ),
        Walls("Restatement"),
        AppendOnly("lifecycle_restatement"),
        migrations.RunSQL(RULE + AMOUNTS + ENTRIES + DELETIONS, FORGET),
    ]
