"""Readings are folded from rows: none is changed by anybody else, and a day whose reading goes is folded again.

The fold takes a day's readings away to write them anew and says so (`app.folding`); whoever else deletes one has only
asked for the day to be counted again. A reading is derived: the audit of identities tells one that is not true.
"""

from django.db import migrations

FUNCTION = """
create function public.scorecard_mark_readings() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce(current_setting('app.folding', true), '') = '' then
    insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
    select distinct workspace_id, day, 'all', now() from old_rows;
  end if;
  return null;
end $$;
create trigger scorecard_mark_deleted after delete on scorecard_reading
  referencing old table as old_rows for each statement execute function public.scorecard_mark_readings();
create trigger kept before update on scorecard_reading for each row
  when (coalesce(current_setting('app.folding', true), '') = '') execute function public.refuse_change();
"""
FORGET = """
drop trigger kept on scorecard_reading;
drop trigger scorecard_mark_deleted on scorecard_reading;
drop function public.scorecard_mark_readings();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0004_marks_of_stays_everywhere"),
        ("governance", "0006_functions_keep_their_own_path"),
    ]

    operations = [migrations.RunSQL(FUNCTION, FORGET)]
