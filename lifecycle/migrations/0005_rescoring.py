"""Walks that ask scores anew; the scanner role learns which workspaces have one, and nothing else of it."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
from core.tenancy.walls import Walls


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """Two columns of the walks under way."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (workspace_id, finished_at) on lifecycle_rescoring to {quoted}")
    schema_editor.execute(
        f"create policy waiting_work on lifecycle_rescoring for select to {quoted} using (finished_at is null)"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists waiting_work on lifecycle_rescoring")


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0004_scanner_sees_waiting_imports"),
        ("workspaces", "0002_workspaces_of"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rescoring",
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
                    "cause",
                    models.CharField(
                        choices=[("published", "A version was published"), ("faded", "Behaviour fades")], max_length=10
                    ),
                ),
                ("blueprint_version", models.PositiveIntegerField()),
                ("reached", models.UUIDField(blank=True, null=True)),
                ("total_count", models.PositiveIntegerField(default=0)),
                ("asked_count", models.PositiveIntegerField(default=0)),
                ("changed_count", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
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
                "indexes": [models.Index(fields=["workspace", "-started_at"], name="rescoring_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=("workspace",),
                        name="one_rescoring_at_a_time",
                    )
                ],
            },
        ),
        Walls("Rescoring"),
        migrations.RunPython(let_scanner_look, leave),
    ]
