"""Keys: how a program comes in. One round trip opens the tenant and finds the key, like a person's entrance.

What a caller learns: 401 speaks of the key (no key of ours by its form, revoked, expired) and only to who holds its
secret; 404 says that this key opens nothing here, and is the same, to the byte, for a workspace that does not exist,
for one that is another's, and for a secret that is wrong.
"""

import json
from datetime import date, datetime
from secrets import compare_digest
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from core.errors import NotFound, NotSignedIn
from core.history.security import origin, request_id
from core.http.requests import ClosedKey, WorkspaceRequest
from core.people.authenticate import MEMBER_COLUMNS, OPEN, WORKSPACE_COLUMNS, Entrance, columns, principal
from core.people.models import KeyInHand
from core.people.permissions import lapses
from integrations.keys import Key, read_key

SCHEME = "bearer "
KEY_COLUMNS = (
    "id", "name", "prefix", "secret_hash", "scopes::text", "per_minute", "system", "expires_at", "revoked_at",
    "last_used_on", "made_by_id",
)  # fmt: skip
BY_KEY = f"""{OPEN}
select {columns("w", WORKSPACE_COLUMNS)}, {columns("m", MEMBER_COLUMNS)},
  {columns("k", KEY_COLUMNS)}, p.role, p.is_active and u.is_active and exists (
    select from account_emailaddress e where e.user_id = u.id and e.email = u.email and e.verified)
from workspaces_workspace w
join integrations_apikey k on k.workspace_id = w.id
join workspaces_member m on m.workspace_id = w.id and m.id = k.member_id
left join workspaces_member p on p.workspace_id = w.id and p.id = k.made_by_id
left join workspaces_user u on u.id = p.user_id
where w.slug = %s and k.prefix = %s
"""
# Once a day, with a line in the security log; a twin that is writing the same day already is not waited for.
USED = """
with used as (
  update integrations_apikey set last_used_on = %(day)s where id in (
    select id from integrations_apikey where id = %(key)s and workspace_id = %(workspace)s for update skip locked)
  returning workspace_id, member_id, name, prefix
)
insert into history_securityevent (workspace_id, member_id, kind, at, facts, address, browser, request_id)
select workspace_id, member_id, 'key.used', %(at)s, jsonb_build_object('name', name, 'prefix', prefix),
  %(address)s, %(browser)s, %(request)s
from used
"""


def by_key(request: WorkspaceRequest, slug: str) -> Entrance | None:
    """A program with an API key, on API paths only. Raises NotSignedIn and NotFound; None where no key was sent."""
    given = request.headers.get("Authorization", "")
    if not request.path.startswith("/api/") or not given.lower().startswith(SCHEME):
        return None
    key = read_key(given[len(SCHEME) :].strip())
    if key is None:
        raise NotSignedIn("This is not an API key of ours: check that it was copied whole.", code="bad_key")
    with connection.cursor() as cursor:
        cursor.execute(BY_KEY, [slug, slug, key.prefix])
        row = cursor.fetchone()
        entrance, kept = _entrance(row, key)
        request.closed_key = ClosedKey(entrance.member, kept["name"], kept["prefix"])
        _refuse_closed(entrance, kept, request.at)
        del request.closed_key
        today = request.at.astimezone(ZoneInfo(entrance.workspace.time_zone)).date()
        if kept["last_used_on"] != today:
            cursor.execute(USED, _use(kept["id"], entrance.workspace.pk, request.at, today))
    return entrance


def _entrance(row: tuple[Any, ...] | None, key: Key) -> tuple[Entrance, dict[str, Any]]:
    """The member behind the key, with what the key allows. Raises NotFound for an unknown key or a wrong secret."""
    names = (*KEY_COLUMNS, "maker_role", "maker_is_here")
    kept: dict[str, Any] = dict(zip(names, row[-len(names) :], strict=True)) if row else {"secret_hash": ""}
    if not compare_digest(kept["secret_hash"], key.secret_hash) or row is None:
        raise NotFound
    entrance = principal(row)
    member = entrance.member
    member.came_with = KeyInHand(
        scopes=frozenset(_scopes(kept["scopes::text"])),
        id=kept["id"],
        label=f"{kept['name']} ({kept['prefix']})",
        system=kept["system"],
        per_minute=kept["per_minute"],
        expires_at=kept["expires_at"],
        made_by_id=kept["made_by_id"],
        ceiling=kept["maker_role"],
    )
    return entrance, kept


def _use(key_id: Any, workspace_id: Any, at: datetime, day: date) -> dict[str, Any]:
    """What `USED` writes."""
    seen = origin.get()
    return {
        "day": day,
        "at": at,
        "key": key_id,
        "workspace": workspace_id,
        "address": seen.address,
        "browser": seen.browser,
        "request": request_id.get(),
    }


def _scopes(text: str) -> list[str]:
    found: list[str] = json.loads(text)
    return found


def _refuse_closed(entrance: Entrance, kept: dict[str, Any], at: datetime) -> None:
    maker_holds_keys = kept["maker_is_here"] and not lapses("keys.manage", kept["maker_role"])
    if kept["revoked_at"] or not entrance.member.is_active or not maker_holds_keys:
        raise NotSignedIn("This key was revoked.", code="key_revoked")
    if kept["expires_at"] and kept["expires_at"] <= at:
        raise NotSignedIn("This key has expired.", code="key_expired")
