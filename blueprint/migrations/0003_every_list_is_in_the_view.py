"""The view for reports tells the lists that came after it, too: every keyed list of the schema."""

from collections.abc import Sequence

from django.db import migrations

VIEW = """
create or replace view public.blueprint_items with (security_invoker = true) as
with in_force as (
  select versions.workspace_id, versions.number as version, versions.document
  from public.blueprint_blueprintversion versions
  join public.workspaces_workspace workspaces
    on workspaces.id = versions.workspace_id and workspaces.blueprint_version = versions.number
), parts as (
  select in_force.workspace_id, in_force.version, part.name as part, '' as inside, item.value as item, item.place
  from in_force
  cross join unnest(array[{top}]) as part (name)
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
  cross join unnest(array[{inner}]) as part (name)
  cross join jsonb_array_elements(coalesce(parts.item -> part.name, '[]')) with ordinality as item (value, place)
), criteria as (
  select inner_items.workspace_id, inner_items.version, part.name as part,
    inner_items.inside || '/' || (inner_items.item ->> 'key') as inside, item.value as item, item.place
  from inner_items
  cross join unnest(array[{of_stages}]) as part (name)
  cross join jsonb_array_elements(coalesce(inner_items.item -> part.name, '[]')) with ordinality
    as item (value, place)
  where inner_items.part = 'stages'
), everything as (
  select * from parts union all select * from scoring union all select * from inner_items
  union all select * from criteria
)
select workspace_id, version, part, inside, place - 1 as position,
  coalesce(item ->> 'key', item ->> 'date', {named}item ->> 'label') as key, item ->> 'label' as label, item
from everything
"""
TOP = ("properties", "pipelines", "calendars", "reason_codes", "pools", "seams", "metrics")
INNER = ("stages", "holidays", "acceptance", "packet", "ladder", "routing")
OF_STAGES = ("entry", "exit")


def view(top: Sequence[str], inner: Sequence[str], of_stages: Sequence[str], named: str = "") -> str:
    """The view over these lists."""
    said = {"top": top, "inner": inner, "of_stages": of_stages}
    return VIEW.format(named=named, **{name: ", ".join(f"'{each}'" for each in said[name]) for name in said})


NEW = view(
    (*TOP, "territories", "team_regions", "playbooks"),
    (*INNER, "special_days", "sla", "pause_when", "criteria", "steps", "targets", "segment_bands"),
    (*OF_STAGES, "ladder"),
    "item ->> 'segment', item ->> 'team', ",
)


class Migration(migrations.Migration):
    dependencies = [("blueprint", "0002_items_of_the_document_in_force")]

    operations = [migrations.RunSQL(NEW, view(TOP, INNER, OF_STAGES))]
