"""The clock's door: what was set aside is tried again when its time has come; old lines of security logs go."""

import time
from functools import partial

from celery import shared_task
from django.utils import timezone

from core.operating.heartbeats import heartbeat
from core.operating.setting_aside import try_due
from core.people.forgetting import KEEPING, forget_old_lines
from core.people.models import Workspace
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


@shared_task(name="operating.forget")
@heartbeat("operating.forget")
def forget_what_is_not_kept() -> int:
    """Lines of security logs that are older than their workspace keeps them, and how many there were."""
    ids = list(Workspace.objects.filter(KEEPING).values_list("pk", flat=True))
    deed = partial(forget_old_lines, at=timezone.now())
    return each_workspace(ids, deed, what="operating.forget", in_turns=True).done
