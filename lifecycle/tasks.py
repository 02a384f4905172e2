"""The clock's door: asking scores anew."""

import time

from celery import shared_task

from core.database import database_now
from core.operating.heartbeats import heartbeat
from core.people.models import Workspace
from core.tenancy.sweeps import each_workspace, workspaces_with
from lifecycle.actions import rescoring

BUDGET_S = 45.0  # a task ends within a minute; what is left over goes on in the next


@shared_task(name="lifecycle.rescore")
@heartbeat("lifecycle.rescore")
def rescore() -> None:
    """Ask the records whose time has come, then go on with the walks that ask scores anew. Safe to run any number of
    times at once, and to be killed."""
    each_workspace(
        lambda: {*workspaces_with(rescoring.DUE_WORKSPACES), *workspaces_with(rescoring.WAITING)},
        lambda workspace: rescoring.ask_due(workspace) + rescoring.ask_batch(workspace, at=database_now()),
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
