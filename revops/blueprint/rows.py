"""Writing a document's rows: published configuration as tables with stable ids, for keys, joins and BI."""

from collections.abc import Iterable
from typing import Any

from revops.blueprint.models import ConfigurationModel


def sync_rows(model: type[ConfigurationModel], rows: Iterable[dict[str, Any]]) -> None:
    """Make the table say exactly `rows` (each with its `id`); rows no longer there are retired, not deleted. Two
    queries. Refused by the database outside an approved change request."""
    wanted = [model(**row, is_retired=False) for row in rows]
    columns = [
        field.attname for field in model._meta.local_concrete_fields if field.attname not in ("id", "workspace_id")
    ]
    if wanted:
        model.objects.bulk_create(wanted, update_conflicts=True, unique_fields=["id"], update_fields=columns)
    model.objects.exclude(pk__in=[row.pk for row in wanted]).filter(is_retired=False).update(is_retired=True)
