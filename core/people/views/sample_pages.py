"""The sample company of a workspace: asking for it, watching it being made, looking around, taking it away."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done
from core.people.permissions import permit
from core.people.sample_company import enter_sample, make_sample, remove_sample, sample_company


class Sample(View):
    """How far it is; asking for it."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "workspace.manage")
        return render(request, "workspaces/_sample.html", {"sample": sample_company(request.workspace)})

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        make_sample(by=request.member, at=request.at)
        return redirect("governance:steps", request.workspace.slug)


class SampleEntrance(View):
    """Look around."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        return redirect("workspace_home", enter_sample(by=request.member, at=request.at).slug)


class SampleRemoval(View):
    """Take it away; the bar in the sample company posts here as well."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        remove_sample(by=request.member, at=request.at)
        return done(request, "The sample company is gone, with everything in it.", "workspace_home")
