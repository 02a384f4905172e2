"""The clock's door: running imports."""

import time

from celery import shared_task

from core.database import database_now
from core.operating.heartbeats import heartbeat
from core.people.models import Workspace
from core.sql import load
from core.tenancy.sweeps import each_workspace, workspaces_with
from imports.run import run_workspace
from imports.starting import poke

WAITING = load("imports", "waiting_workspaces")
BUDGET_S = 45.0  # a task ends within a minute; what is left over goes on in the next


@shared_task(name="lifecycle.run_imports")
@heartbeat("lifecycle.run_imports")
def run_imports(workspace_id: str = "") -> None:
    """Run what waits, of one workspace or of all. Safe to run any number of times at once, and to be killed."""
    ends = time.monotonic() + BUDGET_S

    def run(workspace: Workspace) -> bool:
        """Whether there is more to do."""
        return not run_workspace(workspace.pk, clock=database_now, until=lambda: time.monotonic() > ends)

    sweep = each_workspace(
        [workspace_id] if workspace_id else workspaces_with(WAITING),
        run,
        what="lifecycle.run_imports",
        until=ends,
        in_turns=True,
        opens_scope=False,
        is_everybody=not workspace_id,
    )
    for each in sweep.left:
        poke(str(each))
