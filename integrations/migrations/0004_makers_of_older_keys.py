"""Keys from before their makers were kept: from key to program to key, up to the person it began with."""

from django.db import migrations

FILL = """
with recursive makers as (
  select k.workspace_id, k.member_id as program_id, k.created_by_id as maker_id, 1 as depth
  from integrations_apikey k
  where k.created_at = (
    select min(o.created_at) from integrations_apikey o
    where o.workspace_id = k.workspace_id and o.member_id = k.member_id)
  union
  select m.workspace_id, m.program_id, k.created_by_id, m.depth + 1
  from makers m
  join integrations_apikey k on k.workspace_id = m.workspace_id and k.member_id = m.maker_id
  where m.depth < 20
)
update workspaces_member p set made_by_id = m.maker_id
from makers m join workspaces_member person on person.workspace_id = m.workspace_id and person.id = m.maker_id
where p.workspace_id = m.workspace_id and p.id = m.program_id and p.kind <> 'person' and p.made_by_id is null
  and person.kind = 'person';
update integrations_apikey k set made_by_id = case when c.kind = 'person' then c.id else c.made_by_id end
from workspaces_member c where c.workspace_id = k.workspace_id and c.id = k.created_by_id and k.made_by_id is null;
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0003_who_made_a_key")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
