"""Offering records across a seam."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from handoffs import sets
from handoffs.blueprint import SeamTerms, handoffs_of, queue_for
from handoffs.rules import sla
from handoffs.sets import Arrived
from lifecycle.blueprint import lifecycle_of
from revops.workspaces.models import Member, Workspace


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
    terms = handoffs_of(workspace)
    queue = queue_for(terms, seam)
    return sets.offer(
        seam,
        lifecycle_of(workspace).catalogue,
        sla.start(seam, at),
        record_ids,
        workspace_id=workspace.pk,
        version=workspace.blueprint_version,
        queue_id=queue.id if queue else None,
        by_id=by.pk if by else None,
        packets=packets or {},
    )
