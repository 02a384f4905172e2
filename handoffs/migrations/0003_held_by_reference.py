"""Rows held in their workspace by a composite reference need no key of their own to it: one look-up less for each row."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0002_handoff_ladder_and_scanner"),
        ("workspaces", "0002_workspaces_of"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                default=core.tenancy.scope.current_id,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="escalation",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                default=core.tenancy.scope.current_id,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="handoff",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                default=core.tenancy.scope.current_id,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
    ]
