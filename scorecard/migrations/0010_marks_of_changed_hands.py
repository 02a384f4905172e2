"""An open record that changes hands leaves one owner's stock and joins the other's on that day, which is counted again."""

from django.db import migrations

FUNCTION = """
create function public.scorecard_mark_changes() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
  select distinct n.workspace_id, (n.at at time zone w.time_zone)::date, 'all', now()
  from new_rows n join public.workspaces_workspace w on w.id = n.workspace_id;
  return null;
end $$;
create trigger scorecard_mark_inserted after insert on lifecycle_staychange
  referencing new table as new_rows for each statement execute function public.scorecard_mark_changes();
"""
FORGET = """
drop trigger scorecard_mark_inserted on lifecycle_staychange;
drop function public.scorecard_mark_changes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0009_own_boards"),
        ("lifecycle", "0018_as_it_was"),
    ]

    operations = [migrations.RunSQL(FUNCTION, FORGET)]
