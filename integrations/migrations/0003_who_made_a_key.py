"""A key keeps the person who made it, even where a program made it; programs get their maker from their first key."""

import django.db.models.deletion
from django.db import migrations

import core.tenancy.walls

REFERENCE = """
alter table integrations_apikey add constraint integrations_apikey_made_by_id_in
  foreign key (workspace_id, made_by_id) references workspaces_member (workspace_id, id) deferrable initially deferred;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0002_forget_old_answers"),
        ("workspaces", "0003_who_set_a_program_up"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="made_by",
            field=core.tenancy.walls.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The person behind `created_by`",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.member",
            ),
        ),
        migrations.RunSQL(
            REFERENCE, "alter table integrations_apikey drop constraint integrations_apikey_made_by_id_in"
        ),
    ]
