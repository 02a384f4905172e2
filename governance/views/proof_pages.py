"""What is proved of a request's rules and criteria: a page, and the part of others that follows a proof."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may, permit
from governance.actions.proving import ask_proofs
from governance.queries.detail import change_for
from governance.queries.proofs import changed_proofs, proofs_of
from governance.queries.proposals import base_of, proposed_by


class ProofsPage(View):
    """Every list that the request changes, or those below `path`; POST asks for their proofs."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change, path = change_for(request.member, number), request.GET.get("path", "")
        proposed = proposed_by(change)
        context = {
            "change": change,
            "proof_path": path,
            "proofs": proofs_of(proposed, path) if path else changed_proofs(base_of(change), proposed),
            "may_ask": may(request.member, "change.propose"),
        }
        return page(request, "governance/proofs_page.html", context, part="governance/_proofs.html")

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "change.propose")
        change = change_for(request.member, number)
        ask_proofs(proposed_by(change), base_of(change), at=request.at)
        messages.success(request, "It is being proved.")
        return redirect("governance:proofs", request.workspace.slug, change.number)
