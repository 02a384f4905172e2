"""Offering one record across a seam, by hand."""

from collections.abc import Mapping
from datetime import datetime

from blueprint.documents import blueprint_of
from core.errors import RuleSaysNo
from core.people.models import Member, Workspace
from core.people.permissions import permit
from handoffs.actions.access import may_offer
from handoffs.actions.packets import checked, not_yours_to_fill
from handoffs.actions.returning import offer_again
from handoffs.models import Handoff
from handoffs.queries.inbox import seam_named
from lifecycle.actions.entering import lock_record
from lifecycle.models import Record


def offer(
    record: Record, seam_key: str, *, by: Member, at: datetime, packet: Mapping[str, str] | None = None
) -> Handoff:
    """Offer one record by hand, for instance again after it was returned; one that is open already stays as it is.

    The sending side does, who owns the record, who offered it before, or who leads: a receiver would get one by asking.
    The record is held first: what the caller saw may be past. Raises NotPermitted, BadInput, NotFound, and RuleSaysNo
    when the record does not stand at the seam."""
    permit(by, "handoff.offer")
    workspace = Workspace.objects.get(pk=record.workspace_id)
    lifecycle = blueprint_of(workspace)
    seam = seam_named(lifecycle, seam_key, code="unknown_seam")
    given = checked(packet or {}, seam, record.pk)
    present, at = lock_record(record, at)
    if present.stage_id != seam.trigger_stage_id:
        raise RuleSaysNo(
            f"{seam.label} is offered from the stage {lifecycle.stages_by_path[seam.trigger].label}.",
            code="not_at_trigger",
            facts={"trigger": seam.trigger, "stage": present.stage.key},
        )
    if not may_offer(seam, by, present):
        raise not_yours_to_fill(seam)
    offer_again(workspace, seam, [record.pk], by=by, at=at, packets={record.pk: given})
    return Handoff.objects.open().get(record=record, seam_id=seam.id)
