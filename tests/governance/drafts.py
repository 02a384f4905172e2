"""A change that is drafted, approved by somebody else and published, for tests of what comes after."""

from datetime import datetime
from typing import Any

from core.people.models import Workspace
from governance.actions.deciding import approve
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.submitting import submit
from governance.models import ChangeRequest, Impact
from tests.cast import MONDAY_10, Cast


def published(cast: Cast, edits: list[tuple[list[Any], Any]], at: datetime = MONDAY_10) -> Workspace:
    """Acme with these edits in force from a moment on."""
    publish(approved(cast, edits, at), by=cast.ada, at=at)
    return Workspace.objects.get(pk=cast.acme.pk)


def approved(cast: Cast, edits: list[tuple[list[Any], Any]], at: datetime) -> ChangeRequest:
    """These edits, agreed to and to be published."""
    change = draft(cast.dana, title="Something else", reason="We try it", edits=edits, at=at)
    submit(change, by=cast.dana, at=at)
    Impact.objects.filter(change=change).update(state=Impact.State.DONE, progress_ratio=1)
    approve(change, by=cast.vera, at=at, note="Fine")
    return change
