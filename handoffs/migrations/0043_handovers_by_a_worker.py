"""A large handover is carried out, and undone, by a worker; the scanner's narrow view of those that wait."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations, models


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have a handover under way."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (workspace_id, state) on handoffs_handoverplan to {quoted}")
    schema_editor.execute(
        f"create policy due_work on handoffs_handoverplan for select to {quoted} using (state in ('waiting', 'running'))"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes, which would hold the column."""
    schema_editor.execute("drop policy if exists due_work on handoffs_handoverplan")


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0042_more_functions")]

    operations = [
        migrations.AddField(
            "handoverplan",
            "work",
            models.CharField(
                choices=[("hand_over", "Handing over"), ("undo", "Undoing")],
                db_default="hand_over",
                default="hand_over",
                max_length=9,
            ),
        ),
        migrations.AddField(
            "handoverplan",
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
        migrations.AddField(
            "handoverplan", "error", models.CharField(blank=True, db_default="", default="", max_length=500)
        ),
        migrations.AddField(
            "handoverplan",
            "request",
            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddConstraint(
            "handoverplan",
            models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "running"))),
                fields=("workspace", "member"),
                name="handover_one_under_way",
            ),
        ),
        migrations.RunPython(let_scanner_look, leave),
    ]
