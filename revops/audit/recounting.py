"""Identities asked by doing the work once more: configuration from its document, readings from the rows."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from blueprint.documents import blueprint_of
from blueprint.models import ConfigurationModel
from core.people.models import Workspace
from core.sql import load
from handoffs.actions.seam_rows import rows_of_seams
from lifecycle.actions.stage_rows import rows_of_stages
from scorecard.actions.metric_rows import rows_of_metrics
from scorecard.kinds.made_of_metrics import counted_for
from scorecard.queries.boards import board_of
from scorecard.queries.foldables import Foldable, of_metric, without_metric
from scorecard.queries.unfolded import Unfolded, unfolded
from scorecard.rules.days import Days

# A week is whole, and behind every window that moves with time but the longest; a month is behind those as well.
SAMPLE_DAYS = (timedelta(days=8), timedelta(days=35))
FOLLOWS_PEOPLE = {"owner_id"}  # a document names people by address; who has it now may not be who had it then

READINGS_DIFFER = load("revops", "readings_differ")


def configuration(workspace: Workspace) -> list[str]:
    """Rows of published configuration that are not what the version in force says."""
    if not workspace.blueprint_version:
        return []
    blueprint = blueprint_of(workspace)
    meant = [*rows_of_stages(blueprint), *rows_of_seams(blueprint), *rows_of_metrics(blueprint)]
    return [found for model, rows in meant for found in _differences(model, rows)]


def _differences(model: type[ConfigurationModel], rows: list[ConfigurationModel]) -> Iterator[str]:
    fields = [
        field for field in model._meta.local_concrete_fields if field.attname not in FOLLOWS_PEOPLE | {"workspace_id"}
    ]
    present = {row.pk: row for row in model.objects.filter(is_retired=False)}
    for row in rows:
        found = present.pop(row.pk, None)
        if found is None:
            yield f"{model._meta.db_table}: {row} is missing"
        elif any(_value(field, found) != _value(field, row) for field in fields):
            yield f"{model._meta.db_table}: {row} is different"
    for row in present.values():
        yield f"{model._meta.db_table}: {row} is in no document"


def _value(field: models.Field, row: ConfigurationModel) -> Any:
    """As the database would give it back."""
    value = field.to_python(getattr(row, field.attname))
    if isinstance(value, tuple):
        return list(value)
    if isinstance(field, models.DecimalField) and value is not None:
        return round(Decimal(value), field.decimal_places)
    return value


def readings(workspace: Workspace) -> list[str]:
    """Metrics whose kept sums of the sample days are not what the rows give when they are counted once more."""
    board = board_of(workspace, timezone.now())
    tail = unfolded(board)
    found = []
    for foldable in (
        *without_metric(board),
        *(of_metric(board, each) for each in counted_for(board.measurable, board.blueprint)),
    ):
        counted_live = tail.days(board, foldable)
        for ago in SAMPLE_DAYS:
            day = board.today - ago
            if day not in counted_live and _is_different(tail, foldable, day):
                found.append(f"{foldable.name}, {day}")
    return found


def _is_different(tail: Unfolded, foldable: Foldable, day: date) -> bool:
    recounted = READINGS_DIFFER.fill(recounted=foldable.sums(Days.of({day})))
    [(number,)] = recounted.rows(series=tail.series[foldable.key].id, day=day)
    return bool(number)


QUESTIONS: tuple[tuple[str, str, Callable[[Workspace], list[str]]], ...] = (
    ("configuration", "Every configuration row is what the version in force says", configuration),
    ("readings", "Kept readings of a day are what its rows give when they are counted once more", readings),
)
