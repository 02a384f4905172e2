"""Offering records across a seam."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.schema import SeamTerms
from core.errors import BadInput, RuleSaysNo
from core.people.models import Member, Workspace
from core.people.permissions import permit
from handoffs.actions.offer_batch import Arrived, offer_batch
from handoffs.actions.packets import checked
from handoffs.actions.returning import offer_again
from handoffs.models import Handoff
from handoffs.rules import sla
from lifecycle.models import Record


def offer(
    record: Record, seam_key: str, *, by: Member, at: datetime, packet: Mapping[str, str] | None = None
) -> Handoff:
    """Offer one record by hand, for instance again after it was returned; one that is open already stays as it is.

    Raises NotPermitted, BadInput, RuleSaysNo when the record does not stand at the seam."""
    permit(by, "handoff.offer")
    workspace = Workspace.objects.get(pk=record.workspace_id)
    seam = next((each for each in blueprint_of(workspace).seams if each.key == seam_key), None)
    if seam is None:
        raise BadInput("There is no such seam.", code="unknown_seam", field="seam")
    given = checked(packet or {}, {item.key for item in seam.packet})
    if record.stage_id != seam.trigger_stage_id:
        trigger = blueprint_of(workspace).stages_by_path[seam.trigger]
        raise RuleSaysNo(
            f"{seam.label} is offered from the stage {trigger.label}.",
            code="not_at_trigger",
            facts={"trigger": seam.trigger, "stage": record.stage.key},
        )
    offer_again(workspace, seam, [record.pk], by=by, at=at, packets={record.pk: given})
    return Handoff.objects.open().get(record=record, seam_id=seam.id)


def offer_set(
    workspace: Workspace,
    seam: SeamTerms,
    record_ids: Sequence[UUID],
    *,
    by: Member | None,
    at: datetime,
    packets: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> list[Arrived]:
    """Offer records across a seam: routed, assigned, with due times, one event each. One round trip for any number.

    A record already open on this seam is left as it is. Raises NoWorkingHours."""
    if not record_ids:
        return []
    terms = blueprint_of(workspace)
    queue = terms.queue_for(seam)
    return offer_batch(
        seam,
        blueprint_of(workspace).catalogue,
        sla.start(seam, at),
        record_ids,
        version=workspace.blueprint_version,
        queue_id=queue.id if queue else None,
        by_id=by.pk if by else None,
        packets=packets or {},
    )
