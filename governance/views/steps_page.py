"""The six steps: where a new workspace opens."""

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may
from core.people.sample_company import sample_company
from governance.queries.steps import six_steps


class StepsPage(View):
    """Each step with its state, what is missing, and where it is done."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        steps = six_steps(request.workspace, request.member)
        may_manage = may(request.member, "workspace.manage") and not request.workspace.sample_of_id
        sample = sample_company(request.workspace) if may_manage else None
        return page(request, "governance/steps.html", {"all": steps, "sample": sample})
