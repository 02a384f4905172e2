"""Seats are dated: where somebody sat, and under whom, can be told for any day.

Of seats that are there already nobody knows since when; they count for as long as we know.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.triggers import AppendOnly
from core.tenancy.walls import Walls


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0009_setup_mode"),
    ]

    operations = [
        migrations.AddField(
            model_name="teamseat",
            name="since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="teamseat",
            name="since",
            field=models.DateTimeField(default=django.utils.timezone.now, null=True),
        ),
        migrations.CreateModel(
            name="PastSeat",
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
                ("region", models.CharField(blank=True, default="", max_length=80)),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField()),
                (
                    "manager",
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
                (
                    "member",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_seats",
                        to="workspaces.member",
                    ),
                ),
                (
                    "team",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_seats",
                        to="workspaces.team",
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
                "indexes": [models.Index(fields=["workspace", "member", "until"], name="past_seat_member")],
            },
        ),
        Walls("PastSeat"),
        AppendOnly("workspaces_pastseat"),
    ]
