"""The clock's door: impacts that wait are worked out in the background."""

import time
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from governance.actions.working_out import next_step, waiting_workspaces
from revops.blueprint.versions import running_version
from revops.workspaces.models import Workspace
from revops.workspaces.scope import workspace_scope

BUDGET_S = 45.0  # a task ends within a minute; the rest waits for the next tick


@shared_task(name="governance.run_impacts")
def run_impacts() -> int:
    """Answer questions of waiting impacts, workspace by workspace in turn, until none waits or the time is up.

    Safe to run any number of times at once."""
    until, answered = time.monotonic() + BUDGET_S, 0
    waiting = [UUID(str(each)) for each in waiting_workspaces()]
    while waiting and time.monotonic() < until:
        waiting = [each for each in waiting if _one(each)]
        answered += len(waiting)
    return answered


def _one(workspace_id: UUID) -> bool:
    workspace = Workspace.objects.get(pk=workspace_id)
    with workspace_scope(workspace), running_version(workspace.blueprint_version):
        return next_step(timezone.now())
