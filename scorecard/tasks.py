"""The clock's door of the scorecard: readings are folded every minute where something changed."""

from datetime import datetime
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from revops.blueprint.versions import running_version
from revops.database import scanner_cursor
from revops.workspaces.models import Workspace
from revops.workspaces.scope import workspace_scope
from scorecard.actions import fold


@shared_task(name="scorecard.fold")
def fold_readings() -> int:
    """Fold every workspace with marked days; an empty pass is one look. Safe to run twice at once."""
    at = timezone.now()
    waiting = workspaces_to_fold()
    for workspace_id in waiting:
        fold_one(workspace_id, at)
    return len(waiting)


def workspaces_to_fold() -> list[UUID]:
    """The workspaces with marked days, as the scanner role sees them: ids and nothing else."""
    with scanner_cursor() as cursor:
        cursor.execute("select distinct workspace_id from scorecard_dirtyday")
        return [workspace_id for (workspace_id,) in cursor.fetchall()]


def fold_one(workspace_id: UUID, at: datetime) -> int:
    """One workspace, in its own scope and transaction."""
    workspace = Workspace.objects.get(pk=workspace_id)
    with workspace_scope(workspace), running_version(workspace.blueprint_version):
        return fold(workspace, at)
