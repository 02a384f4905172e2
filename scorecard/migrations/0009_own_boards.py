"""A member's own choice of metrics, with its period, comparison and segment."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0008_readings_by_definition"),
        ("workspaces", "0009_setup_mode"),
    ]

    operations = [
        migrations.CreateModel(
            name="MetricBoard",
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
                ("number", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("metrics", models.JSONField(default=list)),
                ("period", models.CharField(max_length=15)),
                ("compare", models.CharField(max_length=10)),
                ("segment", models.CharField(blank=True, db_default="", default="", max_length=60)),
                ("value", models.CharField(blank=True, db_default="", default="", max_length=200)),
                ("is_shared", models.BooleanField(db_default=False, default=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "owner",
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
                "constraints": [models.UniqueConstraint(fields=("workspace", "number"), name="metric_board_number")],
            },
        ),
        core.tenancy.walls.Walls("MetricBoard"),
    ]
