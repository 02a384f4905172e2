"""Tasks are made by people too, and may come again."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.walls

REFERENCE = """
alter table handoffs_task add constraint handoffs_task_made_by_id_in
  foreign key (workspace_id, made_by_id) references workspaces_member (workspace_id, id) deferrable initially deferred;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0013_who_has_what_is_open"),
        ("lifecycle", "0032_since_when_in_a_stage"),
        ("workspaces", "0014_scanner_knows_samples"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="made_by",
            field=core.tenancy.walls.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.member",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="repeats",
            field=models.CharField(blank=True, db_default="", default="", max_length=5),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("made_by__isnull", False)),
                fields=["workspace", "made_by", "due_at"],
                name="task_made_by",
            ),
        ),
        migrations.RunSQL(REFERENCE, "alter table handoffs_task drop constraint handoffs_task_made_by_id_in"),
    ]
