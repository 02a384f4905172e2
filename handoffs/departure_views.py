"""The page of a departure: the rehearsal, and the real thing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from core.errors import BadInput, RuleSaysNo
from core.http.requests import WorkspaceRequest
from core.http.web import done, page
from core.people import queries
from core.people.models import Member
from core.people.permissions import permit
from handoffs.actions.leaving.departing import rehearse
from handoffs.actions.leaving.handover_work import start_handover
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.forms import SuccessorForm

SHOWN = 200  # moves on the page; the counts are of all


class Departure(View):
    """Reassign everything, then leave."""

    def get(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        permit(request.member, "people.manage")
        member = queries.member_for(member_id)
        return self._show(request, member, SuccessorForm(request.GET, of=member))

    def post(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        permit(request.member, "people.manage")
        member = queries.member_for(member_id)
        form = SuccessorForm(request.POST, of=member)
        if not form.is_valid():
            raise BadInput("Choose somebody who is here.", field="successor")
        occasion, successor = Occasion(Kind.LEAVES, member), form.cleaned_data["successor"]
        plan, _ = start_handover(occasion, successor, by=request.member, at=request.at)
        if plan is None:
            return done(request, f"{member.name} leaves once all is handed over.", "handoffs:handovers", member.pk)
        handed = sum(plan.counts.values())
        said = f"{handed} changed hands, and {member.name} no longer comes in."
        if member.pk == request.member.pk:
            messages.success(request, said)
            return redirect("home")  # this workspace is closed to them now
        return done(request, said, "workspaces:member", member.pk)

    def _show(self, request: WorkspaceRequest, member: Member, form: SuccessorForm) -> HttpResponse:
        if not member.is_active:
            raise RuleSaysNo(f"{member.name} has left already.", code="already_left")
        successor = form.cleaned_data["successor"] if form.is_valid() else None
        plan = rehearse(member, successor, by=request.member, at=request.at)
        context = {
            "person": member,
            "plan": plan,
            "form": form,
            "shown": plan.moves[:SHOWN],
            "unshown": max(sum(plan.counts.values()) - SHOWN, 0),
        }
        return page(request, "handoffs/departure.html", context, part="handoffs/_departure.html")
