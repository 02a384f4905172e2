"""What a key writes is its system's word. A key that is here already speaks for the system it has named most; one that
never named any, for one of its own name."""

from django.db import migrations, models

SPOKEN = """
update integrations_apikey k set system = coalesce(
  (select e.facts ->> 'system' from history_event e
   where e.workspace_id = k.workspace_id and e.actor_id = k.member_id
     and e.kind in ('record.created', 'record.updated') and e.facts ->> 'system' <> ''
   group by 1 order by count(*) desc, 1 limit 1),
  nullif(left(trim(both '-' from regexp_replace(lower(k.name), '[^a-z0-9]+', '-', 'g')), 60), ''),
  'key-' || lower(k.prefix))
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0006_narrower_scopes"), ("history", "0002_refresh_statistics")]

    operations = [
        migrations.AddField("apikey", "system", models.CharField(max_length=60, default="", db_default="")),
        migrations.RunSQL(SPOKEN, migrations.RunSQL.noop),
    ]
