"""A document's rows: published configuration as tables with stable ids, for keys, joins and BI."""

from collections.abc import Callable, Iterable
from typing import Any

from blueprint.models import ConfigurationModel
from blueprint.schema import Criterion, Item

Rows = tuple[type[ConfigurationModel], list[ConfigurationModel]]


def rows_of(model: type[ConfigurationModel], items: Iterable[Item], **said: str | Callable[[Any], Any]) -> Rows:
    """The rows of a table that say these items. A column holds the item's attribute of its name; `said` names another
    attribute, or makes the value."""
    sources = {name: said.get(name, name) for name in _columns(model) if name != "is_retired"}
    rows = []
    for item in items:
        found = {name: each(item) if callable(each) else getattr(item, each) for name, each in sources.items()}
        kept = {name: list(each) if isinstance(each, tuple) else each for name, each in found.items()}
        rows.append(model(id=item.id, **kept))
    return model, rows


def write_rows(model: type[ConfigurationModel], rows: list[ConfigurationModel]) -> None:
    """Make the table say exactly these rows; those no longer there are retired, not deleted. Two queries. Refused by
    the database outside an approved change request."""
    if rows:
        model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=_columns(model))
    model.objects.exclude(pk__in=[row.pk for row in rows]).filter(is_retired=False).update(is_retired=True)


def _columns(model: type[ConfigurationModel]) -> list[str]:
    names = [field.attname for field in model._meta.local_concrete_fields]
    return [name for name in names if name not in ("id", "workspace_id")]


def lines_written(lines: Iterable[Criterion]) -> list[dict[str, str]]:
    """Criteria lines as their column keeps them."""
    return [{"label": line.label, "expression": line.expression} for line in lines]
