"""A workspace may be a sample of another: made up, to look around in, and taken away as a whole."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The serving role may delete no history. The function runs as the owner, takes no argument, and finds by itself what it
# removes: the sample company of the workspace in scope, never that workspace. Every table of tenants is asked, so a new
# one is covered. People who were made up with it have an address that names it; nobody else's account goes.
REMOVE = """
create function public.remove_sample() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  home text := current_setting('app.workspace_id', true);
  sample uuid;
  made_up uuid[];
  tenants regclass;
begin
  select id into sample from public.workspaces_workspace where sample_of_id = nullif(home, '')::uuid for update;
  if sample is null then
    return;
  end if;
  perform set_config('app.workspace_id', sample::text, true), set_config('app.leaving', sample::text, true);
  select array_agg(u.id) into made_up from public.workspaces_user u
  join public.workspaces_member m on m.user_id = u.id
  where m.workspace_id = sample and u.email like '%@' || sample::text || '.invalid';
  for tenants in
    select c.oid::regclass from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  loop
    execute format('delete from %s where workspace_id = $1', tenants) using sample;
  end loop;
  delete from public.account_emailaddress where user_id = any(made_up);
  delete from public.workspaces_user where id = any(made_up);
  delete from public.workspaces_workspace where id = sample;
  perform set_config('app.workspace_id', home, true), set_config('app.leaving', '', true);
end $$;
revoke all on function public.remove_sample() from public;

-- Whether it is that function that deletes: only then is the owner at work in a workspace that is a sample.
create function public.is_leaving() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(current_setting('app.leaving', true), '') <> ''
    and current_user = (
      select pg_get_userbyid(relowner) from pg_class where oid = 'public.workspaces_workspace'::regclass
    )
    and exists (
      select from public.workspaces_workspace w
      where w.sample_of_id is not null and w.id::text = current_setting('app.leaving')
        and w.id::text = current_setting('app.workspace_id')
    )
$$;
"""


def close_to_scanner(apps: Any, schema_editor: Any) -> None:
    """Default privileges opened the function to both bound roles; only the serving one asks this."""
    scanner = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if scanner:
        schema_editor.execute(f"revoke all on function remove_sample() from {schema_editor.quote_name(scanner)}")


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0011_viewers"), ("account", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="sample_of",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="workspace", name="sample_ready_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.RunSQL(REMOVE, "drop function public.remove_sample(); drop function public.is_leaving();"),
        migrations.RunPython(close_to_scanner, migrations.RunPython.noop),
    ]
