"""Version 1 of a new workspace's blueprint: published by its founder, under a change request like every version."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from blueprint.documents import default_document
from core.people.models import Member, Workspace
from core.tenancy.numbers import take_numbers
from governance.actions.publishing import write_version
from governance.models import ChangeRequest


def publish_first_version(
    *, workspace: Workspace, founder: Member, at: datetime, document: dict[str, Any] | None = None
) -> None:
    """Publish the default blueprint (or `document`) as version 1; the founder owns every seam and metric at first."""
    proposed = deepcopy(document or default_document())
    for calendar in proposed["calendars"]:
        if calendar["time_zone"] == "workspace":
            calendar["time_zone"] = workspace.time_zone
    for owned in [*proposed["seams"], *proposed["metrics"]]:
        owned.setdefault("owner", founder.email)
    change = ChangeRequest.objects.create(
        number=take_numbers("change")[0],
        kind=ChangeRequest.Kind.FOUNDING,
        state=ChangeRequest.State.APPROVED,
        title="The first blueprint",
        base_version=0,
        document=proposed,
        author=founder,
        created_at=at,
        submitted_at=at,
        decided_at=at,
    )
    write_version(workspace, change, by=founder, at=at)
