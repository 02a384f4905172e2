"""Sweeps that fail in a workspace are kept, and the operator sees how many and since when."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
from core.tenancy.walls import Walls


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """Which sweep fails where and since when; not what it said."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (workspace_id, sweep, since) on workspaces_sweeptrouble to {quoted}")
    schema_editor.execute(f"create policy scanner on workspaces_sweeptrouble for select to {quoted} using (true)")


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0003_who_set_a_program_up")]

    operations = [
        migrations.CreateModel(
            name="SweepTrouble",
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
                ("sweep", models.CharField(max_length=60)),
                ("since", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
                ("trouble", models.CharField(max_length=500)),
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
                    models.UniqueConstraint(fields=("workspace", "sweep"), name="sweep_trouble_once"),
                ],
            },
        ),
        Walls("SweepTrouble"),
        migrations.RunPython(let_scanner_look, migrations.RunPython.noop),
    ]
