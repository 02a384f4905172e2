"""One target a quarter for the seam that loses most, and what was tried for it each week."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls

ID = (
    "id",
    models.UUIDField(
        primary_key=True,
        default=core.tenancy.ids.new_id,
        db_default=core.tenancy.ids.NewId(),
        editable=False,
        serialize=False,
    ),
)


def workspace() -> tuple[str, models.ForeignKey]:
    """The tenant of a row."""
    key: models.ForeignKey = models.ForeignKey(
        db_index=False,
        default=core.tenancy.scope.current_id,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="workspaces.workspace",
    )
    return "workspace", key


def member(name: str) -> tuple[str, models.ForeignKey]:
    """A person of the workspace."""
    key: models.ForeignKey = core.tenancy.walls.TenantKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="workspaces.member",
    )
    return name, key


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0019_verdicts_are_found_by_their_moment"), ("workspaces", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SeamTarget",
            fields=[
                ID,
                ("quarter", models.DateField()),
                ("seam", models.CharField(max_length=60)),
                ("target_ratio", models.DecimalField(decimal_places=4, max_digits=5)),
                ("baseline_ratio", models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True)),
                member("owner"),
                member("set_by"),
                ("set_at", models.DateTimeField()),
                workspace(),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "quarter"), name="seam_target_of_quarter"),
                    models.CheckConstraint(
                        condition=models.Q(("quarter__day", 1), ("quarter__month__in", [1, 4, 7, 10])),
                        name="seam_target_quarter_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("target_ratio__gt", 0), ("target_ratio__lte", 1)),
                        name="seam_target_is_a_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeakEntry",
            fields=[
                ID,
                ("week", models.DateField()),
                ("tried", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                member("by"),
                (
                    "of",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log",
                        to="scorecard.seamtarget",
                    ),
                ),
                workspace(),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "of", "week", "by"), name="leak_entry_once_a_week"),
                ],
            },
        ),
        core.tenancy.walls.Walls("SeamTarget", "LeakEntry"),
    ]
