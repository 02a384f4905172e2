"""The clock's door of the scorecard: readings are folded every minute where something changed."""

import time

from celery import shared_task

from core.database import database_now
from core.operating.heartbeats import heartbeat
from core.sql import load
from core.tenancy.sweeps import each_workspace, workspaces_with
from scorecard.actions.folding import fold_slice

WORKSPACES_TO_FOLD = load("scorecard", "workspaces_to_fold")


UNTIL_S = 50.0  # the next pass begins a minute after this one; what is left goes on there


@shared_task(name="scorecard.fold")
@heartbeat("scorecard.fold")
def fold_readings() -> int:
    """Fold every workspace with days that wait, a slice each in turns; an empty pass is one look. Safe to run twice."""
    at = database_now()
    waiting = workspaces_with(WORKSPACES_TO_FOLD)
    until = time.monotonic() + UNTIL_S
    each_workspace(
        waiting, lambda workspace: fold_slice(workspace, at), what="scorecard.fold", until=until, in_turns=True
    )
    return len(waiting)
