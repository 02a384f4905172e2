"""When a handoff is routed again is a column, too; and ladders that had ended with nobody go on."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations, models


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have something to route again: one more column, of rows that wait."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (again_at) on handoffs_handoff to {quoted}")
    schema_editor.execute(
        f"create policy waits_again on handoffs_handoff for select to {quoted} using (again_at is not null)"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists waits_again on handoffs_handoff")


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0003_held_by_reference")]

    operations = [
        migrations.AddField(model_name="handoff", name="again_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(
            """
            update handoffs_handoff set again_at = now() where state = 'offered' and assignee_id is null;
            update handoffs_handoff set next_step_at = now() where state = 'offered' and next_step_at is null;
            -- indexes cannot be made while rows wait for their deferred checks
            set constraints all immediate;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("again_at__isnull", False)),
                fields=["workspace", "again_at"],
                name="handoff_again",
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("again_at__isnull", False)),
                fields=["workspace", "record"],
                name="handoff_again_record",
            ),
        ),
        migrations.RunPython(let_scanner_look, leave),
    ]
