"""Open clocks follow a published version by a worker, where they are many; the scanner's narrow view of what waits."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have clocks to retime."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (workspace_id, state) on handoffs_retiming to {quoted}")
    schema_editor.execute(
        f"create policy due_work on handoffs_retiming for select to {quoted} using (state in ('waiting', 'running'))"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0047_steps_whose_day_was_over"),
        ("workspaces", "0016_more_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Retiming",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a worker"),
                            ("running", "At work"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        db_default="done",
                        default="done",
                        max_length=7,
                    ),
                ),
                ("error", models.CharField(blank=True, db_default="", default="", max_length=500)),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("timed", models.JSONField(default=list)),
                ("paused", models.JSONField(default=list)),
                ("reached", models.UUIDField(blank=True, null=True)),
                ("left", models.JSONField(default=list)),
                ("total_count", models.PositiveIntegerField(default=0)),
                ("done_count", models.PositiveIntegerField(default=0)),
                ("aside_count", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
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
                "constraints": [models.UniqueConstraint(fields=("workspace", "version"), name="retiming_once")],
            },
        ),
        core.tenancy.walls.Walls("Retiming"),
        migrations.RunPython(let_scanner_look, migrations.RunPython.noop),
    ]
