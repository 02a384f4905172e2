"""What changed hands when somebody left, got another role or seat, or went away is kept, so that it can be undone."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls


def held(related_name: str, **kwargs: object) -> core.tenancy.walls.TenantKey:
    """A reference to a member inside the workspace, which a composite one holds."""
    return core.tenancy.walls.TenantKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="workspaces.member",
        **kwargs,
    )


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0030_undo_chase_and_stage_clocks")]

    operations = [
        migrations.CreateModel(
            name="HandoverPlan",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leaves", "Leaves"),
                            ("role", "Gets another role"),
                            ("seat", "Loses a seat"),
                            ("team", "Changes teams"),
                            ("away", "Is away"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("asked", models.JSONField(default=dict)),
                ("moves", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone", models.JSONField(default=list)),
                ("by", held("+")),
                ("member", held("handovers")),
                ("undone_by", held("+", blank=True, null=True)),
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
                "indexes": [models.Index(fields=["workspace", "member", "-at"], name="handover_newest")],
            },
        ),
        core.tenancy.walls.Walls("HandoverPlan"),
    ]
