"""Writing a document's rows: published configuration as tables with stable ids, for keys, joins and BI."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from blueprint.models import ConfigurationModel
from blueprint.schema import Criterion, Item

Rows = list[tuple[type[ConfigurationModel], list[ConfigurationModel]]]
_instead: ContextVar[Rows | None] = ContextVar("rows_instead_of_writing", default=None)


def sync_rows(model: type[ConfigurationModel], items: Iterable[Item], **said: str | Callable[[Any], Any]) -> None:
    """Make the table say exactly these items; rows no longer there are retired, not deleted. Two queries. Refused by
    the database outside an approved change request.

    A column holds the item's attribute of its name; `said` names another attribute, or makes the value."""
    columns = [field.attname for field in model._meta.local_concrete_fields]
    columns = [name for name in columns if name not in ("id", "workspace_id", "is_retired")]

    def value(item: Item, column: str) -> Any:
        source = said.get(column, column)
        found = source(item) if callable(source) else getattr(item, source)
        return list(found) if isinstance(found, tuple) else found

    wanted = [model(id=item.id, is_retired=False, **{name: value(item, name) for name in columns}) for item in items]
    if (kept := _instead.get()) is not None:
        kept.append((model, wanted))
        return
    if wanted:
        changed = [*columns, "is_retired"]
        model.objects.bulk_create(wanted, update_conflicts=True, unique_fields=["id"], update_fields=changed)
    model.objects.exclude(pk__in=[row.pk for row in wanted]).filter(is_retired=False).update(is_retired=True)


def lines_written(lines: Iterable[Criterion]) -> list[dict[str, str]]:
    """Criteria lines as their column keeps them."""
    return [{"label": line.label, "expression": line.expression} for line in lines]


@contextmanager
def rows_instead() -> Iterator[Rows]:
    """Inside, nothing is written: what would be is gathered, table by table, to be compared with what is there."""
    gathered: Rows = []
    token = _instead.set(gathered)
    try:
        yield gathered
    finally:
        _instead.reset(token)
