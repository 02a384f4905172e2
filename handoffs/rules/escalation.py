"""What each step of the ladder does, and who must act."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

TOUCH = 999  # the step of an accepted handoff whose first touch is missing; it stands outside the ladder
TASK_KINDS = {"task": "breach", "raise": "raise", "touch": "first_touch"}
TASK_TITLES = {"task": "Not answered in time", "raise": "Still not answered", "touch": "No first touch in time"}
EVENTS = {
    "warn": "handoff.warned",
    "breach": "handoff.breached",
    "task": "handoff.breached",
    "raise": "handoff.raised",
    "reassign": "handoff.reassigned",
    "touch": "handoff.touch_missed",
}


@dataclass(frozen=True, slots=True)
class Chain:
    """The people above a handoff; None where there is nobody who is active and here."""

    manager_id: UUID | None
    seam_owner_id: UUID | None
    workspace_owner_id: UUID


def owner_of_task(action: str, chain: Chain, assignee_id: UUID | None) -> UUID:
    """Who gets the task of a step: the team's manager, for a raise the seam's owner, else the workspace's owner.

    Nobody is set over themselves while somebody else is left."""
    line: Iterable[UUID | None] = (chain.seam_owner_id, chain.workspace_owner_id)
    if action != "raise":
        line = (chain.manager_id, *line)
    return next((each for each in line if each is not None and each != assignee_id), chain.workspace_owner_id)
