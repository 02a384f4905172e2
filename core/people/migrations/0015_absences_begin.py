"""Absences begin: what somebody has is seen to when theirs does; and who stands in for them."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.roles import Login

# Those that began before nobody saw to; nothing is made up for them.
BEGUN = "update workspaces_timeoff set begun_at = starts_at where starts_at <= now()"


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have an absence that nobody saw to yet, and when it begins."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    schema_editor.execute(f"grant select (workspace_id, starts_at, begun_at) on workspaces_timeoff to {scanner}")
    schema_editor.execute(
        f"create policy due_work on workspaces_timeoff for select to {scanner} using (begun_at is null)"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists due_work on workspaces_timeoff")


def held(related_name: str) -> core.tenancy.walls.TenantKey:
    """A reference to a member of the workspace, which a composite one holds."""
    return core.tenancy.walls.TenantKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="workspaces.member",
    )


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0014_scanner_knows_samples")]

    operations = [
        migrations.AddField("timeoff", "begun_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(BEGUN, migrations.RunSQL.noop),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AddIndex(
            "timeoff",
            models.Index(
                condition=models.Q(("begun_at__isnull", True)), fields=["workspace", "starts_at"], name="time_off_ahead"
            ),
        ),
        migrations.CreateModel(
            name="Deputy",
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
                ("deputy", held("deputy_of")),
                ("member", held("deputies")),
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
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "member"), name="deputy_once"),
                    models.CheckConstraint(
                        condition=models.Q(("member", models.F("deputy")), _negated=True), name="deputy_is_another"
                    ),
                ],
            },
        ),
        core.tenancy.walls.Walls("Deputy"),
        migrations.RunPython(let_scanner_look, leave),
    ]
