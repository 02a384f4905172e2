"""The exchange rates of a workspace."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from blueprint.documents import blueprint_of
from core.errors import BadInput
from core.people.models import Workspace
from scorecard.models import ExchangeRate

PAGE = 100
Line = TypeVar("Line", bound=Model)


def reporting_currency(workspace: Workspace) -> str:
    """The currency that money is told in."""
    return blueprint_of(workspace).reporting.currency or workspace.currency


def rates_to(to_currency: str, currency: str = "") -> QuerySet[ExchangeRate]:
    """Those to the reporting currency, of one currency or of all, newest day first."""
    found = ExchangeRate.objects.filter(to_currency=to_currency).select_related("written_by")
    return (found.filter(currency=currency) if currency else found).order_by("-day", "-id")


def rates_page(to_currency: str, currency: str = "", after: str = "") -> tuple[list[ExchangeRate], str]:
    """A page of them, and the mark of the next one, "" when there is none. Raises BadInput for a mark that is none."""
    return page_by("day", rates_to(to_currency, currency), after)


def page_by(day: str, found: QuerySet[Line], after: str) -> tuple[list[Line], str]:
    """A page of rows in the order of a day and their ids, newest first, and the mark of the next one."""
    if after:
        on, last_id = mark_of(after)
        found = found.filter(Q(**{f"{day}__lt": on}) | Q(**{day: on, "id__lt": last_id}))
    rows = list(found[: PAGE + 1])
    more = f"{getattr(rows[PAGE - 1], day):%Y-%m-%d}_{rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    return rows[:PAGE], more


def mark_of(after: str) -> tuple[date, UUID]:
    """The day and the id that a page begins after. Raises BadInput."""
    on, _, last_id = after.partition("_")
    try:
        return date.fromisoformat(on), UUID(last_id)
    except ValueError:
        raise BadInput("This is no place in the list.", field="after") from None
