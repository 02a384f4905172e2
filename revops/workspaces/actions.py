"""Founding a workspace, letting people in."""

from datetime import datetime

from django.utils.text import slugify

from revops.errors import BadInput
from revops.history.actions import record, tell
from revops.workspaces.models import Function, Member, Team, User, Workspace
from revops.workspaces.scope import workspace_scope

RESERVED_SLUGS = {"new", "api", "admin", "static", "health", "accounts", "join"}


def found_workspace(
    *, name: str, slug: str = "", founder: User, at: datetime, time_zone: str = "UTC", currency: str = "USD"
) -> Workspace:
    """Make a workspace with its founder as owner, one team per function, and version 1 of its blueprint."""
    slug = slugify(slug or name)[:50]
    if not slug or slug in RESERVED_SLUGS:
        raise BadInput("Choose a name with letters or digits in it.", field="slug")
    if Workspace.objects.filter(slug=slug).exists():
        raise BadInput("This address is taken.", code="slug_taken", field="slug")
    workspace = Workspace.objects.create(
        name=name, slug=slug, time_zone=time_zone, currency=currency.upper(), created_at=at
    )
    with workspace_scope(workspace):
        owner = Member.objects.create(
            user=founder, role=Member.Role.OWNER, name=founder.name or founder.email, email=founder.email, joined_at=at
        )
        for function in Function:
            Team.objects.create(key=function.value.replace("_", "-"), name=function.label, function=function)
        record("workspace.created", workspace, at=at, actor=owner, facts={"name": name})
        tell("workspace.created", workspace=workspace, founder=owner, at=at)
    return workspace
