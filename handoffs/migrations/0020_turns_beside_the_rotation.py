"""What counts as a turn, or is given back as one, is noted beside the rotation and settled when its pool is next asked."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0019_packet_drafts"),
        ("workspaces", "0014_scanner_knows_samples"),
    ]

    operations = [
        migrations.AddField(
            model_name="rotation",
            name="credit",
            field=models.FloatField(db_default=0.0, default=0),
        ),
        migrations.AddField(
            model_name="rotation",
            name="gifts",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="rotation",
            name="given_back",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="rotation",
            name="last_turn",
            field=models.FloatField(null=True),
        ),
        migrations.CreateModel(
            name="TurnMove",
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
                ("assignment_id", models.UUIDField()),
                ("turns", models.SmallIntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("owner", "given to the owner"),
                            ("named", "given to whom a rule names"),
                            ("hand", "given by hand"),
                            ("taken", "given to somebody else by hand"),
                            ("rejected", "rejected for a reason that is not the receiver's"),
                            ("recalled", "recalled by the sender"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("is_settled", models.BooleanField(db_default=False, default=False)),
                (
                    "handoff",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turn_moves",
                        to="handoffs.handoff",
                    ),
                ),
                (
                    "member",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "pool",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handoffs.pool",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_settled", False)),
                        fields=["workspace", "pool"],
                        name="turn_move_waiting",
                    ),
                    models.Index(fields=["workspace", "pool", "at"], name="turn_move_of_pool"),
                    models.Index(fields=["workspace", "handoff"], name="turn_move_of_handoff"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "assignment_id", "turns"), name="turn_moved_once"),
                    models.CheckConstraint(condition=models.Q(("turns__in", [1, -1])), name="turn_moved_by_one"),
                ],
            },
        ),
        core.tenancy.walls.Walls("TurnMove"),
    ]
