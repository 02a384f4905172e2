"""Stopping a handoff's clock by hand, and letting it go on."""

from typing import Any

from django.http import HttpResponse
from django.views import View

from blueprint.documents import blueprint_of
from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import done, page
from core.people.permissions import permit
from handoffs.actions import access as locking
from handoffs.actions import pausing
from handoffs.forms import PauseForm
from handoffs.models import Handoff
from handoffs.queries import inbox


class PauseStart(View):
    """Stop the clock: the form, and what was said."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "handoff.answer")
        handoff = inbox.handoff_for(number)
        return self._form(request, handoff, self._bound(request, handoff))

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        handoff = inbox.handoff_for(number)
        form = self._bound(request, handoff, request.POST)
        if form.is_valid():
            wanted = pausing.WantedPause(**{"gaps": (), **form.cleaned_data})
            try:
                paused = pausing.pause(handoff, wanted, by=request.member, at=request.at)
            except BadInput as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
            else:
                return done(request, f"The clock of {paused.record.name} stands still.", "handoffs:handoff", number)
        return self._form(request, handoff, form, status=422)

    def _form(self, request: WorkspaceRequest, handoff: Handoff, form: PauseForm, status: int = 200) -> HttpResponse:
        context = {"handoff": handoff, "form": form}
        return page(request, "handoffs/pause.html", context, status=status)

    def _bound(self, request: WorkspaceRequest, handoff: Handoff, *data: Any) -> PauseForm:
        seam = locking.seam_in_force(request.workspace, handoff)
        items = seam.packet if seam.pausing.for_packet else ()
        return PauseForm(*data, reasons=blueprint_of(request.workspace).reason_codes, items=items)


class Resumption(View):
    """Let it go on."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        handoff = pausing.resume(inbox.handoff_numbered(number), by=request.member, at=request.at)
        return done(request, f"The clock of {handoff.record.name} goes on.", "handoffs:handoff", number)
