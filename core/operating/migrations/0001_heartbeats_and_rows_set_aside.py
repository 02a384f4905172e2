"""Heartbeats of the clocks, of no workspace, and what passes had to set aside, of each."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
from core.tenancy.walls import Walls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("workspaces", "0002_workspaces_of"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("took_ms", models.PositiveIntegerField(default=0)),
                ("runs", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SetAside",
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
                ("kind", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("what", models.CharField(max_length=300)),
                ("reason", models.CharField(max_length=500)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_tried_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveIntegerField(default=1)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("request_id", models.CharField(blank=True, db_default="", default="", max_length=64)),
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
                "indexes": [models.Index(fields=["workspace", "since"], name="set_aside_oldest")],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "kind", "subject_id"), name="set_aside_once")
                ],
            },
        ),
        Walls("SetAside"),
    ]
