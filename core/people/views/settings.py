"""What the workspace itself goes by: name, time zone, currency."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.actions import change_workspace
from core.people.form_errors import tried
from core.people.forms import WorkspaceForm
from core.people.permissions import permit


class Settings(View):
    """Name, time zone and currency, for owners and admins."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "workspace.manage")
        return page(request, "workspaces/settings.html", {"form": WorkspaceForm(of=request.workspace)})

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "workspace.manage")
        form = WorkspaceForm(request.POST, of=request.workspace)
        if form.is_valid():
            said = form.cleaned_data
            if tried(form, lambda: change_workspace(request.workspace, **said, by=request.member, at=request.at)):
                messages.success(request, "The settings are saved.")
                return redirect("workspaces:settings", request.workspace.slug)
        return page(request, "workspaces/settings.html", {"form": form}, status=422)
