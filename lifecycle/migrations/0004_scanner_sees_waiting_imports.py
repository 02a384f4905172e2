"""The scanner role learns which workspaces have an import to run, and nothing else of it."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """Two columns of the imports that wait or run."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (workspace_id, state) on lifecycle_import to {quoted}")
    schema_editor.execute(
        f"create policy waiting_work on lifecycle_import for select to {quoted} using (state in ('waiting', 'running'))"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists waiting_work on lifecycle_import")


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0003_imported_id")]

    operations = [migrations.RunPython(let_scanner_look, leave)]
