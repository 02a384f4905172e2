"""No function of ours looks where its caller points: each has a path of its own, with temporary tables at its end.

A body in the form of the standard (`return …`) needs none: its names were looked up when it was made, and the planner
can still write it into the statement, which a default of every row should be.
"""

from django.db import migrations

# The marks of the scorecard read tables by plain names, which stay: `public` is before `pg_temp`, and nobody but the
# owner makes anything there (core/roles.py).
PATHS = """
alter function public.refuse_change() set search_path = pg_catalog, pg_temp;
alter function public.scorecard_mark_stays() set search_path = pg_catalog, public, pg_temp;
alter function public.scorecard_mark_records() set search_path = pg_catalog, public, pg_temp;
alter function public.scorecard_mark_handoffs() set search_path = pg_catalog, public, pg_temp;
alter function public.scorecard_mark_people() set search_path = pg_catalog, public, pg_temp;
alter function public.scorecard_mark_zone() set search_path = pg_catalog, public, pg_temp;
"""

NEW_ID = """
do $do$ begin
  if current_setting('server_version_num')::int >= 180000 then
    create or replace function public.new_id() returns uuid language sql volatile return pg_catalog.uuidv7();
  else
    create or replace function public.new_id() returns uuid language sql volatile
      return encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6), 52, 1), 53, 1), 'hex')::uuid;
  end if;
end $do$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0005_authors_never_answer"),
        ("scorecard", "0003_another_time_zone_marks_every_day"),
        ("workspaces", "0002_workspaces_of"),
    ]

    operations = [
        migrations.RunSQL(PATHS, migrations.RunSQL.noop),
        migrations.RunSQL(NEW_ID, migrations.RunSQL.noop),
    ]
