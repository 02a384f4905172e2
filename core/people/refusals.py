"""Telling the security log what was refused, after the transaction that the refusal undid."""

from typing import Any

from core.history.security import note
from core.http.requests import WorkspaceRequest
from core.people.models import Member
from core.tenancy.scope import workspace_scope


def note_refusal(request: WorkspaceRequest) -> None:
    """Write it, where a member is known: theirs, or the one a closed key belongs to. At most ten within ten minutes of
    each, so that refusals do not fill the log."""
    member: Member | None = getattr(request, "member", None)
    facts: dict[str, Any] = {"method": request.method, "path": request.path[:200]}
    if refusal := getattr(request, "refusal", None):
        facts |= {"code": refusal.code, "detail": refusal.detail[:200]}
    kind = "refused"
    if member is None and (closed := getattr(request, "closed_key", None)):
        member, kind = closed.member, "key.refused"
        facts |= {"name": closed.name, "prefix": closed.prefix}
    if member is not None:
        with workspace_scope(member.workspace_id):
            note(kind, member=member, at=request.at, facts=facts)
