"""The clock's door: what was set aside is tried again when its time has come."""

import time

from celery import shared_task
from django.utils import timezone

from core.operating.heartbeats import heartbeat
from core.operating.setting_aside import try_due
from core.sql import load
from core.tenancy.sweeps import each_workspace, workspaces_with

WORKSPACES_TO_RETRY = load("core", "workspaces_to_retry")
SWEEP = "operating.retry"
BUDGET_S = 45.0  # a task ends within a minute; the rest waits for the next tick


@shared_task(name=SWEEP)
@heartbeat(SWEEP)
def retry_what_was_set_aside() -> int:
    """Try every row whose time has come, and how many there were. Safe to run any number of times at once.

    What somebody did by hand meanwhile, so that nothing is left to do, goes from the list as well."""
    until = time.monotonic() + BUDGET_S
    waiting = workspaces_with(WORKSPACES_TO_RETRY)
    return each_workspace(waiting, lambda _: try_due(timezone.now(), until=until), what=SWEEP, until=until).done
