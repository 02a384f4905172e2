"""What sources cost, as it is written down."""

from __future__ import annotations

from django.db.models import QuerySet

from blueprint.documents import blueprint_of
from blueprint.schema.reporting import SOURCE_LISTS
from core.people.models import Workspace
from scorecard.models import SourceCost
from scorecard.queries.rate_list import page_by


def costs_of(source: str = "") -> QuerySet[SourceCost]:
    """Those of one source or of all, newest month first."""
    found = SourceCost.objects.select_related("written_by")
    return (found.filter(source__iexact=source) if source else found).order_by("-month", "-id")


def costs_page(source: str = "", after: str = "") -> tuple[list[SourceCost], str]:
    """A page of them, and the mark of the next one, "" when there is none. Raises BadInput for a mark that is none."""
    return page_by("month", costs_of(source), after)


def known_sources(workspace: Workspace) -> list[str]:
    """The sources that the blueprint lists, in the order of the alphabet."""
    reporting = blueprint_of(workspace).reporting
    return sorted({source for name in SOURCE_LISTS for source in getattr(reporting, name)})
