"""Score rules proposed from what was won: look at what tells, choose the fields, get a draft."""

from django.contrib import messages
from django.http import HttpResponse
from django.views import View

from core.errors import Refusal
from core.http.requests import WorkspaceRequest
from core.http.web import page
from governance.actions.proposing_scores import propose_scores
from governance.queries.score_proposal import score_proposal
from governance.views.change_pages import back_to


class ScoreProposalPage(View):
    """Fields and values with how often they were won; the chosen ones become a draft."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        try:
            keys, leave_out = request.POST.getlist("keys"), request.POST.get("leave_out") == "yes"
            change = propose_scores(request.workspace, keys, leave_out=leave_out, by=request.member, at=request.at)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            return self._page(request, refusal)
        messages.success(request, "The rules are drafted. Nothing is in force before somebody publishes them.")
        return back_to(request, change)

    def _page(self, request: WorkspaceRequest, refusal: Refusal | None = None) -> HttpResponse:
        proposal = score_proposal(request.workspace, request.member)
        context = {"proposal": proposal, "refusal": refusal}
        return page(request, "governance/score_proposal.html", context, status=refusal.status if refusal else 200)
