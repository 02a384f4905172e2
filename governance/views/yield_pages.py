"""The page of what each routing rule brings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from blueprint.documents import blueprint_of
from core.errors import NotFound
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may, permit
from governance.actions.yielding import ask_yields
from governance.queries.yields import yields_of


class YieldsPage(View):
    """What each rule of a seam took in ninety days, and who would have taken it otherwise; POST has it worked out."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        permit(request.member, "blueprint.read")
        seams = blueprint_of(request.workspace).seams_by_key
        if key not in seams:
            raise NotFound()
        context = {"found": yields_of(request.workspace, seams[key]), "seams": seams.values()}
        context |= {"may_ask": may(request.member, "change.propose")}
        return page(request, "governance/rule_yields.html", context, part="governance/_rule_yields.html")

    def post(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        ask_yields(request.workspace, key, by=request.member, at=request.at)
        messages.success(request, "It is being worked out.")
        return redirect("governance:yields", request.workspace.slug, key)
