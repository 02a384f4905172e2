"""Who sits in teams, taken into the blueprint as it is."""

from django.contrib import messages
from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from governance.actions.placing_seats import propose_seats
from governance.views.change_pages import back_to


class ProposeSeats(View):
    """A draft that says of a team who sits there now."""

    def post(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        change = propose_seats(request.workspace, key, by=request.member, at=request.at)
        messages.success(request, "It is drafted as it is. Nothing is in force before somebody publishes it.")
        return back_to(request, change)
