"""A fold notes for which release and version it compared the series; the scanner sees where that is another one now."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

from core.roles import Login

# What the scanner learns, by table: which workspaces are behind, and nothing else of them.
SEEN = {
    "workspaces_workspace": "blueprint_version",
    "scorecard_foldmark": "workspace_id, release, blueprint_version, left_at",
    "scorecard_readingseries": "statement, superseded_at, worked_at",
}
FAILED = "statement = '' and superseded_at is null"


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    for table, columns in SEEN.items():
        schema_editor.execute(f"grant select ({columns}) on {table} to {scanner}")
    schema_editor.execute(f"create policy scanner on scorecard_foldmark for select to {scanner} using (true)")
    schema_editor.execute(
        f"alter policy scanner on scorecard_readingseries to {scanner} using (pending_days > 0 or ({FAILED}))"
    )


def let_scanner_look_no_more(apps: Any, schema_editor: Any) -> None:
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    schema_editor.execute(f"alter policy scanner on scorecard_readingseries to {scanner} using (pending_days > 0)")
    schema_editor.execute("drop policy scanner on scorecard_foldmark")
    for table, columns in SEEN.items():
        schema_editor.execute(f"revoke select ({columns}) on {table} from {scanner}")


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0011_board_mails"),
        ("workspaces", "0010_dated_seats"),
    ]

    operations = [
        migrations.AddField("foldmark", "release", models.CharField(max_length=32, default="", db_default="")),
        migrations.AddField("foldmark", "blueprint_version", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.AddField(
            "foldmark", "left_at", models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
        ),
        migrations.RunPython(let_scanner_look, let_scanner_look_no_more),
    ]
