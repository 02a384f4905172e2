"""Coming in: who is asking, for which workspace. One round trip finds the member and sets the tenant."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import logout
from django.db import connection

from core.http.requests import WorkspaceRequest
from core.people.models import Member, Workspace

WORKSPACE_COLUMNS = ("id", "slug", "name", "time_zone", "currency", "blueprint_version", "setup_since", "created_at")
MEMBER_COLUMNS = ("id", "workspace_id", "user_id", "kind", "role", "name", "email", "external_key", "is_active")


@dataclass(frozen=True)
class Entrance:
    """A principal who came in."""

    workspace: Workspace
    member: Member


def columns(alias: str, names: tuple[str, ...]) -> str:
    """A select list."""
    return ", ".join(f"{alias}.{name}" for name in names)


# Two statements in one round trip: the first opens the wall for this workspace only, the second looks inside.
OPEN = "select set_config('app.workspace_id', id::text, true) from workspaces_workspace where slug = %s;"
BY_USER = f"""{OPEN}
select {columns("w", WORKSPACE_COLUMNS)}, {columns("m", MEMBER_COLUMNS)}, exists (
  select from account_emailaddress e join workspaces_user u on u.id = e.user_id and u.email = e.email
  where e.user_id = m.user_id and e.verified)
from workspaces_workspace w join workspaces_member m on m.workspace_id = w.id
where w.slug = %s and m.user_id = %s and m.is_active
"""


def principal(row: tuple[Any, ...]) -> Entrance:
    """Workspace and member from one row of `WORKSPACE_COLUMNS` then `MEMBER_COLUMNS`."""
    split = len(WORKSPACE_COLUMNS)
    workspace = Workspace.from_db("default", WORKSPACE_COLUMNS, row[:split])
    member = Member.from_db("default", MEMBER_COLUMNS, row[split : split + len(MEMBER_COLUMNS)])
    member.workspace = workspace
    return Entrance(workspace, member)


def by_session(request: WorkspaceRequest, slug: str) -> Entrance | None:
    """A signed-in person who is a member and has proved their address; without proof the session ends here. One query
    beside the session's own two."""
    user = request.user
    if not user.is_authenticated:
        return None
    with connection.cursor() as cursor:
        cursor.execute(BY_USER, [slug, slug, user.pk])
        row = cursor.fetchone()
    if row and not row[-1]:
        logout(request)
        return None
    return principal(row) if row else None
