"""The ladder's deadlines on the handoff itself, the scanner's narrow view of it, and vacuum that keeps its index lean."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations, models


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have a step due: their ids, and two columns of rows that wait for one."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (id) on workspaces_workspace to {quoted}")
    schema_editor.execute(f"grant select (workspace_id, next_step_at) on handoffs_handoff to {quoted}")
    schema_editor.execute(
        f"create policy due_work on handoffs_handoff for select to {quoted} using (next_step_at is not null)"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists due_work on handoffs_handoff")


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="handoff",
            name="ladder",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["workspace", "-offered_at", "-id"], name="handoff_newest"),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("state", "offered")), fields=["workspace", "due_at"], name="handoff_open_by_due"
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("result__isnull", False)), fields=["workspace", "result"], name="handoff_of_result"
            ),
        ),
        # Every step moves the row in its index; at 1 % dead rows the scan still reads what is due and little else.
        migrations.RunSQL(
            "alter table handoffs_handoff set"
            " (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02)",
            "alter table handoffs_handoff reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)",
        ),
        migrations.RunPython(let_scanner_look, leave),
    ]
