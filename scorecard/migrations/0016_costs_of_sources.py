"""What was spent on each source in a month."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0015_filters_of_boards"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourceCost",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True,
                        default=core.tenancy.ids.new_id,
                        db_default=core.tenancy.ids.NewId(),
                        editable=False,
                        serialize=False,
                    ),
                ),
                ("source", models.CharField(max_length=120)),
                ("month", models.DateField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                ("currency", models.CharField(max_length=3)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                (
                    "written_by",
                    core.tenancy.walls.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "source", "month"), name="source_cost_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", 0), ("month__day", 1), models.Q(("source", ""), _negated=True)
                        ),
                        name="source_cost_of_month",
                    ),
                ],
            },
        ),
        core.tenancy.walls.Walls("SourceCost"),
    ]
