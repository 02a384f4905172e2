"""The security log: what who guards a workspace wants to read, written once, never changed.

What happens in a workspace is written in the transaction that does it. A refusal is written after the transaction that
it undid. What happens to an account (a sign-in, a new factor) is told to every workspace the person is a member of, by
one audited function, since no wall shows more than one of them. What strangers can cause is bounded."""

import json
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from core.history.models import SecurityEvent
from core.people.models import Member

MOST = 10  # refusals, failures or locks of one member that are written within
WITHIN = timedelta(minutes=10)
MIRRORED = ("key.", "invitation.", "member.", "export.")  # events of the history that are told here as well
KINDS = {
    "sign_in.succeeded": "Signed in",
    "sign_in.failed": "Sign-in failed",
    "sign_in.locked": "Sign-in locked",
    "session.ended": "Session ended",
    "password.changed": "Password changed",
    "password.reset": "Password set anew",
    "address.proved": "Address proved",
    "address.changed": "Address changed",
    "factor.added": "Second factor added",
    "factor.removed": "Second factor removed",
    "factor.renewed": "Recovery codes renewed",
    "factor.failed": "Second factor wrong",
    "refused": "Refused",
    "key.created": "Key made",
    "key.used": "Key used",
    "key.refused": "Closed key tried",
    "key.revoked": "Key revoked",
    "invitation.sent": "Invitation sent",
    "invitation.revoked": "Invitation taken back",
    "export.taken": "File taken",
    "member.joined": "Joined",
    "member.described": "Member renamed",
    "member.role_changed": "Role changed",
    "member.undone": "Taken back with the file",
    "member.departed": "Handed over and left",
    "member.handed_over": "Handed over",
    "member.handover_undone": "Handover undone",
    "member.deactivated": "Left",
    "member.reactivated": "Came back",
}


@dataclass(frozen=True)
class Origin:
    """Where a request came from, as far as the configured proxies can be trusted."""

    address: str = ""
    browser: str = ""


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - it is frozen
request_id: ContextVar[str] = ContextVar("request_id", default="")


def mirror(events: Iterable[tuple[str, Mapping[str, Any], UUID | None]], *, at: datetime, actor: Member | None) -> None:
    """Tell events `(kind, facts, whose membership)` of the history here as well. One query, in their transaction."""
    seen = origin.get()
    SecurityEvent.objects.bulk_create(
        SecurityEvent(
            kind=kind,
            member=actor,
            about_id=about,
            at=at,
            facts=dict(facts),
            address=seen.address,
            browser=seen.browser,
            request_id=request_id.get(),
        )
        for kind, facts, about in events
    )


def note(kind: str, *, member: Member, at: datetime, facts: Mapping[str, Any]) -> None:
    """Write what a member of the workspace in scope caused, unless they caused it ten times within ten minutes."""
    if SecurityEvent.objects.filter(member=member, kind=kind, at__gt=at - WITHIN)[:MOST].count() < MOST:
        mirror([(kind, facts, None)], at=at, actor=member)


def note_for_account(kind: str, *, user_id: UUID, at: datetime, facts: Mapping[str, Any] | None = None) -> None:
    """Write what happened to an account into each workspace it is a member of, bounded as `note` is. Needs no scope."""
    seen = origin.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "select note_account_event(%s, %s, %s, %s::jsonb, %s, %s, %s)",
            [user_id, kind, at, json.dumps(facts or {}), seen.address, seen.browser, request_id.get()],
        )
