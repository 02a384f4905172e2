"""Coming in: who is asking, for which workspace. One round trip finds the member and sets the tenant."""

from typing import Any

from django.contrib.auth import logout

from core.http.requests import WorkspaceRequest
from core.people.models import Member, Workspace
from core.sql import in_one_trip, load

WORKSPACE_COLUMNS = (
    *("id", "slug", "name", "time_zone", "currency", "blueprint_version", "setup_since", "created_at"),
    *("sample_of_id", "security_log_days"),
)
MEMBER_COLUMNS = ("id", "workspace_id", "user_id", "kind", "role", "name", "email", "external_key", "is_active")
# What a statement that finds a principal is filled with: `principal` reads its rows.
PRINCIPAL = {
    "workspace_columns": ", ".join(f"w.{name}" for name in WORKSPACE_COLUMNS),
    "member_columns": ", ".join(f"m.{name}" for name in MEMBER_COLUMNS),
}
ENTER_WORKSPACE = load("core", "enter_workspace")
MEMBER_BY_SESSION = in_one_trip(ENTER_WORKSPACE, load("core", "member_by_session").fill(**PRINCIPAL))


def principal(row: tuple[Any, ...]) -> Member:
    """The member with their workspace, from a row that begins with the columns of both."""
    split = len(WORKSPACE_COLUMNS)
    member = Member.from_db("default", MEMBER_COLUMNS, row[split : split + len(MEMBER_COLUMNS)])
    member.workspace = Workspace.from_db("default", WORKSPACE_COLUMNS, row[:split])
    return member


def by_session(request: WorkspaceRequest, slug: str) -> Member | None:
    """A signed-in person who is a member and has proved their address; without proof the session ends here. One query
    beside the session's own two."""
    if not request.user.is_authenticated:
        return None
    for row in MEMBER_BY_SESSION.rows(slug=slug, user=request.user.pk):
        *_, unseen, is_proved = row
        if is_proved:
            member = principal(row)
            member.unseen_notices = unseen
            return member
        logout(request)
    return None
