"""Leakage no longer counts a recalled offer whose record was offered again: the second offer marks the first one's day."""

from django.db import migrations

FUNCTION = """
create function public.scorecard_mark_recalled() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
  select distinct f.workspace_id, (f.offered_at at time zone w.time_zone)::date, 'seam', now()
  from (select distinct workspace_id, record_id, seam_id from new_rows) n
  cross join lateral (
    select h.workspace_id, h.offered_at from public.handoffs_handoff h
    where h.workspace_id = n.workspace_id and h.record_id = n.record_id and h.seam_id = n.seam_id
      and h.state = 'recalled' offset 0
  ) f
  join public.workspaces_workspace w on w.id = f.workspace_id;
  return null;
end $$;
create trigger scorecard_mark_recalled after insert on handoffs_handoff
  referencing new table as new_rows for each statement execute function public.scorecard_mark_recalled();
"""
FORGET = """
drop trigger scorecard_mark_recalled on handoffs_handoff;
drop function public.scorecard_mark_recalled();
"""


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0006_money_is_converted"), ("handoffs", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, FORGET)]
