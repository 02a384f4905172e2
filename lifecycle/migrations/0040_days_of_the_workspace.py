"""Criteria read days by the clocks of the workspace: its zone, and the first moment at which those show a time. Where
that is not UTC, open records are asked once, which works out anew when each is asked again."""

from django.db import migrations

FUNCTIONS = """
create function public.workspace_zone() returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select w.time_zone from public.workspaces_workspace w
    where w.id = nullif(current_setting('app.workspace_id', true), '')::uuid
  ), 'UTC')
$$;
create function public.first_shown(shown timestamp, zone text) returns timestamptz
language plpgsql stable parallel safe cost 1 set search_path = pg_catalog, pg_temp as $$
declare
  told timestamptz := shown at time zone zone;
  -- by the clocks as they were set the day before: of a time that is shown twice, the first
  before timestamptz := (shown - interval '1 day') at time zone zone + interval '24 hours';
begin
  if before < told and before at time zone zone = shown then return before; end if;
  -- a time that the clocks leap over has come when they do, and they do so at a full hour
  if told at time zone zone <> shown then return date_trunc('hour', shown) at time zone zone; end if;
  return told;
end $$;
"""
FORGET = """
drop function public.first_shown(timestamp, text);
drop function public.workspace_zone();
"""
ASK_THEM_ONCE = r"""
insert into lifecycle_rescoring (workspace_id, cause, blueprint_version, total_count, asked_count, changed_count,
    started_at)
select w.id, 'published', w.blueprint_version, 0, 0, 0, now()
from workspaces_workspace w
join blueprint_blueprintversion v on v.workspace_id = w.id and v.number = w.blueprint_version
where w.time_zone <> 'UTC' and v.document::text ~ '\mnow\M' and not exists (
    select from lifecycle_rescoring walk where walk.workspace_id = w.id and walk.finished_at is null);
set constraints all immediate;
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0039_more_functions")]
    operations = [
        migrations.RunSQL(FUNCTIONS, FORGET),
        migrations.RunSQL(ASK_THEM_ONCE, migrations.RunSQL.noop),
    ]
