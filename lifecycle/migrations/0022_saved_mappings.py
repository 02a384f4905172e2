"""Mappings under a name."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.walls import Walls


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0021_undo_of_an_import"),
        ("workspaces", "0009_setup_mode"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedMapping",
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
                ("name", models.CharField(max_length=80)),
                ("header_key", models.CharField(max_length=32)),
                ("mapping", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                (
                    "saved_by",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        default=core.tenancy.scope.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["workspace", "header_key"], name="saved_mapping_header")],
                "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="saved_mapping_name")],
            },
        ),
        Walls("SavedMapping"),
    ]
