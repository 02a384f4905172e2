"""Setup mode: what was published in it, and its end."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from governance import queries
from governance.actions.setting_up import end_setup


class Setup(View):
    """Everything one person published alone, for a second approver to confirm; POST ends the mode."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        changes = list(queries.setup_changes(request.member))
        context = {
            "changes": changes,
            "waiting": sum(not change.approvals.all() for change in changes),
            "why_not": queries.why_not_end_setup(request.member),
        }
        return page(request, "governance/setup.html", context)

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        confirms = request.POST.get("confirms") == "yes"
        end_setup(request.workspace, by=request.member, at=request.at, confirms=confirms)
        messages.success(request, "Setup mode has ended. From now on somebody else approves every change.")
        return redirect("governance:setup", request.workspace.slug)
