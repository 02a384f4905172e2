"""What each person takes is a row of theirs: so many a day and a week, skills, and a weight that grows at first."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0034_playbooks"),
        ("workspaces", "0014_scanner_knows_samples"),
    ]

    operations = [
        migrations.CreateModel(
            name="Capacity",
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
                ("time_zone", models.CharField(max_length=60)),
                ("day_cap", models.PositiveIntegerField(blank=True, null=True)),
                ("week_cap", models.PositiveIntegerField(blank=True, null=True)),
                ("skills", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ramp_days", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "member",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="capacity",
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
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "member"), name="capacity_once"),
                    models.CheckConstraint(condition=models.Q(("ramp_days__lte", 366)), name="capacity_ramp_days"),
                ],
            },
        ),
        core.tenancy.walls.Walls("Capacity"),
    ]
