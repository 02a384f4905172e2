"""A key that was made with a key points to it, and ends with it."""

import django.db.models.deletion
from django.db import migrations

import core.tenancy.walls

REFERENCE = """
alter table integrations_apikey add constraint integrations_apikey_made_through_id_in
  foreign key (workspace_id, made_through_id) references integrations_apikey (workspace_id, id)
  deferrable initially deferred;
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0004_makers_of_older_keys")]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="made_through",
            field=core.tenancy.walls.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The key it was made with",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="integrations.apikey",
            ),
        ),
        migrations.RunSQL(
            REFERENCE, "alter table integrations_apikey drop constraint integrations_apikey_made_through_id_in"
        ),
    ]
