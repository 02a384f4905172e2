"""Writing a document's rows: published configuration as tables with stable ids, for keys, joins and BI."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from blueprint.models import ConfigurationModel

Rows = list[tuple[type[ConfigurationModel], list[ConfigurationModel]]]
_instead: ContextVar[Rows | None] = ContextVar("rows_instead_of_writing", default=None)


def sync_rows(model: type[ConfigurationModel], rows: Iterable[dict[str, Any]]) -> None:
    """Make the table say exactly `rows` (each with its `id`); rows no longer there are retired, not deleted. Two
    queries. Refused by the database outside an approved change request."""
    wanted = [model(**row, is_retired=False) for row in rows]
    if (kept := _instead.get()) is not None:
        kept.append((model, wanted))
        return
    columns = [
        field.attname for field in model._meta.local_concrete_fields if field.attname not in ("id", "workspace_id")
    ]
    if wanted:
        model.objects.bulk_create(wanted, update_conflicts=True, unique_fields=["id"], update_fields=columns)
    model.objects.exclude(pk__in=[row.pk for row in wanted]).filter(is_retired=False).update(is_retired=True)


@contextmanager
def rows_instead() -> Iterator[Rows]:
    """Inside, nothing is written: what would be is gathered, table by table, to be compared with what is there."""
    gathered: Rows = []
    token = _instead.set(gathered)
    try:
        yield gathered
    finally:
        _instead.reset(token)
