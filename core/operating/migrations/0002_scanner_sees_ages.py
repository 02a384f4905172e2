"""The scanner role sees since when things wait, of all workspaces together: moments and states, and nothing else."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations

SEEN = {
    "operating_heartbeat": "name, at, took_ms, runs",
    "operating_setaside": "workspace_id, since, next_try_at",
    "lifecycle_import": "waiting_since",
    "lifecycle_rescoring": "started_at",
    "scorecard_dirtyday": "marked_at",
    "governance_impact": "asked_at",
}


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """Further columns of rows that it sees already; of what is set aside, the rows as well."""
    role = _scanner(schema_editor)
    if role:
        for table, columns in SEEN.items():
            schema_editor.execute(f"grant select ({columns}) on {table} to {role}")
        schema_editor.execute(f"create policy scanner on operating_setaside for select to {role} using (true)")


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists scanner on operating_setaside")


def _scanner(schema_editor: Any) -> str:
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    return schema_editor.quote_name(role) if role else ""


class Migration(migrations.Migration):
    dependencies = [
        ("operating", "0001_heartbeats_and_rows_set_aside"),
        ("lifecycle", "0009_import_waiting_since"),
        ("scorecard", "0003_another_time_zone_marks_every_day"),
        ("governance", "0002_guarded_changes"),
        ("workspaces", "0004_sweep_trouble"),
    ]

    operations = [migrations.RunPython(let_scanner_look, leave)]
