"""The marks that stays leave are made by one function in every database.

The migration that made it was edited after it had landed: whoever had applied it before kept a function that looked
through all stays for each that was written. Nothing else differs, so nothing has to be counted anew.
"""

from django.db import migrations

FUNCTION = """
create or replace function public.scorecard_mark_stays() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
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
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0003_another_time_zone_marks_every_day"),
        ("governance", "0006_functions_keep_their_own_path"),
    ]

    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
