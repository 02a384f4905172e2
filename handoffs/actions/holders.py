"""Whose open handoffs are and were, and who does not get them again."""

import json
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.sql import load
from core.tenancy.scope import current_id

HELD_BY = load("handoffs", "held_by")


class Holders(NamedTuple):
    """Which pool a handoff was given from, else the one its seam waits in; and who missed it, has it now, or gave its
    record up before. `needs` are the skills its record asks for in that pool."""

    pool_id: UUID | None
    barred: set[UUID]
    team_id: UUID | None
    needs: frozenset[str]


def held_by(handoff_ids: list[UUID], at: datetime, terms: Blueprint) -> dict[UUID, Holders]:
    """Whose these handoffs are and were, and whom their seams in `terms` bar. One query."""
    found = {}
    days = {str(seam.id): seam.barred_days for seam in terms.seams if seam.barred_days}
    for handoff_id, pool_id, members, seam_id, version, team_id, properties in HELD_BY.rows(
        handoffs=handoff_ids, barred_days=json.dumps(days), at=at
    ):
        if pool_id is None:
            former = blueprint_of.at(current_id(), version)
            queue = former.queue_for(former.seams_by_id[seam_id])
            pool_id = queue.id if queue else None
        pool = terms.pools_by_id.get(pool_id)
        needs = pool.needs(json.loads(properties)) if pool and pool.asks else frozenset()
        found[handoff_id] = Holders(pool_id, set(members), team_id, needs)
    return found
