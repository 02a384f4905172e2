"""A workspace is founded in setup mode, where one person publishes alone; null once a second approver ended it."""

from django.db import migrations, models

# It begins with the workspace, never again, and ends only once. Ended by whoever: see governance for the rest.
BEGINS_ONCE = """
create function public.guard_setup() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.setup_since is null or new.setup_since is not null then
    raise exception 'setup mode begins with the workspace and ends once' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger guarded_setup before update of setup_since on workspaces_workspace
  for each row when (new.setup_since is distinct from old.setup_since) execute function public.guard_setup();
"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0008_limits_outlive_redis")]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="setup_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(
            BEGINS_ONCE, "drop trigger guarded_setup on workspaces_workspace; drop function public.guard_setup();"
        ),
    ]
