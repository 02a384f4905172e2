"""The clock's door: running imports, and asking scores anew."""

import time

from celery import shared_task

from lifecycle.actions import asking_again, rescoring
from lifecycle.imports.running import run_workspace, waiting_workspaces
from lifecycle.imports.starting import poke
from revops.database import database_now
from revops.operating.heartbeats import heartbeat
from revops.workspaces.models import Workspace
from revops.workspaces.sweeps import each_workspace

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
        [workspace_id] if workspace_id else waiting_workspaces(),
        run,
        what="lifecycle.run_imports",
        until=ends,
        in_turns=True,
        opens_scope=False,
        is_everybody=not workspace_id,
    )
    for each in sweep.left:
        poke(str(each))


@shared_task(name="lifecycle.rescore")
@heartbeat("lifecycle.rescore")
def rescore() -> None:
    """Ask the records whose time has come, then go on with the walks that ask scores anew. Safe to run any number of
    times at once, and to be killed."""
    each_workspace(
        {*asking_again.due_workspaces(), *rescoring.waiting_workspaces()},
        lambda workspace: asking_again.ask_due(workspace) + rescoring.ask_batch(workspace, at=database_now()),
        what="lifecycle.rescore",
        until=time.monotonic() + BUDGET_S,
        in_turns=True,
    )


@shared_task(name="lifecycle.fade")
@heartbeat("lifecycle.fade")
def fade() -> None:
    """Once a day: let behaviour points fade where nothing else happened. Twice a day changes nothing more."""

    def begin(workspace: Workspace) -> None:
        rescoring.begin(workspace, rescoring.Cause.FADED, at=database_now())

    published = Workspace.objects.filter(blueprint_version__gt=0).values_list("pk", flat=True)
    each_workspace(published, begin, what="lifecycle.fade")
