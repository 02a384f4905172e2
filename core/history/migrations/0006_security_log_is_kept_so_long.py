"""Lines of the security log go when their workspace no longer keeps them, and never before."""

from django.db import migrations

KEPT = """
create function public.keep_security_events() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if public.is_leaving() or exists (
    select from public.workspaces_workspace w
    where w.id = old.workspace_id and old.at < now() - make_interval(days => w.security_log_days::int)
  ) then
    return old;
  end if;
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger append_only on history_securityevent;
create trigger append_only before update on history_securityevent for each row execute function public.refuse_change();
create trigger kept before delete on history_securityevent
  for each row execute function public.keep_security_events();
"""
BEFORE = """
drop trigger kept on history_securityevent;
drop trigger append_only on history_securityevent;
create trigger append_only before update or delete on history_securityevent
  for each row execute function public.refuse_change();
drop function public.keep_security_events();
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0005_statistics_of_small_tables"), ("workspaces", "0013_security_log_days")]

    operations = [migrations.RunSQL(KEPT, BEFORE)]
