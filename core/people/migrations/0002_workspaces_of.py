"""Which workspaces a person belongs to: the one question asked across tenants, answered by one audited function."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations

# Row security cannot answer "where do I belong": each wall shows one workspace. The function runs as its owner, who
# sees all rows, and so it takes one person, returns three columns, and resolves no name through a caller's path.
CREATE = """
create function workspaces_of(person uuid) returns table (slug text, name text, role text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select w.slug::text, w.name::text, m.role::text
  from public.workspaces_member m join public.workspaces_workspace w on w.id = m.workspace_id
  where m.user_id = person and m.is_active
  order by w.name, w.slug
$$;
revoke all on function workspaces_of(uuid) from public;
"""


def close_to_scanner(apps: Any, schema_editor: Any) -> None:
    """Default privileges opened the function to both bound roles; only the serving one asks this."""
    scanner = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if scanner:
        schema_editor.execute(f"revoke all on function workspaces_of(uuid) from {schema_editor.quote_name(scanner)}")


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE, "drop function workspaces_of(uuid)"),
        migrations.RunPython(close_to_scanner, migrations.RunPython.noop),
    ]
