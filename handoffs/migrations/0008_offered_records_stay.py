"""A record does not leave the trigger stage of a handoff that waits for an answer: the database says so as well.

Asked when the transaction ends, so that an answer may write the handoff and the record in any order."""

from django.db import migrations

HELD = """
create function stays_while_offered() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from public.handoffs_handoff h
    join public.handoffs_seam s on s.workspace_id = h.workspace_id and s.id = h.seam_id
    join public.lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
    where h.workspace_id = new.workspace_id and h.record_id = new.id and h.state = 'offered'
      and s.trigger_stage_id <> r.stage_id
  ) then
    raise exception 'a record that is offered stays in its stage until somebody answers'
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger stays_while_offered after update of stage_id on lifecycle_record
  deferrable initially deferred for each row when (old.stage_id is distinct from new.stage_id)
  execute function stays_while_offered();
"""

LEFT = "drop trigger stays_while_offered on lifecycle_record; drop function stays_while_offered();"


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0007_history_stays"),
        ("lifecycle", "0012_history_stays"),
    ]

    operations = [migrations.RunSQL(HELD, LEFT)]
