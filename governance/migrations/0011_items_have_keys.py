"""The items of lists in documents that are kept get their keys; nothing else of a document changes. See decision 0094."""

import json

from django.db import migrations

from blueprint.keys import keyed

# The guards of both tables refuse every change of a document, this one too: it adds names and no meaning.
KEPT = ("blueprint_blueprintversion", "governance_changerequest")


def add_keys(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Every document, published or waiting."""
    with schema_editor.connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"alter table {table} disable trigger user")
            cursor.execute(f"select id, document::text from {table} where document is not null")
            for key, text in cursor.fetchall():
                document = json.loads(text)
                if (with_keys := keyed(document)) != document:
                    cursor.execute(
                        f"update {table} set document = %s::jsonb where id = %s", [json.dumps(with_keys), key]
                    )
            cursor.execute(f"alter table {table} enable trigger user")


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0010_tables_that_keys_point_at"),
        ("blueprint", "0002_items_of_the_document_in_force"),
    ]

    operations = [migrations.RunPython(add_keys, migrations.RunPython.noop)]
