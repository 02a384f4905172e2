"""Starting a handoff by hand: a record is offered where it stands, moved to the seam, or its next one begins there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from blueprint.documents import blueprint_of
from core.errors import RuleSaysNo
from core.people.models import Member, Workspace
from core.people.permissions import permit
from handoffs.actions.offering import offer
from handoffs.actions.packets import checked, not_yours_to_fill, save_packet
from handoffs.models import Handoff
from handoffs.queries.inbox import seam_named
from handoffs.queries.startable import SeamStart, starts_of
from handoffs.rules.files_taken import SentFile
from handoffs.rules.way_to_seam import Way
from lifecycle.actions.advancing import advance
from lifecycle.actions.editing import edit_record
from lifecycle.actions.entering import lock_record
from lifecycle.actions.journeys import make_next
from lifecycle.models import Record
from lifecycle.rules.gates import GateClosed


def start(
    record: Record,
    seam_key: str,
    *,
    by: Member,
    at: datetime,
    packet: Mapping[str, str] | None = None,
    files: Mapping[str, SentFile] | None = None,
    properties: Mapping[str, Any] | None = None,
) -> Handoff:
    """Start a handoff across a seam with its packet, its files and the properties its acceptance asks for; one that is
    open already stays as it is, but for its files. The sending side starts it, or whoever owns the record or leads.

    Raises NotPermitted, BadInput, GateClosed, and RuleSaysNo where no way leads from the record to the seam."""
    permit(by, "handoff.offer")
    workspace = Workspace.objects.get(pk=record.workspace_id)
    seam = seam_named(blueprint_of(workspace), seam_key, code="unknown_seam")
    given = checked(packet or {}, seam, record.pk)
    with transaction.atomic():
        present, at = lock_record(record, at)
        found = next(each for each in starts_of(workspace, present, at, by=by) if each.seam.key == seam.key)
        if found.way in (None, Way.STANDS):  # refused there where it stands elsewhere
            if properties:
                edit_record(found.record, by=by, at=at, properties=properties)
            handoff = offer(found.record, seam_key, by=by, at=at, packet=given)
            return save_packet(handoff, {}, by=by, at=at, files=files) if files else handoff
        if not found.may_start:
            raise not_yours_to_fill(seam)
        if properties:
            edit_record(found.record, by=by, at=at, properties=properties)
        handoff = _begun(workspace, found, by, at)
        return save_packet(handoff, given, by=by, at=at, files=files) if given or files else handoff


def _begun(workspace: Workspace, found: SeamStart, by: Member, at: datetime) -> Handoff:
    """The handoff that the record's move, or the making of its next record, has offered."""
    permit(by, "record.advance")
    if found.way == Way.MOVES:
        if found.unmet:
            raise GateClosed(found.trigger, found.unmet)
        advance(found.record, found.trigger.path, by=by, at=at)
        records = [found.record]
    else:
        records = make_next(workspace, [found.record], found.trigger.path, by=by, at=at)
    waiting = Handoff.objects.open().filter(record__in=records, seam_id=found.seam.id).order_by("-number")
    handoff: Handoff | None = waiting.first()
    if handoff is None:
        facts = {"records": [each.number for each in records]}
        raise RuleSaysNo("It is on its way already and stands elsewhere.", code="on_its_way", facts=facts)
    return handoff
