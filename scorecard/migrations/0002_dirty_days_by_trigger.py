"""Whatever changes what a day tells marks the day, in the same transaction, whichever door it came through."""

from django.conf import settings
from django.db import migrations, models

from core.roles import Login

# A look-up per record (offset 0 keeps it one): an `in` over all stays was planned as a scan of the whole table.
# `changed`: days whose readings may differ. `about`: all kinds, only cohorts (a later stay of the same record), or seams.
FUNCTIONS = """
create or replace function scorecard_mark_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
    select m.workspace_id, (m.at at time zone w.time_zone)::date, min(m.about), now()
    from (select workspace_id, entered_at as at, 'all' as about from new_rows
          union all select workspace_id, exited_at, 'all' from new_rows where exited_at is not null
          union all select s.workspace_id, s.entered_at, 'cohort'
          from (select distinct workspace_id, record_id from new_rows) r cross join lateral (
            select e.workspace_id, e.entered_at from lifecycle_stagestay e
            where e.workspace_id = r.workspace_id and e.record_id = r.record_id offset 0) s) m
    join workspaces_workspace w on w.id = m.workspace_id
    group by 1, 2;
  elsif tg_op = 'UPDATE' then
    insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
    select m.workspace_id, (m.at at time zone w.time_zone)::date, min(m.about), now()
    from (select workspace_id, entered_at as at, 'all' as about from new_rows
          union all select workspace_id, exited_at, 'all' from new_rows where exited_at is not null
          union all select workspace_id, entered_at, 'all' from old_rows
          union all select workspace_id, exited_at, 'all' from old_rows where exited_at is not null
          union all select s.workspace_id, s.entered_at, 'cohort'
          from (select distinct workspace_id, record_id from old_rows) r cross join lateral (
            select e.workspace_id, e.entered_at from lifecycle_stagestay e
            where e.workspace_id = r.workspace_id and e.record_id = r.record_id offset 0) s) m
    join workspaces_workspace w on w.id = m.workspace_id
    group by 1, 2;
  else
    insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
    select m.workspace_id, (m.at at time zone w.time_zone)::date, min(m.about), now()
    from (select workspace_id, entered_at as at, 'all' as about from old_rows
          union all select workspace_id, exited_at, 'all' from old_rows where exited_at is not null
          union all select s.workspace_id, s.entered_at, 'cohort'
          from (select distinct workspace_id, record_id from old_rows) r cross join lateral (
            select e.workspace_id, e.entered_at from lifecycle_stagestay e
            where e.workspace_id = r.workspace_id and e.record_id = r.record_id offset 0) s) m
    join workspaces_workspace w on w.id = m.workspace_id
    group by 1, 2;
  end if;
  return null;
end $$;

create or replace function scorecard_mark_records() returns trigger language plpgsql as $$
begin
  insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
  select m.workspace_id, (m.at at time zone w.time_zone)::date, min(m.about), now()
  from (
    select o.workspace_id, o.id from old_rows o join new_rows n on n.id = o.id
    where (n.kind, n.name, n.email, n.domain, n.source, n.owner_id, n.team_id, n.opened_at, n.amount, n.currency, n.mrr,
           n.closes_on, n.renews_on, n.origin_id, n.properties, n.created_at)
      is distinct from
          (o.kind, o.name, o.email, o.domain, o.source, o.owner_id, o.team_id, o.opened_at, o.amount, o.currency, o.mrr,
           o.closes_on, o.renews_on, o.origin_id, o.properties, o.created_at)
  ) c
  cross join lateral (
    select s.workspace_id, s.entered_at as at, 'all' as about from lifecycle_stagestay s
    where s.workspace_id = c.workspace_id and s.record_id = c.id
    union all select s.workspace_id, s.exited_at, 'all' from lifecycle_stagestay s
    where s.workspace_id = c.workspace_id and s.record_id = c.id and s.exited_at is not null
    union all select h.workspace_id, moment, 'seam'
    from handoffs_handoff h, unnest(array[h.offered_at, h.answered_at, h.due_at, h.breached_at]) moment
    where h.workspace_id = c.workspace_id and h.record_id = c.id and moment is not null
  ) m
  join workspaces_workspace w on w.id = m.workspace_id
  group by 1, 2;
  return null;
end $$;

create or replace function scorecard_mark_handoffs() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
    select distinct h.workspace_id, (moment at time zone w.time_zone)::date, 'seam', now()
    from new_rows h cross join unnest(array[h.offered_at, h.answered_at, h.due_at, h.breached_at]) moment
    join workspaces_workspace w on w.id = h.workspace_id where moment is not null;
  elsif tg_op = 'DELETE' then
    insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
    select distinct h.workspace_id, (moment at time zone w.time_zone)::date, 'seam', now()
    from old_rows h cross join unnest(array[h.offered_at, h.answered_at, h.due_at, h.breached_at]) moment
    join workspaces_workspace w on w.id = h.workspace_id where moment is not null;
  else
    insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
    select distinct n.workspace_id, (moment at time zone w.time_zone)::date, 'seam', now()
    from old_rows o join new_rows n on n.id = o.id
    cross join unnest(array[n.offered_at, n.answered_at, n.due_at, n.breached_at,
                            o.offered_at, o.answered_at, o.due_at, o.breached_at]) moment
    join workspaces_workspace w on w.id = n.workspace_id
    where moment is not null
      and (n.state, n.seam_id, n.record_id, n.assignee_id, n.team_id, n.offered_at, n.due_at, n.touch_due_at,
           n.breached_at, n.answered_at, n.first_touched_at)
        is distinct from
          (o.state, o.seam_id, o.record_id, o.assignee_id, o.team_id, o.offered_at, o.due_at, o.touch_due_at,
           o.breached_at, o.answered_at, o.first_touched_at);
  end if;
  return null;
end $$;

-- Where people sit decides the segments of everything they ever owned: a change rebuilds every day (day is null).
create or replace function scorecard_mark_people() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'workspaces_member' then
    if new.name is not distinct from old.name then return null; end if;
  elsif tg_op = 'UPDATE' and tg_table_name = 'workspaces_team' then
    if (new.name, new.region, new.manager_id) is not distinct from (old.name, old.region, old.manager_id) then
      return null;
    end if;
  elsif tg_op = 'UPDATE' then
    if (new.member_id, new.team_id) is not distinct from (old.member_id, old.team_id) then return null; end if;
  end if;
  insert into scorecard_dirtyday (workspace_id, day, about, marked_at)
  values (coalesce(new.workspace_id, old.workspace_id), null, 'all', now());
  return null;
end $$;
"""

