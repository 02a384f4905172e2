"""The page of what sources cost."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, listed, page, tried
from core.people.permissions import may, permit
from scorecard.actions.costs import remove_cost, write_costs
from scorecard.actions.rates import Written
from scorecard.forms import CostForm, CostLinesForm
from scorecard.models import SourceCost
from scorecard.queries.cost_list import costs_page, known_sources
from scorecard.queries.rate_list import reporting_currency
from scorecard.rate_pages import told_of
from scorecard.rules.lines_of_text import COST_LINES, read_lines


class CostsPage(View):
    """The costs, newest month first, and the forms that write them."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "scorecard.read")
        return self.show(request)

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "costs.write")
        form = CostForm(request.POST)

        def write(**cost: Any) -> Written:
            return write_costs(request.workspace, [cost], by=request.member, at=request.at)

        written = tried(form, write)
        if written:
            return done(request, told_of(written, "Costs"), "scorecard:costs")
        return self.show(request, form=form, status=422)

    @staticmethod
    def show(request: WorkspaceRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
        """The page, with a refused form in place of the fresh one."""
        source = request.GET.get("source", "")
        rows, after = costs_page(source, request.GET.get("after", ""))
        context = {
            **listed(request, {"source": source}, after),
            "costs": rows,
            "sources": known_sources(request.workspace),
            "writes": may(request.member, "costs.write"),
            "form": CostForm(initial={"currency": reporting_currency(request.workspace)}),
            "lines": CostLinesForm(),
            **forms,
        }
        return page(request, "scorecard/costs.html", context, status=status)


class CostLines(View):
    """Many costs at once."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "costs.write")
        form = CostLinesForm(request.POST, request.FILES)

        def write(lines: str) -> Written:
            costs = read_lines(lines, COST_LINES)
            return write_costs(request.workspace, costs, by=request.member, at=request.at)

        written = tried(form, write)
        if written:
            return done(request, told_of(written, "Costs"), "scorecard:costs")
        return CostsPage.show(request, lines=form, status=422)


class CostRemoval(View):
    """A cost taken away."""

    def post(self, request: WorkspaceRequest, cost_id: UUID) -> HttpResponse:
        permit(request.member, "costs.write")
        cost = SourceCost.objects.one(pk=cost_id)
        remove_cost(cost, by=request.member, at=request.at)
        return done(request, f"The cost of {cost.source} in {cost.month:%B %Y} is gone.", "scorecard:costs")
