"""The clock's door: running imports."""

import time
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from lifecycle.imports.running import run_workspace, waiting_workspaces
from lifecycle.imports.starting import poke

BUDGET_S = 45.0  # a task ends within a minute; what is left over goes on in the next


@shared_task(name="lifecycle.run_imports")
def run_imports(workspace_id: str = "") -> None:
    """Run what waits, of one workspace or of all. Safe to run any number of times at once, and to be killed."""
    ends = time.monotonic() + BUDGET_S
    for each in [UUID(workspace_id)] if workspace_id else waiting_workspaces():
        if not run_workspace(each, clock=timezone.now, until=lambda: time.monotonic() > ends):
            poke(str(each))
