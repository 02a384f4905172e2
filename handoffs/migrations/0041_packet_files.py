"""Files that packets hold."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0036_untouched_by_who"),
        ("lifecycle", "0037_account_owners"),
        ("workspaces", "0014_scanner_knows_samples"),
    ]

    operations = [
        migrations.CreateModel(
            name="PacketFile",
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
                ("item", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "record",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packet_files",
                        to="lifecycle.record",
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
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["workspace", "record"], name="packet_file_of_record")],
            },
        ),
        core.tenancy.walls.Walls("PacketFile"),
    ]
