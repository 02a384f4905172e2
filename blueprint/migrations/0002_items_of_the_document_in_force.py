"""A view for reports: every item of the document in force as a row. Who asks sees their own workspace only."""

from django.db import migrations

VIEW = """
create view public.blueprint_items with (security_invoker = true) as
with in_force as (
  select versions.workspace_id, versions.number as version, versions.document
  from public.blueprint_blueprintversion versions
  join public.workspaces_workspace workspaces
    on workspaces.id = versions.workspace_id and workspaces.blueprint_version = versions.number
), parts as (
  select in_force.workspace_id, in_force.version, part.name as part, '' as inside, item.value as item, item.place
  from in_force
  cross join unnest(array['properties', 'pipelines', 'calendars', 'reason_codes', 'pools', 'seams', 'metrics'])
    as part (name)
  cross join jsonb_array_elements(in_force.document -> part.name) with ordinality as item (value, place)
), scoring as (
  select in_force.workspace_id, in_force.version, 'score ' || part.name as part, '' as inside, item.value as item,
    item.place
  from in_force
  cross join unnest(array['rules', 'bands']) as part (name)
  cross join jsonb_array_elements(coalesce(in_force.document -> 'scoring' -> part.name, '[]')) with ordinality
    as item (value, place)
), inner_items as (
  select parts.workspace_id, parts.version, part.name as part, parts.item ->> 'key' as inside, item.value as item,
    item.place
  from parts
  cross join unnest(array['stages', 'holidays', 'acceptance', 'packet', 'ladder', 'routing']) as part (name)
  cross join jsonb_array_elements(coalesce(parts.item -> part.name, '[]')) with ordinality as item (value, place)
), criteria as (
  select inner_items.workspace_id, inner_items.version, part.name as part,
    inner_items.inside || '/' || (inner_items.item ->> 'key') as inside, item.value as item, item.place
  from inner_items
  cross join unnest(array['entry', 'exit']) as part (name)
  cross join jsonb_array_elements(coalesce(inner_items.item -> part.name, '[]')) with ordinality
    as item (value, place)
  where inner_items.part = 'stages'
), everything as (
  select * from parts union all select * from scoring union all select * from inner_items
  union all select * from criteria
)
select workspace_id, version, part, inside, place - 1 as position,
  coalesce(item ->> 'key', item ->> 'date', item ->> 'label') as key, item ->> 'label' as label, item
from everything
"""


class Migration(migrations.Migration):
    dependencies = [("blueprint", "0001_initial"), ("workspaces", "0009_setup_mode")]

    operations = [migrations.RunSQL(VIEW, "drop view public.blueprint_items")]
