"""`people:write` was three things. A key keeps what it is used for: the workspace's settings go on, making keys goes on
only where the program has made some. What nobody is behind, or somebody who may no longer hold keys, is closed."""

from django.db import migrations

SPLIT = """
update integrations_apikey k set scopes = (
  select jsonb_agg(scope order by scope) from (
    select jsonb_array_elements_text(k.scopes) as scope
    union select 'workspace:write'
    union select 'keys:write' where exists (
      select from integrations_apikey made where made.workspace_id = k.workspace_id and made.created_by_id = k.member_id)
  ) each)
where k.scopes ? 'people:write';
update integrations_apikey k set revoked_at = now()
where k.revoked_at is null and not exists (
  select from workspaces_member m
  where m.workspace_id = k.workspace_id and m.id = k.made_by_id and m.is_active and m.kind = 'person'
    and m.role in ('owner', 'admin'));
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0005_a_key_made_with_a_key")]

    operations = [migrations.RunSQL(SPLIT, migrations.RunSQL.noop)]
