"""Each record that came from another one names the first of its journey, so that nobody has to climb the chain.

A trigger writes it, whichever door the record came through. Records that are there get theirs in slices, each committed
by itself: nothing else waits for all of them.
"""

from typing import Any

from django.db import connections, migrations, models

SLICE = 20_000
FUNCTIONS = """
create function public.lifecycle_root_of_record() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.root_id := coalesce(
    (select coalesce(o.root_id, o.id) from public.lifecycle_record o
     where o.workspace_id = new.workspace_id and o.id = new.origin_id),
    new.origin_id);
  return new;
end $$;

create function public.lifecycle_root_of_followers() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  with recursive down as (
    select f.id from public.lifecycle_record f where f.workspace_id = new.workspace_id and f.origin_id = new.id
    union
    select f.id from public.lifecycle_record f
    join down on f.origin_id = down.id where f.workspace_id = new.workspace_id
  )
  update public.lifecycle_record r set root_id = coalesce(new.root_id, new.id)
  from down where r.workspace_id = new.workspace_id and r.id = down.id and r.id <> new.id;
  return null;
end $$;

create trigger root_of_new before insert on lifecycle_record
  for each row when (new.origin_id is not null) execute function public.lifecycle_root_of_record();
create trigger root_of_moved before update of origin_id on lifecycle_record
  for each row when (new.origin_id is distinct from old.origin_id)
  execute function public.lifecycle_root_of_record();
create trigger root_of_followers after update of origin_id on lifecycle_record
  for each row when (new.origin_id is distinct from old.origin_id)
  execute function public.lifecycle_root_of_followers();
"""
FORGET = """
drop trigger root_of_followers on lifecycle_record;
drop trigger root_of_moved on lifecycle_record;
drop trigger root_of_new on lifecycle_record;
drop function public.lifecycle_root_of_followers();
drop function public.lifecycle_root_of_record();
"""
# `depth` ends a circle, which no door makes.
FILL = """
with recursive slice as (
  select id, workspace_id, origin_id from lifecycle_record
  where origin_id is not null and id > %(after)s order by id limit %(most)s
),
up as (
  select id, workspace_id, origin_id as top, 1 as depth from slice
  union all
  select up.id, up.workspace_id, o.origin_id, up.depth + 1 from up
  join lifecycle_record o on o.workspace_id = up.workspace_id and o.id = up.top
  where o.origin_id is not null and up.depth < 64
),
roots as (select distinct on (id) id, workspace_id, top from up order by id, depth desc),
filled as (
  update lifecycle_record r set root_id = roots.top
  from roots where r.workspace_id = roots.workspace_id and r.id = roots.id
)
select max(id::text) from slice
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """The roots of the records that are there, a slice a transaction."""
    after: str | None = "00000000-0000-0000-0000-000000000000"
    while after:
        with connections[schema_editor.connection.alias].cursor() as cursor:
            cursor.execute(FILL, {"after": after, "most": SLICE})
            [(after,)] = cursor.fetchall()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("lifecycle", "0015_lists_by_one_filter")]

    operations = [
        migrations.AddField("record", "root_id", models.UUIDField(null=True, editable=False)),
        migrations.AddIndex(
            "record",
            models.Index(
                fields=["workspace", "root_id"],
                condition=models.Q(root_id__isnull=False),
                name="record_of_journey",
            ),
        ),
        migrations.RunSQL(FUNCTIONS, FORGET),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
