"""The clock's door of the scorecard: readings are folded every minute where something changed."""

from celery import shared_task

from core.database import database_now
from core.operating.heartbeats import heartbeat
from core.sql import load
from core.tenancy.sweeps import each_workspace, workspaces_with
from scorecard.actions import fold

WORKSPACES_TO_FOLD = load("scorecard", "workspaces_to_fold")


@shared_task(name="scorecard.fold")
@heartbeat("scorecard.fold")
def fold_readings() -> int:
    """Fold every workspace with marked days; an empty pass is one look. Safe to run twice at once."""
    at = database_now()
    waiting = workspaces_with(WORKSPACES_TO_FOLD)
    each_workspace(waiting, lambda workspace: fold(workspace, at), what="scorecard.fold")
    return len(waiting)
