"""The page of handovers: another role, a seat lost, another team, time off; rehearsed, done, undone."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views import View

from core.errors import Refusal
from core.http.requests import WorkspaceRequest
from core.http.web import done, page
from core.people import queries
from core.people.models import Member
from core.people.permissions import permit
from handoffs.actions.leaving.departing import rehearse_handover
from handoffs.actions.leaving.handing_back import plan_for, plans_of
from handoffs.actions.leaving.handover_work import start_handover, start_undo, try_handover_again
from handoffs.handover_forms import HandoverForm

SHOWN = 200  # moves on the page; the counts are of all


class Handovers(View):
    """What changes hands, shown before it is done; and what was handed over before."""

    def get(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        permit(request.member, "handoff.reassign")
        member = queries.member_for(member_id)
        form = HandoverForm(request.GET or None, of=member)
        plan = None
        if form.is_bound and form.is_valid():
            try:
                plan = rehearse_handover(
                    form.occasion(), form.cleaned_data["successor"], by=request.member, at=request.at
                )
            except Refusal as refusal:
                if refusal.status in (403, 404):
                    raise
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
        return self.show(request, member, form, plan)

    def post(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        permit(request.member, "handoff.reassign")
        member = queries.member_for(member_id)
        form = HandoverForm(request.POST, of=member)
        if form.is_valid():
            try:
                successor = form.cleaned_data["successor"]
                plan, _ = start_handover(form.occasion(), successor, by=request.member, at=request.at)
            except Refusal as refusal:
                if refusal.status in (403, 404):
                    raise
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
            else:
                said = "It is being handed over. How far that is stands here."
                if plan:
                    said = f"{sum(plan.counts.values())} changed hands. It can be undone here."
                return done(request, said, "handoffs:handovers", member.pk)
        return self.show(request, member, form, None, status=422)

    @staticmethod
    def show(
        request: WorkspaceRequest, member: Member, form: HandoverForm, plan: Any, status: int = 200
    ) -> HttpResponse:
        """The form, the plan where there is one, and the plans before."""
        moves = plan.moves if plan else ()
        context = {
            "person": member,
            "form": form,
            "plan": plan,
            "shown": moves[:SHOWN],
            "unshown": max(sum(plan.counts.values()) - SHOWN, 0) if plan else 0,
            "before": (before := plans_of(member)),
            "is_under_way": any(each.is_under_way for each in before),
        }
        return page(request, "handoffs/handovers.html", context, part="handoffs/_handovers.html", status=status)


class HandoverUndo(View):
    """Taking one back."""

    def post(self, request: WorkspaceRequest, member_id: UUID, plan_id: UUID) -> HttpResponse:
        permit(request.member, "handoff.reassign")
        member = queries.member_for(member_id)
        plan = start_undo(plan_for(member, plan_id), by=request.member, at=request.at)
        if plan.is_under_way:
            return done(request, "It is being undone. How far that is stands here.", "handoffs:handovers", member.pk)
        back = sum(each["outcome"] == "given back" for each in plan.undone)
        said = f"{back} of {len(plan.undone)} given back; the rest went on meanwhile."
        return done(request, said, "handoffs:handovers", member.pk)


class HandoverRetry(View):
    """Trying again what a worker could not do."""

    def post(self, request: WorkspaceRequest, member_id: UUID, plan_id: UUID) -> HttpResponse:
        permit(request.member, "handoff.reassign")
        member = queries.member_for(member_id)
        try_handover_again(plan_for(member, plan_id), by=request.member)
        return done(request, "It is tried again.", "handoffs:handovers", member.pk)
