"""After accepting: the row is the next step, with what came of it by one key; and taking the acceptance back."""

from django.http import HttpResponse
from django.views import View

from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import done, is_partial
from core.people.permissions import may, permit
from handoffs.actions.in_bulk.gift_undo import undo_gift
from handoffs.actions.taking_back import undo_answer
from handoffs.handoff_views import changed
from handoffs.models import Handoff
from handoffs.queries import inbox
from handoffs.queries.next_step import OUTCOMES, next_step_of
from lifecycle.actions.touching import log_activity


class Touches(View):
    """What came of the first step, by one key."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "activity.log")
        outcome = next((each for each in OUTCOMES if each.key == request.POST.get("outcome")), None)
        if outcome is None:
            raise BadInput("Choose what came of it.", field="outcome")
        step = next_step_of(number, request.member, request.at)
        kind, what = outcome.kind, outcome.outcome
        heard = log_activity(step.record, kind=kind, outcome=what, by=request.member, at=request.at).heard
        text = f"{outcome.label}: logged."
        if heard is not None:
            text += " The first-touch clock has stopped." if heard.stops_clock else f" The clock goes on. {heard.why}"
        if not is_partial(request):
            return done(request, text, "handoffs:handoff", number)
        step = next_step_of(number, request.member, request.at)
        context = {"step": step, "card": inbox.card_of(step.handoff.pk, request.at), "said": text}
        return changed(request, text, "handoffs/_answered_row.html", context)


class AnswerUndo(View):
    """Taking an answer back, or that it was given away, within ten seconds."""

    state = ""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        there, by, at = inbox.handoff_numbered(number), request.member, request.at
        is_gift = self.state == Handoff.State.OFFERED
        handoff = undo_gift(there, by=by, at=at) if is_gift else undo_answer(there, self.state, by=by, at=at)
        is_mine = handoff.assignee_id == request.member.pk
        text = f"Taken back: it waits for {'your answer' if is_mine else 'an answer'} again."
        if not is_partial(request):
            return done(request, text, "handoffs:handoff", number)
        context = {"card": inbox.card_for(inbox.handoff_for(handoff.number), request.at), "is_current": True}
        context["may_answer"] = may(request.member, "handoff.answer")
        return changed(request, text, "handoffs/_inbox_row.html", context)
