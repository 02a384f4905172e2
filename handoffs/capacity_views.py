"""The page of what a person takes."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views import View

from core.errors import NotPermitted
from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.people import queries
from core.people.models import Member
from core.people.permissions import permit
from core.people.team_seats import leads_person
from handoffs.actions.capacities import capacity_of, set_capacity
from handoffs.capacity_form import CapacityForm
from handoffs.models import Capacity


class CapacityPage(View):
    """How many a day and a week somebody takes, what they know, and how their weight grows at first."""

    def get(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        member = self._member(request, member_id)
        capacity = capacity_of(member, request.workspace)
        said: dict[str, Any] = {name: getattr(capacity, name) for name in CapacityForm.base_fields}
        form = CapacityForm(initial={**said, "skills": ", ".join(capacity.skills)})
        return page(request, "handoffs/capacity.html", {"person": member, "form": form})

    def post(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        member = self._member(request, member_id)
        form = CapacityForm(request.POST)
        saved: Capacity | None = tried(form, set_capacity, member, by=request.member, at=request.at)
        if saved:
            return done(request, f"What {member.name} takes is saved.", "workspaces:member", member.pk)
        return page(request, "handoffs/capacity.html", {"person": member, "form": form}, status=422)

    @staticmethod
    def _member(request: WorkspaceRequest, member_id: UUID) -> Member:
        permit(request.member, "seats.manage")
        member = queries.member_for(member_id)
        if not leads_person(request.member, member):
            raise NotPermitted("A manager says this of who sits in their teams.", code="not_your_team")
        return member
