"""The page of one handoff, and the verbs on it. Each finds, acts, shows; the actions decide."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View
from django_htmx.http import trigger_client_event

from blueprint.documents import blueprint_of
from blueprint.schema.vocabularies import PacketType
from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import done, is_partial, page
from core.people.permissions import may, permit
from handoffs.actions import access as locking
from handoffs.actions import answering, reassigning
from handoffs.actions import packets as packing
from handoffs.actions.in_bulk.gift_undo import gift_to_undo, why_not_given_back
from handoffs.actions.reach import reach_of, tasks_in_reach
from handoffs.actions.taking_back import may_undo, why_not_undone
from handoffs.forms import AssignForm, RejectForm
from handoffs.models import Handoff
from handoffs.packet_file_views import given_up, sent_files
from handoffs.queries import inbox, path
from handoffs.queries.next_step import next_step_of
from handoffs.queries.pause_state import pauses_of
from handoffs.queries.time_to_touch import parts_of
from handoffs.queries.why_task import tell_why_due
from handoffs.queries.why_time import on_giving_away
from handoffs.rules import packet
from lifecycle.facts import facts_of
from lifecycle.rules.gates import unmet_of


class HandoffPage(View):
    """One handoff: facts, packet, rules tried and why not, clock, ladder, hands it went through."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "handoff.read")
        handoff = inbox.handoff_for(number)
        return page(request, "handoffs/handoff_detail.html", handoff_context(request, handoff))


def handoff_context(request: WorkspaceRequest, handoff: Handoff) -> dict[str, Any]:
    """What the handoff's page shows."""
    seam = locking.seam_in_force(request.workspace, handoff)
    lifecycle = blueprint_of(request.workspace)
    facts = facts_of(handoff.record, request.workspace, request.at)
    member, is_open = request.member, handoff.state == Handoff.State.OFFERED
    reach = reach_of(member, [handoff.pk])
    tasks = list(handoff.tasks.select_related("assignee", "done_by").order_by("number"))
    tell_why_due(tasks)
    is_theirs = reach.may_answer(handoff)
    answers = is_theirs and may(member, "handoff.answer")
    gives = is_open and is_theirs and may(member, "handoff.reassign")
    return {
        "handoff": handoff,
        "seam": seam,
        "passage": (passage := path.passage_of(handoff, request.at)),
        "items": (items := packet.filled(seam.packet, handoff.packet)),
        "gaps": packet.gaps(seam.packet, handoff.packet),
        "has_files": any(each.terms.type == PacketType.FILE for each in items),
        "filled": sum(not each.why_missing for each in items),
        "people": inbox.people_of_packet(seam),
        "returned_gaps": packet.labels(seam.packet, handoff.gaps),
        "unmet": unmet_of(lifecycle, "acceptance", seam.acceptance, facts, request.at) if is_open else [],
        "tasks": tasks,
        "seen_to": tasks_in_reach(member, tasks),
        "is_open": is_open,
        **_undo_of(request, handoff),
        "may_answer": is_open and answers,
        "may_pack": may(member, "handoff.offer")
        and (is_open or packing.waits_returned(handoff))
        and packing.is_theirs_to_fill(handoff, seam, member),
        "may_pause": (pauses := pauses_of(handoff, seam, passage, request.at, is_theirs=answers)).may_pause,
        "pauses": pauses,
        "delays": parts_of(passage.time_to_touch) if passage.time_to_touch else [],
        "may_reassign": gives,
        "may_recall": is_open and may(member, "handoff.offer") and not reach.why_not_taken_back(handoff),
        "assign_form": AssignForm(at=request.at) if gives else None,
        "on_giving_away": on_giving_away(handoff, request.at) if is_open else "",
    }


def _undo_of(request: WorkspaceRequest, handoff: Handoff) -> dict[str, Any]:
    """Whether what was just done with it is offered to be taken back, or why it cannot be."""
    member, at = request.member, request.at
    if handoff.state == Handoff.State.OFFERED:
        gift = gift_to_undo(handoff, member, at) if may(member, "handoff.reassign") else None
        return {"may_undo": gift is not None, "why_not_undone": why_not_given_back(handoff, gift, at) if gift else ""}
    undoes = may_undo(handoff, member, at)
    return {"may_undo": undoes, "why_not_undone": why_not_undone(handoff) if undoes else ""}


