"""What handoffs do when records move: named in `revops/wiring.py`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from handoffs.actions.offering import offer_set
from handoffs.blueprint import handoffs_of
from revops.workspaces.models import Member, Workspace


def offer_where_triggered(
    *, workspace: Workspace, entered: Mapping[UUID, Sequence[UUID]], by: Member | None, at: datetime, **news: Any
) -> None:
    """Offer a handoff for every record that entered a seam's trigger stage."""
    by_trigger = handoffs_of(workspace).seams_by_trigger
    for stage_id, record_ids in entered.items():
        if stage_id in by_trigger:
            offer_set(workspace, by_trigger[stage_id], record_ids, by=by, at=at)


def stop_first_touch_clocks(**news: Any) -> None:
    """A qualifying activity stops the first-touch clock."""
