"""The page that starts a handoff of a record: across which seam, with which packet."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.views import View

from core.errors import BadInput, RuleSaysNo
from core.http.requests import WorkspaceRequest
from core.http.web import done, page
from core.people.permissions import permit
from handoffs.actions.packet_drafts import save_draft
from handoffs.actions.start_handoff import start
from handoffs.packet_file_views import given_up, sent_files
from handoffs.queries.inbox import people_of_packet
from handoffs.queries.startable import SeamStart, starts_of
from handoffs.rules.packet import filled
from lifecycle.models import Record
from lifecycle.queries import record_for


class RecordOffers(View):
    """Every seam with what is missing before it; one of them with its packet to fill in."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "handoff.offer")
        return _shown(request, record_for(number), request.GET.get("seam", ""))

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "handoff.offer")
        record, seam_key = record_for(number), request.POST.get("seam", "")
        if not seam_key:
            raise RuleSaysNo("Say across which seam.", code="seam_needed", field="seam")
        packet, properties = _typed(request, "packet-"), _typed(request, "property-")
        told: dict[str, Any] = {"packet": packet | given_up(request), "files": sent_files(request, "packet-")}
        try:
            handoff = start(record, seam_key, by=request.member, at=request.at, properties=_said(properties), **told)
        except BadInput as refusal:
            return _shown(request, record, seam_key, (packet, properties), refusal)
        said = f"{handoff.record.name} is offered to {handoff.assignee or handoff.queue}."
        return done(request, said, "handoffs:handoff", handoff.number)


class Draft(View):
    """The packet of a seam that the record has yet to come to."""

    def post(self, request: WorkspaceRequest, number: int, seam: str) -> HttpResponse:
        permit(request.member, "handoff.offer")
        record, packet = record_for(number), _typed(request, "packet-")
        try:
            items, files = packet | given_up(request), sent_files(request, "packet-")
            save_draft(record, seam, items, files=files, by=request.member, at=request.at)
        except BadInput as refusal:
            return _shown(request, record, seam, (packet, {}), refusal)
        said = "The packet is saved. It goes with the record when it comes to the seam."
        return done(request, said, "lifecycle:record", number)


def _typed(request: WorkspaceRequest, prefix: str) -> dict[str, str]:
    """What was typed into the fields whose names begin so."""
    typed = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    return {key.removeprefix(prefix): value for key, value in typed.items() if key.startswith(prefix)}


def _said(properties: dict[str, str]) -> dict[str, str]:
    """What was left blank says nothing."""
    return {key: value for key, value in properties.items() if value.strip()}


def _shown(
    request: WorkspaceRequest,
    record: Record,
    seam_key: str,
    typed: tuple[dict[str, str], dict[str, str]] | None = None,
    refusal: BadInput | None = None,
) -> HttpResponse:
    starts = starts_of(request.workspace, record, request.at, by=request.member)
    chosen: SeamStart | None = next((each for each in starts if each.seam.key == seam_key), None)
    packet, properties = typed or ({}, {})
    if chosen and typed:
        chosen = replace(chosen, items=tuple(filled(chosen.seam.packet, packet)))
    context: dict[str, Any] = {"record": record, "starts": starts, "chosen": chosen, "typed": properties}
    context |= {"refusal": refusal, "people": people_of_packet(chosen.seam) if chosen else []}
    return page(request, "handoffs/start.html", context, status=422 if refusal else 200)
