"""A program points to the person who set it up: whoever acts through it is that person."""

import django.db.models.deletion
from django.db import migrations

import core.tenancy.walls

# `Walls` builds a table's composite references when the table is new; this column comes later and brings its own.
REFERENCE = """
alter table workspaces_member add constraint workspaces_member_made_by_id_in
  foreign key (workspace_id, made_by_id) references workspaces_member (workspace_id, id) deferrable initially deferred;
"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0002_workspaces_of")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="made_by",
            field=core.tenancy.walls.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The person who set a program up",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.member",
            ),
        ),
        migrations.RunSQL(REFERENCE, "alter table workspaces_member drop constraint workspaces_member_made_by_id_in"),
    ]
