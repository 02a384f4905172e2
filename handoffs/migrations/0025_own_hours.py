"""Clocks count the hours of whoever has a handoff: people and teams have hours of their own, and a handoff keeps which
SLA line was met."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.walls import Walls

# What a clock was counted in stays, so that it can be told why it was due.
STAYS = "create trigger kept before update or delete on handoffs_kepthours for each row"
STAYS += " execute function public.refuse_change()"


def own_id() -> tuple[str, models.Field]:
    """The id of a row."""
    made = {"db_default": core.tenancy.ids.NewId(), "default": core.tenancy.ids.new_id}
    return "id", models.UUIDField(**made, editable=False, primary_key=True, serialize=False)


def workspace() -> tuple[str, models.Field]:
    """The reference to the workspace."""
    field = models.ForeignKey(
        db_index=False,
        default=core.tenancy.scope.current_id,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="workspaces.workspace",
    )
    return "workspace", field


def key(to: str, related_name: str, *, is_optional: bool) -> models.Field:
    """A reference within the workspace."""
    optional = {"blank": True, "null": True} if is_optional else {}
    return core.tenancy.walls.TenantKey(
        **optional,
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0029_rungs_with_conditions"),
        ("workspaces", "0014_scanner_knows_samples"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptHours",
            fields=[own_id(), ("terms", models.JSONField(default=dict)), workspace()],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="OwnHours",
            fields=[
                own_id(),
                ("changed_at", models.DateTimeField()),
                ("hours", key("handoffs.kepthours", "+", is_optional=False)),
                ("member", key("workspaces.member", "own_hours", is_optional=True)),
                ("team", key("workspaces.team", "own_hours", is_optional=True)),
                workspace(),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "member"), name="own_hours_of_member"),
                    models.UniqueConstraint(fields=("workspace", "team"), name="own_hours_of_team"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member__isnull", True), ("team__isnull", False)),
                            models.Q(("member__isnull", False), ("team__isnull", True)),
                            _connector="OR",
                        ),
                        name="own_hours_of_one",
                    ),
                ],
            },
        ),
        Walls("KeptHours", "OwnHours"),
        migrations.RunSQL(STAYS, migrations.RunSQL.noop),
        migrations.AddField("clock", "hours_id", models.UUIDField(blank=True, null=True)),
        migrations.AddField("handoff", "hours_id", models.UUIDField(blank=True, null=True)),
        migrations.AddField(
            "handoff", "sla_line", models.CharField(blank=True, db_default="", default="", max_length=60)
        ),
    ]
