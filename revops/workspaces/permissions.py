"""Who may do what: one table of verbs and roles, and the scope an API key needs for the same verb."""

from revops.errors import NotPermitted
from revops.workspaces.models import Member

EVERYONE = frozenset({"owner", "admin", "manager", "rep", "leader"})
WORKERS = frozenset({"owner", "admin", "manager", "rep"})
LEADS = frozenset({"owner", "admin", "manager"})
ADMINS = frozenset({"owner", "admin"})

# verb -> (roles, API key scope)
PERMITS: dict[str, tuple[frozenset[str], str]] = {
    "record.read": (EVERYONE, "records:read"),
    "record.write": (WORKERS, "records:write"),
    "record.advance": (WORKERS, "records:write"),
    "record.override": (LEADS, "records:write"),
    "record.import": (ADMINS, "records:write"),
    "activity.log": (WORKERS, "records:write"),
    "handoff.read": (EVERYONE, "handoffs:read"),
    "handoff.offer": (WORKERS, "handoffs:write"),
    "handoff.answer": (WORKERS, "handoffs:write"),
    "handoff.reassign": (LEADS, "handoffs:write"),
    "limbo.read": (EVERYONE - {"rep"}, "handoffs:read"),
    "task.complete": (EVERYONE, "handoffs:write"),
    "scorecard.read": (EVERYONE, "scorecard:read"),
    "blueprint.read": (EVERYONE, "blueprint:read"),
    "change.propose": (EVERYONE, "changes:write"),
    "change.approve": (frozenset({"owner", "admin", "manager", "leader"}), "changes:write"),
    "change.publish": (ADMINS, "changes:write"),
    "people.read": (EVERYONE, "people:read"),
    "people.manage": (ADMINS, "people:write"),
    "workspace.manage": (ADMINS, "people:write"),
    "aside.read": (ADMINS, "operations:read"),
    "aside.retry": (ADMINS, "operations:write"),
    "keys.manage": (ADMINS, "people:write"),
}

SCOPES = sorted({scope for _, scope in PERMITS.values()})


def may(member: Member, verb: str) -> bool:
    """Whether the member's role carries the verb; an API key must also carry the verb's scope."""
    roles, scope = PERMITS[verb]
    scopes = getattr(member, "key_scopes", None)
    return member.is_active and member.role in roles and (scopes is None or scope in scopes)


def permit(member: Member, verb: str) -> None:
    """Raise NotPermitted unless the member may."""
    if not may(member, verb):
        raise NotPermitted(f"Your role ({member.role}) may not do this.", facts={"verb": verb, "role": member.role})
