"""The scanner role sees which workspaces are sample companies: what waits there has no age."""

from typing import Any

from django.conf import settings
from django.db import migrations

from core.roles import Login


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    schema_editor.execute(f"grant select (sample_of_id) on workspaces_workspace to {scanner}")


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0013_security_log_days")]
    operations = [migrations.RunPython(let_scanner_look, migrations.RunPython.noop)]
