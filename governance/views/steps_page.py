"""The six steps: where a new workspace opens."""

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from governance.queries.steps import six_steps


class StepsPage(View):
    """Each step with its state, what is missing, and where it is done."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return page(request, "governance/steps.html", {"all": six_steps(request.workspace, request.member)})
