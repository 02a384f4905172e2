"""An emergency from its draft to its publication, as its three doors do it one after the other."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from blueprint.models import BlueprintVersion
from core.people.models import Member
from governance.actions.breaking_glass import publish_emergency
from governance.actions.drafting import draft, propose
from governance.models import ChangeRequest


@transaction.atomic
def break_glass(
    member: Member, *, title: str, reason: str, edits: Iterable[tuple[Sequence[Any], Any]], at: datetime
) -> BlueprintVersion:
    """Publish edits without approval; one that is refused leaves no draft."""
    change = draft(member, title=title, reason=reason, at=at, kind=ChangeRequest.Kind.EMERGENCY)
    propose(change, edits, by=member, at=at)
    return publish_emergency(change, by=member, at=at)
