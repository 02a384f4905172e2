"""Keys: how a program comes in. One round trip opens the tenant and finds the key, like a person's entrance.

What a caller learns: 401 speaks of the key (no key of ours by its form, revoked, expired) and only to who holds its
secret; 404 says that this key opens nothing here, and is the same, to the byte, for a workspace that does not exist,
for one that is another's, and for a secret that is wrong.
"""

import json
from secrets import compare_digest
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import NotFound, NotSignedIn
from core.history.security import origin, request_id
from core.http.requests import ClosedKey, WorkspaceRequest
from core.kept_plans import Prepared, rows_of
from core.people.authenticate import ENTER_WORKSPACE, PRINCIPAL, principal
from core.people.key_in_hand import KeyInHand
from core.people.models import Member
from core.people.permissions import lapses
from core.sql import load
from integrations.key_text import read_key

SCHEME = "bearer "
KEY_COLUMNS = load("integrations", "member_by_key").columns[2:]  # after those of the workspace and the member
MEMBER_BY_KEY = Prepared.of(ENTER_WORKSPACE), Prepared.of(load("integrations", "member_by_key").fill(**PRINCIPAL))
NOTE_USE_OF_KEY = load("integrations", "note_use_of_key")


def by_key(request: WorkspaceRequest, slug: str) -> Member | None:
    """A program with an API key, on API paths only. Raises NotSignedIn and NotFound; None where no key was sent."""
    sent = request.headers.get("Authorization", "")
    if not request.path.startswith("/api/") or not sent.lower().startswith(SCHEME):
        return None
    key = read_key(sent[len(SCHEME) :].strip())
    if key is None:
        raise NotSignedIn("This is not an API key of ours: check that it was copied whole.", code="bad_key")
    row = next(iter(rows_of(*MEMBER_BY_KEY, slug=slug, prefix=key.prefix)), ())
    kept: dict[str, Any] = {"secret_hash": ""}
    if row:
        kept = dict(zip(KEY_COLUMNS, row[-len(KEY_COLUMNS) :], strict=True))
    if not compare_digest(kept["secret_hash"], key.secret_hash) or not row:
        raise NotFound
    member = principal(row)
    member.came_with = KeyInHand(
        scopes=frozenset(json.loads(kept["scopes"])),
        id=kept["id"],
        label=f"{kept['name']} ({kept['prefix']})",
        system=kept["system"],
        per_minute=kept["per_minute"],
        expires_at=kept["expires_at"],
        made_by_id=kept["made_by_id"],
        ceiling=kept["maker_role"],
    )
    request.closed_key = ClosedKey(member, kept["name"], kept["prefix"])
    _refuse_closed(request, member, kept)
    del request.closed_key
    return member


def _refuse_closed(request: WorkspaceRequest, member: Member, kept: dict[str, Any]) -> None:
    """Refuse a key that is no longer in force, and note the first use of the day of one that is."""
    maker_holds_keys = kept["maker_is_here"] and not lapses("keys.manage", kept["maker_role"])
    if kept["revoked_at"] or not member.is_active or not maker_holds_keys:
        raise NotSignedIn("This key was revoked.", code="key_revoked")
    if kept["expires_at"] and kept["expires_at"] <= request.at:
        raise NotSignedIn("This key has expired.", code="key_expired")
    today = request.at.astimezone(ZoneInfo(member.workspace.time_zone)).date()
    if kept["last_used_on"] != today:
        seen = origin.get()
        NOTE_USE_OF_KEY.run(
            workspace=member.workspace.pk,
            key=kept["id"],
            day=today,
            at=request.at,
            address=seen.address,
            browser=seen.browser,
            request_id=request_id.get(),
        )
        request.is_use_noted = True
