"""A change of owner that a file told of goes back with the file, where the record's history is corrected."""

from django.db import migrations

UNLESS = """
create or replace function public.refuse_unless_undone() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from (select distinct workspace_id, record_id from old_rows) r
    where not public.is_said_now(r.workspace_id, r.record_id, {kinds})
  ) then
    raise exception 'rows of %% are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
"""
BOTH = """case when tg_table_name = 'lifecycle_staychange'
      then array['record.undone', 'record.history_corrected'] else array['record.undone'] end"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0024_one_reference_to_a_stage")]

    operations = [
        migrations.RunSQL(
            UNLESS.format(kinds=BOTH).replace("%%", "%"),
            UNLESS.format(kinds="array['record.undone']").replace("%%", "%"),
        )
    ]
