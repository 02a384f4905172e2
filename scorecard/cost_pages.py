"""The page of what sources cost."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, listed
from core.people.permissions import permit
from scorecard.actions.costs import remove_cost, write_costs
from scorecard.actions.rates import Written
from scorecard.forms import CostForm, CostLinesForm
from scorecard.lines_pages import LinesPage, ListPage
from scorecard.models import SourceCost
from scorecard.queries.cost_list import costs_page, known_sources
from scorecard.queries.rate_list import reporting_currency
from scorecard.rules.lines_of_text import COST_LINES


class CostLines(LinesPage):
    """Many costs at once; and what the page of costs shows."""

    name, permission = "costs", "costs.write"
    lines_form, line_shape = CostLinesForm, COST_LINES

    def listing(self) -> dict[str, Any]:
        source = self.request.GET.get("source", "")
        rows, after = costs_page(source, self.request.GET.get("after", ""))
        beside = {"costs": rows, "sources": known_sources(self.request.workspace)}
        return {**listed(self.request, {"source": source}, after), **beside}

    def fresh_form(self, *sent: Any) -> CostForm:
        return CostForm(*sent, initial={"currency": reporting_currency(self.request.workspace)})

    def write(self, rows: list[dict[str, Any]], given: dict[str, Any]) -> Written:
        return write_costs(self.request.workspace, rows, by=self.request.member, at=self.request.at)


class CostsPage(ListPage, CostLines):
    """The costs, newest month first, and one of them."""


class CostRemoval(View):
    """A cost taken away."""

    def post(self, request: WorkspaceRequest, cost_id: UUID) -> HttpResponse:
        permit(request.member, "costs.write")
        cost = SourceCost.objects.one(pk=cost_id)
        remove_cost(cost, by=request.member, at=request.at)
        return done(request, f"The cost of {cost.source} in {cost.month:%B %Y} is gone.", "scorecard:costs")
