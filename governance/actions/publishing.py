"""Publishing: one transaction writes the next version, its rows, and one event."""

from datetime import datetime

from django.db import connection

from governance.models import ChangeRequest
from handoffs.blueprint import sync_handoffs
from lifecycle.blueprint import sync_lifecycle
from revops.blueprint.models import BlueprintVersion
from revops.blueprint.versions import running_version
from revops.history.actions import record
from revops.workspaces.models import Member, Workspace
from scorecard.blueprint import sync_metrics


def write_version(workspace: Workspace, change: ChangeRequest, *, by: Member | None, at: datetime) -> BlueprintVersion:
    """Make the approved request's document the next version, and its rows the published configuration.

    The transaction carries the request's id, which is what the guard on the configuration tables asks for."""
    document = change.document
    assert document is not None, "a request without a document cannot be approved"
    number = change.base_version + 1
    version = BlueprintVersion.objects.create(
        number=number,
        document=document,
        summary=change.title,
        change_request_id=change.pk,
        published_at=at,
        published_by=by,
    )
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.change_request', %s, true)", [str(change.pk)])
        for sync in (sync_lifecycle, sync_handoffs, sync_metrics):
            sync(workspace.pk, document)
        cursor.execute("select set_config('app.change_request', '', true)")
    Workspace.objects.filter(pk=workspace.pk).update(blueprint_version=number)
    workspace.blueprint_version = number
    change.state, change.published_at, change.published_version = ChangeRequest.State.PUBLISHED, at, number
    change.save(update_fields=["state", "published_at", "published_version"])
    with running_version(number):
        record("blueprint.published", version, at=at, actor=by, facts={"version": number, "change": change.number})
    return version
