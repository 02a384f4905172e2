"""Packets filled in before the record comes to the seam."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from blueprint.documents import blueprint_of
from core.errors import BadInput, WorldMovedOn
from core.history.actions import record as tell_history
from core.people.models import Member, Workspace
from core.people.permissions import permit
from handoffs.actions.access import may_fill
from handoffs.actions.keeping_files import forget_unnamed, keep_files
from handoffs.actions.packets import checked, not_yours_to_fill
from handoffs.models import Handoff, PacketDraft
from handoffs.queries.inbox import seam_named
from handoffs.rules import packet
from handoffs.rules.files_taken import SentFile
from lifecycle.actions.entering import lock_record
from lifecycle.models import Record


def save_draft(
    record: Record,
    seam_key: str,
    items: Mapping[str, str],
    *,
    by: Member,
    at: datetime,
    files: Mapping[str, SentFile] | None = None,
) -> PacketDraft:
    """Write down items of the packet of a seam that the record has yet to come to, and keep its files; items not given
    stay as they are. Only the sending side does, who owns the record, or who leads.

    Raises NotPermitted, BadInput, and WorldMovedOn where it is offered already: its own packet is filled then."""
    permit(by, "handoff.offer")
    workspace = Workspace.objects.get(pk=record.workspace_id)
    seam = seam_named(blueprint_of(workspace), seam_key, code="unknown_seam")
    given = checked(items, seam, record.pk)
    with transaction.atomic():
        present, at = lock_record(record, at)
        if blueprint_of(workspace).stages_by_path[seam.trigger].pipeline_id != present.pipeline_id:
            raise BadInput("The record never comes to this seam.", code="another_pipeline", field="seam")
        if not may_fill(seam, by, {present.owner_id}):
            raise not_yours_to_fill(seam)
        if waiting := Handoff.objects.open().filter(record=present, seam_id=seam.id).first():
            detail = f"It is offered already: fill in the packet of handoff #{waiting.number}."
            raise WorldMovedOn(detail, code="offered_already", facts={"handoff": waiting.number})
        draft = PacketDraft.objects.filter(record=present, seam_id=seam.id).first()
        draft = draft or PacketDraft(record=present, seam_id=seam.id)
        given |= keep_files(present.pk, seam, files or {}, draft.packet | given, by=by, at=at)
        changed = [key for key, value in given.items() if value != draft.packet.get(key, "")]
        draft.packet, draft.by, draft.at = {**draft.packet, **given}, by, at
        draft.save()
        if changed:
            facts = {"seam": seam.key, "items": changed, "gaps": packet.gaps(seam.packet, draft.packet)}
            tell_history("packet.drafted", present, at=at, actor=by, record_id=present.pk, facts=facts)
        forget_unnamed(present.pk)
    return draft
