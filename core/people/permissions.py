"""Who may do what: one table of verbs and roles, and the scope an API key needs for the same verb."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.errors import NotPermitted
from core.people.models import Member

EVERYONE = frozenset({"owner", "admin", "manager", "rep", "leader"})
READERS = EVERYONE | {"viewer"}  # who sees figures only sees those of all teams, and no row behind them
WORKERS = frozenset({"owner", "admin", "manager", "rep"})
LEADS = frozenset({"owner", "admin", "manager"})
ADMINS = frozenset({"owner", "admin"})

# verb -> (roles, API key scope)
PERMITS: dict[str, tuple[frozenset[str], str]] = {
    "record.read": (EVERYONE, "records:read"),
    "record.write": (WORKERS, "records:write"),
    "record.advance": (WORKERS, "records:write"),
    "record.override": (LEADS, "records:write"),
    "record.restate": (LEADS, "records:write"),
    "record.assign": (LEADS, "records:write"),
    "account.assign": (LEADS, "records:write"),  # the action knows whose side it is
    "record.import": (ADMINS, "records:write"),
    "activity.log": (WORKERS, "records:write"),
    "handoff.read": (EVERYONE, "handoffs:read"),
    "handoff.offer": (WORKERS, "handoffs:write"),
    "handoff.answer": (WORKERS, "handoffs:write"),
    "handoff.reassign": (LEADS, "handoffs:write"),
    "limbo.read": (EVERYONE - {"rep"}, "handoffs:read"),
    "task.write": (EVERYONE, "handoffs:write"),
    "task.assign": (LEADS, "handoffs:write"),  # to somebody else
    "task.complete": (EVERYONE, "handoffs:write"),
    "notice.read": (EVERYONE, "handoffs:read"),  # one's own
    "notice.write": (EVERYONE, "handoffs:write"),
    "scorecard.read": (READERS, "scorecard:read"),
    "rows.read": (EVERYONE, "scorecard:read"),
    "board.write": (READERS, "scorecard:write"),  # the action knows whose board it is
    "leak.target": (LEADS, "scorecard:write"),
    "leak.log": (EVERYONE, "scorecard:write"),  # the action knows who sees to the target
    "rates.write": (ADMINS, "rates:write"),
    "costs.write": (ADMINS, "costs:write"),
    "blueprint.read": (EVERYONE, "blueprint:read"),
    "change.propose": (EVERYONE, "changes:write"),
    "change.approve": (frozenset({"owner", "admin", "manager", "leader"}), "changes:write"),
    "change.publish": (ADMINS, "changes:write"),
    "people.read": (EVERYONE, "people:read"),
    "version.acknowledge": (EVERYONE, "changes:write"),
    "time_off.plan": (EVERYONE, "people:write"),  # the action knows who may plan for whom
    "seats.manage": (LEADS, "people:write"),  # managers in their own teams; the action knows which
    "hours.set": (EVERYONE, "people:write"),  # the action knows who may set whose
    "people.manage": (ADMINS, "people:write"),
    "workspace.manage": (ADMINS, "workspace:write"),
    "aside.read": (ADMINS, "operations:read"),
    "aside.retry": (ADMINS, "operations:write"),
    "keys.manage": (ADMINS, "keys:write"),
    "security.read": (ADMINS, "security:read"),
}

SCOPES = sorted({scope for _, scope in PERMITS.values()})


_asked: ContextVar[set[str] | None] = ContextVar("verbs_asked", default=None)


def may(member: Member, verb: str) -> bool:
    """Whether the member's role carries the verb. A key must also carry the verb's scope, and the person who made it
    must have a role that carries the verb today: nobody reaches further through a key than by themselves."""
    roles, scope = PERMITS[verb]
    key = member.came_with
    return member.is_active and member.role in roles and (key is None or (key.ceiling in roles and scope in key.scopes))


def permit(member: Member, verb: str) -> None:
    """Raise NotPermitted unless the member may."""
    if (asked := _asked.get()) is not None:
        asked.add(verb)
    if not may(member, verb):
        key, scope = member.came_with, PERMITS[verb][1]
        why = f"Your role ({member.role}) may not do this."
        if key and scope not in key.scopes:
            why = f"This key lacks the scope {scope}."
        raise NotPermitted(why, facts={"verb": verb, "role": member.role})


@contextmanager
def verbs_asked() -> Iterator[set[str]]:
    """Every verb that is permitted within, so that a repeated call can be asked for the same ones."""
    token = _asked.set(found := set())
    try:
        yield found
    finally:
        _asked.reset(token)


def lapses(verb: str, role: str | None) -> bool:
    """Whether somebody whose role becomes `role` (None: they leave) may no longer do this."""
    return role is None or role not in PERMITS[verb][0]


def permit_role(by: Member, role: str) -> None:
    """Only owners touch owners. Raises NotPermitted."""
    if role == Member.Role.OWNER and by.role != Member.Role.OWNER:
        raise NotPermitted("Only an owner may give or take the role of owner.", facts={"role": by.role})


def permit_grant(by: Member, role: str, *, field: str | None = None) -> None:
    """Raise NotPermitted unless `by` may let somebody in with `role`, or raise them to it.

    Only owners make owners. A program makes nobody who could answer a change request, and through a key nobody gets
    what the key itself has no scope for: whoever holds it would else reach further through a person of their own."""
    permit_role(by, role)
    if by.kind != Member.Kind.PERSON and role in PERMITS["change.approve"][0]:
        raise NotPermitted("A program gives no role that may answer changes.", field=field, facts={"role": role})
    needed = frozenset(scope for roles, scope in PERMITS.values() if role in roles)
    if by.came_with and (missing := needed - by.came_with.scopes):
        raise NotPermitted(
            "A key gives nobody more than it may itself.", field=field, facts={"missing": sorted(missing)}
        )
