"""The clock's door: notices are sorted into mails, mails are sent, and old ones go."""

import time
from datetime import timedelta

from celery import shared_task

from core.database import database_now
from core.notices.mailing import forget, send_due
from core.notices.sorting import sort
from core.operating.heartbeats import heartbeat
from core.people.models import Workspace
from core.sql import load
from core.tenancy.sweeps import each_workspace, workspaces_with

WORKSPACES_TO_TELL = load("core", "workspaces_to_tell")
BUDGET_S = 45.0  # a task ends within a minute; the rest waits for the next tick
KEPT = timedelta(days=90)


@shared_task(name="notices.deliver")
@heartbeat("notices.deliver")
def deliver_notices() -> int:
    """Sort and send of every workspace what waits, and how much there was; an empty pass is one look. Safe to run any
    number of times at once."""
    return each_workspace(
        lambda: workspaces_with(WORKSPACES_TO_TELL, at=database_now()),
        _deliver,
        what="notices.deliver",
        until=time.monotonic() + BUDGET_S,
        in_turns=True,
        opens_scope=False,
    ).done


def _deliver(workspace: Workspace) -> int:
    at = database_now()
    return sort(workspace, at) + send_due(workspace, at)


@shared_task(name="notices.forget")
@heartbeat("notices.forget")
def forget_old_notices() -> int:
    """Delete what was told long ago, and how much there was."""
    before = database_now() - KEPT
    ids = list(Workspace.objects.values_list("pk", flat=True))
    return each_workspace(ids, lambda _: forget(before), what="notices.forget", in_turns=True).done
