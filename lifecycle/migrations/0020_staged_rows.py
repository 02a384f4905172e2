"""Rows of a file that wait to come in: an unlogged table, since a crash costs no more than another reading."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.walls import Walls


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0019_facts_of_older_stays"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="StagedRows",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=core.tenancy.ids.NewId(),
                        default=core.tenancy.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("first", models.PositiveIntegerField()),
                ("is_last", models.BooleanField()),
                ("content", models.BinaryField()),
                (
                    "of",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lifecycle.import",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=core.tenancy.scope.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddConstraint(
            model_name="stagedrows",
            constraint=models.UniqueConstraint(fields=("workspace", "of", "first"), name="staged_rows_once"),
        ),
        migrations.RunSQL("alter table lifecycle_stagedrows set unlogged", migrations.RunSQL.noop),
        Walls("StagedRows"),
    ]
