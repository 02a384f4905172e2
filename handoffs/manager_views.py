"""The page of a team, for its manager."""

from django.http import HttpResponse
from django.views import View

from blueprint.documents import blueprint_of
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may, permit
from handoffs.queries import task_lists, team


class TeamPage(View):
    """For managers: load by person, what is late, what waits for nobody in particular, and their own tasks."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.read")
        context = {
            "loads": team.load_of_team(request.member, request.at),
            "late": team.overdue(request.member, request.at),
            "waiting": team.waiting_for_somebody(request.at),
            "tasks": task_lists.tasks_where(request.member, request.at),
            "pools": blueprint_of(request.workspace).pools,
            "may_reassign": may(request.member, "handoff.reassign"),
            "may_propose": may(request.member, "change.propose"),
        }
        return page(request, "handoffs/team.html", context)