TRIGGERS = """
create trigger scorecard_mark_inserted after insert on lifecycle_stagestay
  referencing new table as new_rows for each statement execute function scorecard_mark_stays();
create trigger scorecard_mark_updated after update on lifecycle_stagestay
  referencing old table as old_rows new table as new_rows for each statement execute function scorecard_mark_stays();
create trigger scorecard_mark_deleted after delete on lifecycle_stagestay
  referencing old table as old_rows for each statement execute function scorecard_mark_stays();
create trigger scorecard_mark_updated after update on lifecycle_record
  referencing old table as old_rows new table as new_rows for each statement execute function scorecard_mark_records();
create trigger scorecard_mark_inserted after insert on handoffs_handoff
  referencing new table as new_rows for each statement execute function scorecard_mark_handoffs();
create trigger scorecard_mark_updated after update on handoffs_handoff
  referencing old table as old_rows new table as new_rows for each statement execute function scorecard_mark_handoffs();
create trigger scorecard_mark_deleted after delete on handoffs_handoff
  referencing old table as old_rows for each statement execute function scorecard_mark_handoffs();
create trigger scorecard_mark_people after update on workspaces_member
  for each row execute function scorecard_mark_people();
create trigger scorecard_mark_people after update on workspaces_team
  for each row execute function scorecard_mark_people();
create trigger scorecard_mark_people after insert or update or delete on workspaces_teamseat
  for each row execute function scorecard_mark_people();
"""

FORGET = """
drop trigger scorecard_mark_inserted on lifecycle_stagestay;
drop trigger scorecard_mark_updated on lifecycle_stagestay;
drop trigger scorecard_mark_deleted on lifecycle_stagestay;
drop trigger scorecard_mark_updated on lifecycle_record;
drop trigger scorecard_mark_inserted on handoffs_handoff;
drop trigger scorecard_mark_updated on handoffs_handoff;
drop trigger scorecard_mark_deleted on handoffs_handoff;
drop trigger scorecard_mark_people on workspaces_member;
drop trigger scorecard_mark_people on workspaces_team;
drop trigger scorecard_mark_people on workspaces_teamseat;
drop function scorecard_mark_stays();
drop function scorecard_mark_records();
drop function scorecard_mark_handoffs();
drop function scorecard_mark_people();
"""

# When it was known whether the SLA was kept: what attainment counts by (scorecard/kinds/handoffs.py).
VERDICT_INDEX = """
create index handoff_verdict on handoffs_handoff
  (workspace_id, seam_id, (coalesce(breached_at, least(answered_at, due_at))))
"""


def let_scanner_look(apps, schema_editor):
    """The scanner learns which workspaces have days to fold, and nothing else of them."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    schema_editor.execute(f"grant select (workspace_id) on scorecard_dirtyday to {scanner}")
    schema_editor.execute(f"create policy scanner on scorecard_dirtyday for select to {scanner} using (true)")


def let_scanner_look_no_more(apps, schema_editor):
    """Back to where only the workspace itself sees its days."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    schema_editor.execute("drop policy scanner on scorecard_dirtyday")
    schema_editor.execute(f"revoke select (workspace_id) on scorecard_dirtyday from {scanner}")


def sums() -> models.DecimalField:
    """A column of sums."""
    return models.DecimalField(max_digits=20, decimal_places=4, default=0, db_default=0)


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0001_initial"),
        ("lifecycle", "0001_initial"),
        ("handoffs", "0001_initial"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint("dirtyday", "dirty_day_once"),
        migrations.AlterField("dirtyday", "day", models.DateField(null=True)),
        migrations.AddField("dirtyday", "about", models.CharField(max_length=6, default="all", db_default="all")),
        migrations.AddField("reading", "aside", sums()),
        migrations.AddField("reading", "stock", sums()),
        migrations.AddField("reading", "stock_days", sums()),
        migrations.AddField(
            "foldmark",
            "fingerprints",
            models.JSONField(default=dict, db_default=models.Value({}, models.JSONField())),
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, FORGET),
        migrations.RunSQL(VERDICT_INDEX, "drop index handoff_verdict"),
        migrations.RunPython(let_scanner_look, let_scanner_look_no_more),
    ]