def changed(request: WorkspaceRequest, said: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The part of the page that changed, with a notice."""
    return trigger_client_event(render(request, part, context), "notice", {"text": said, "tone": "success"})


def answered(request: WorkspaceRequest, handoff: Handoff, said: str, *, is_taken: bool = False) -> HttpResponse:
    """The row after its answer, where it stood in the inbox, with the next step where it was taken; or the handoff's
    page."""
    if not is_partial(request):
        return done(request, said, "handoffs:handoff", handoff.number)
    context: dict[str, Any] = {"card": inbox.card_of(handoff.pk, request.at), "said": said}
    context["step"] = next_step_of(handoff.number, request.member, request.at) if is_taken else None
    is_given = handoff.state == Handoff.State.OFFERED
    context["may_undo"] = is_given or may_undo(handoff, request.member, request.at)
    response = changed(request, said, "handoffs/_answered_row.html", context)
    return trigger_client_event(response, "close-dialog")


class Acceptance(View):
    """Taking it."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        handoff = answering.accept(inbox.handoff_numbered(number), by=request.member, at=request.at)
        return answered(request, handoff, f"{handoff.record.name} is yours.", is_taken=True)


class HandoffRejection(View):
    """Refusing it: the form, in a dialog or as a page, and the answer."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "handoff.answer")
        return self._form(request, inbox.handoff_for(number))

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        handoff = inbox.handoff_for(number)
        form = self._bound(request, handoff, request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                rejected = answering.reject(
                    handoff, said["reason"], said["note"], by=request.member, at=request.at, gaps=said.get("gaps", ())
                )
            except BadInput as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
            else:
                return answered(request, rejected, f"{rejected.record.name} was sent back.")
        return self._form(request, handoff, form)

    def _form(self, request: WorkspaceRequest, handoff: Handoff, form: RejectForm | None = None) -> HttpResponse:
        context = {"handoff": handoff, "form": form or self._bound(request, handoff)}
        if form is None or not is_partial(request):
            status = 200 if form is None else 422
            return page(request, "handoffs/rejection.html", context, part="handoffs/_reject_dialog.html", status=status)
        response = render(request, "handoffs/_reject_form.html", context, status=422)  # into the open dialog
        response["HX-Retarget"], response["HX-Reswap"] = "#reject-form", "outerHTML"
        return response

    def _bound(self, request: WorkspaceRequest, handoff: Handoff, *data: Any) -> RejectForm:
        seam = locking.seam_in_force(request.workspace, handoff)
        return RejectForm(*data, reasons=blueprint_of(request.workspace).reason_codes, items=seam.packet)


class Recall(View):
    """The sender takes it back."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        note = request.POST.get("note", "")
        handoff = answering.recall(inbox.handoff_numbered(number), note, by=request.member, at=request.at)
        return done(request, f"{handoff.record.name} was taken back.", "handoffs:handoff", number)


class Reassignment(View):
    """A manager gives it to somebody else."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "handoff.reassign")
        handoff = inbox.handoff_for(number)
        is_open = handoff.state == Handoff.State.OFFERED
        said = on_giving_away(handoff, request.at) if is_open else ""
        context = {"handoff": handoff, "form": AssignForm(at=request.at), "on_giving_away": said}
        return page(request, "handoffs/assignment.html", context, part="handoffs/_assign_dialog.html")

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        form = AssignForm(request.POST)
        if not form.is_valid():
            raise BadInput("Choose who should have it.", field="to")
        to, note = form.cleaned_data["to"], form.cleaned_data["note"]
        handoff = reassigning.reassign(inbox.handoff_numbered(number), to, by=request.member, at=request.at, note=note)
        return answered(request, handoff, f"{to.name} has it now.")


class Packet(View):
    """What the sender tells the receiver."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        handoff = inbox.handoff_for(number)
        seam = locking.seam_in_force(request.workspace, handoff)
        terms = {item.key: item for item in seam.packet}
        items = {key: request.POST[key] for key in terms if key in request.POST}
        files = {key: each for key, each in sent_files(request).items() if key in terms}
        items |= {key: "" for key in given_up(request) if key in terms}
        packing.save_packet(handoff, items, files=files, by=request.member, at=request.at)
        said = "The packet is saved."
        if not is_partial(request):
            return done(request, said, "handoffs:handoff", number)
        context = handoff_context(request, inbox.handoff_for(number))
        return changed(request, said, "handoffs/_packet.html", context)
