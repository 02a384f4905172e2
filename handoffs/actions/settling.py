"""Closing tasks because what they asked for was done elsewhere."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.history.actions import blueprint_version, request_id
from core.people.models import Member
from core.sql import load

SETTLE_TASKS = load("handoffs", "settle_tasks")


def settle(outcomes: Mapping[Any, str], kinds: Sequence[str], *, by: Member | None, at: datetime) -> None:
    """Close the open tasks of these kinds about each handoff, with what came of them. One query."""
    SETTLE_TASKS.run(
        outcomes=json.dumps({str(handoff_id): outcome for handoff_id, outcome in outcomes.items()}),
        kinds=list(kinds),
        by=by.pk if by else None,
        at=at,
        blueprint_version=blueprint_version.get(),
        request_id=request_id.get(),
    )
