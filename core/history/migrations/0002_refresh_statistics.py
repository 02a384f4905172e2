"""What the planner believes of tables that have grown: the serving role may have it looked up anew.

Statistics are the owner's to make, and the server's own housekeeping comes by once a minute. A file of fifty thousand
rows is in by then, planned for as if the tables were empty. The function takes nothing and tells nothing of any row.
"""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations

CREATE = """
create function refresh_statistics() returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  grown regclass;
  looked_at int := 0;
begin
  for grown in
    select oid::regclass from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity
      and pg_relation_size(oid) / current_setting('block_size')::int > 2 * greatest(relpages, 4)
  loop
    execute format('analyze (skip_locked) %s', grown);
    looked_at := looked_at + 1;
  end loop;
  return looked_at;
end $$;
revoke all on function refresh_statistics() from public;
"""


def close_to_scanner(apps: Any, schema_editor: Any) -> None:
    """Default privileges opened the function to both bound roles; only the serving one asks this."""
    scanner = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if scanner:
        schema_editor.execute(f"revoke all on function refresh_statistics() from {schema_editor.quote_name(scanner)}")


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE, "drop function refresh_statistics()"),
        migrations.RunPython(close_to_scanner, migrations.RunPython.noop),
    ]
