"""An invitation keeps the person behind it, and the key it was made with: it ends with either."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.walls

REFERENCE = """
alter table workspaces_invitation add constraint workspaces_invitation_made_by_id_in
  foreign key (workspace_id, made_by_id) references workspaces_member (workspace_id, id) deferrable initially deferred;
"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0004_sweep_trouble")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="made_by",
            field=core.tenancy.walls.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The person behind `invited_by`",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.member",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="through_key",
            field=models.UUIDField(blank=True, help_text="The API key it was made with", null=True),
        ),
        migrations.RunSQL(
            REFERENCE, "alter table workspaces_invitation drop constraint workspaces_invitation_made_by_id_in"
        ),
    ]
