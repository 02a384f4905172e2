"""The page of a pool's ledger."""

from django.http import HttpResponse
from django.views import View

from blueprint.documents import blueprint_of
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import permit
from handoffs.queries.ledger import ledger_of


class LedgerPage(View):
    """Who of a pool was given what, and who is next."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        permit(request.member, "handoff.read")
        context = {
            "ledger": ledger_of(request.workspace, key, request.at, request.GET.get("after", "")),
            "pools": blueprint_of(request.workspace).pools,
        }
        return page(request, "handoffs/ledger.html", context)
