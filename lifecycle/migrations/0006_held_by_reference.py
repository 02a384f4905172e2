"""Rows held in their workspace by a composite reference need no key of their own to it: one look-up less for each row."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0005_rescoring"),
        ("workspaces", "0002_workspaces_of"),
    ]

    operations = [
        migrations.AlterField(
            model_name="activity",
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
            model_name="externalid",
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
            model_name="importedid",
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
            model_name="record",
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
            model_name="scorechange",
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
            model_name="searchtoken",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="stagestay",
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
            model_name="touchpoint",
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
