"""The clock's door: running imports, and asking scores anew."""

import logging
import time
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from lifecycle.actions import rescoring
from lifecycle.imports.running import run_workspace, waiting_workspaces
from lifecycle.imports.starting import poke
from revops.workspaces.models import Workspace
from revops.workspaces.scope import workspace_scope

log = logging.getLogger(__name__)
BUDGET_S = 45.0  # a task ends within a minute; what is left over goes on in the next


@shared_task(name="lifecycle.run_imports")
def run_imports(workspace_id: str = "") -> None:
    """Run what waits, of one workspace or of all. Safe to run any number of times at once, and to be killed."""
    ends = time.monotonic() + BUDGET_S
    for each in [UUID(workspace_id)] if workspace_id else waiting_workspaces():
        if not run_workspace(each, clock=timezone.now, until=lambda: time.monotonic() > ends):
            poke(str(each))


@shared_task(name="lifecycle.rescore")
def rescore() -> None:
    """Go on with the walks that ask scores anew. Safe to run any number of times at once, and to be killed."""
    ends = time.monotonic() + BUDGET_S
    for each in rescoring.waiting_workspaces():
        try:
            rescoring.go_on(each, clock=timezone.now, until=lambda: time.monotonic() > ends)
        except Exception:  # rolled back as a whole and tried again at the next tick; the others go on
            log.exception("asking the scores of workspace %s anew failed", each)


@shared_task(name="lifecycle.fade")
def fade() -> None:
    """Once a day: let behaviour points fade where nothing else happened. Twice a day changes nothing more."""
    for workspace in Workspace.objects.filter(blueprint_version__gt=0):
        with workspace_scope(workspace):
            rescoring.begin(workspace, rescoring.Cause.FADED, at=timezone.now())
