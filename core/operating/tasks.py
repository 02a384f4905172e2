"""The clock's door: what was set aside is tried again when its time has come."""

import time
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from core.database import scanner_cursor
from core.operating.heartbeats import heartbeat
from core.operating.setting_aside import try_due
from core.sql import load
from core.tenancy.sweeps import each_workspace

WORKSPACES_TO_RETRY = load("core", "workspaces_to_retry")
BUDGET_S = 45.0  # a task ends within a minute; the rest waits for the next tick


@shared_task(name="operating.retry")
@heartbeat("operating.retry")
def retry_what_was_set_aside() -> int:
    """Try every row whose time has come, and how many there were. Safe to run any number of times at once.

    What somebody did by hand meanwhile, so that nothing is left to do, goes from the list as well."""
    until = time.monotonic() + BUDGET_S
    sweep = each_workspace(
        workspaces_with_rows_due(),
        lambda workspace: try_due(timezone.now(), until=until),
        what="operating.retry",
        until=until,
    )
    return sweep.done


def workspaces_with_rows_due() -> list[UUID]:
    """As the scanner sees them. One query."""
    with scanner_cursor() as cursor:
        cursor.execute(WORKSPACES_TO_RETRY.text)
        return [UUID(str(row[0])) for row in cursor.fetchall()]
