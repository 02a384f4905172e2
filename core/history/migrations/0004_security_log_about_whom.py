"""A line of the security log that somebody else caused says whose membership it changed."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.walls

REFERENCE = """
alter table history_securityevent add constraint history_securityevent_about_id_in
  foreign key (workspace_id, about_id) references workspaces_member (workspace_id, id) deferrable initially deferred;
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0003_security_log")]

    operations = [
        migrations.AddField(
            model_name="securityevent",
            name="about",
            field=core.tenancy.walls.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="Whose membership it changed",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.member",
            ),
        ),
        migrations.RunSQL(
            REFERENCE, "alter table history_securityevent drop constraint history_securityevent_about_id_in"
        ),
        migrations.AddIndex(
            model_name="securityevent",
            index=models.Index(fields=["workspace", "about", "-at", "-id"], name="security_about_member"),
        ),
    ]
