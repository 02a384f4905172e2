"""The clock's door: scanning for due steps."""

import logging
import time
from datetime import datetime, timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from handoffs.actions.scanning import EARLIEST, due_workspaces, scan
from revops.blueprint.versions import running_version
from revops.workspaces.models import Workspace
from revops.workspaces.scope import workspace_scope

log = logging.getLogger(__name__)
BUDGET_S = 45.0  # a task ends within a minute; what is left over waits 15 s for the next tick
LOOK_AT_ALL_EVERY_S = 300.0
SLACK = timedelta(minutes=15)  # far longer than any transaction that could still bring in an earlier step

_low: datetime = EARLIEST
_looked_at_all = float("-inf")


@shared_task(name="handoffs.scan")
def scan_for_due_steps() -> int:
    """Take every due step of every workspace, and how many there were. Safe to run any number of times at once."""
    global _low, _looked_at_all
    started, now = time.monotonic(), timezone.now()
    looks_at_all = started - _looked_at_all > LOOK_AT_ALL_EVERY_S
    taken, is_drained = drain(until=started + BUDGET_S, low=EARLIEST if looks_at_all else _low)
    if looks_at_all and is_drained:
        _low, _looked_at_all = now - SLACK, started
    return taken


def drain(*, until: float, low: datetime = EARLIEST) -> tuple[int, bool]:
    """Scan the workspaces with work, a batch each in turn, so that none waits for another's thousands.

    `low` is the watermark below which nothing is looked for. Gives what was taken, and whether nothing is left."""
    taken, waiting = 0, due_workspaces(low)
    while waiting and time.monotonic() < until:
        found = {workspace_id: _one_batch(workspace_id, low) for workspace_id in waiting}
        taken += sum(found.values())
        waiting = [workspace_id for workspace_id in waiting if found[workspace_id]]
    return taken, not waiting


def _one_batch(workspace_id: UUID, low: datetime) -> int:
    """One transaction of one workspace; its trouble is not the others'."""
    workspace = Workspace.objects.get(pk=workspace_id)
    try:
        with workspace_scope(workspace), running_version(workspace.blueprint_version):
            return scan(workspace, low=low)
    except Exception:  # rolled back as a whole, so the next tick finds the same rows again
        log.exception("the scan of workspace %s failed", workspace.slug)
        return 0
