"""A workspace in another time zone has other days: every one is counted anew, whichever door the change came through."""

from django.db import migrations

FUNCTION = """
create or replace function scorecard_mark_zone() returns trigger language plpgsql as $$
begin
  insert into scorecard_dirtyday (workspace_id, day, about, marked_at) values (new.id, null, 'all', now());
  return null;
end $$;
create trigger scorecard_mark_zone after update of time_zone on workspaces_workspace
  for each row when (new.time_zone is distinct from old.time_zone) execute function scorecard_mark_zone();
"""
FORGET = """
drop trigger scorecard_mark_zone on workspaces_workspace;
drop function scorecard_mark_zone();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0002_dirty_days_by_trigger"),
        ("workspaces", "0002_workspaces_of"),
    ]

    operations = [migrations.RunSQL(FUNCTION, FORGET)]
