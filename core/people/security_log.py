"""What pages and programs read of the security log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from core.errors import BadInput
from core.history.models import SecurityEvent
from core.history.security import KINDS
from core.http.paging import newest_page

GROUPS = {
    "sign_in": "Signing in",
    "session": "Sessions",
    "password": "Passwords",
    "address": "Addresses",
    "factor": "Second factors",
    "refused": "Refusals",
    "key": "Keys",
    "invitation": "Invitations",
    "member": "People and roles",
    "export": "Files taken",
}


@dataclass(frozen=True)
class Wanted:
    """What to show: of one member, of one group or kind, from a moment on, until another."""

    member: UUID | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def condition(self) -> Q:
        """As a condition on `SecurityEvent`. Raises BadInput for a kind nobody knows."""
        kinds = [kind for kind in KINDS if self.kind in (kind, kind.partition(".")[0])]
        if self.kind and not kinds:
            raise BadInput(f"Choose one of: {', '.join([*GROUPS, *KINDS])}.", field="kind")
        asked = {"kind__in": kinds or None, "at__gte": self.since, "at__lt": self.until}
        return Q(**{name: value for name, value in asked.items() if value})


def security_events(wanted: Wanted, after: str = "", size: int = 50) -> tuple[list[SecurityEvent], str]:
    """One page, newest first, and the mark of the next; of a member both what they did and what became of them. One
    query."""
    found = SecurityEvent.objects.filter(wanted.condition()).select_related("member", "about")
    if wanted.member is None:
        return newest_page(found, "at", after, size)
    done, undergone = Q(member_id=wanted.member), Q(about_id=wanted.member)
    return newest_page(found, "at", after, size, each=[done, undergone & ~done])


def label(event: SecurityEvent) -> str:
    """What happened, in a few words."""
    return KINDS.get(event.kind, event.kind)


def sentence(event: SecurityEvent) -> str:
    """The facts in a line, for a page; programs read the facts themselves."""
    facts, about = event.facts, event.about.name if event.about and event.about_id != event.member_id else ""
    if event.kind == "refused":
        return f"{facts.get('method', '')} {facts.get('path', '')}: {facts.get('detail', '')}"
    if event.kind == "member.role_changed":
        return f"{about} from {facts.get('from', '')} to {facts.get('to', '')}".strip()
    if event.kind == "export.taken":
        return f"{facts.get('what', '')}.csv, {facts.get('rows', 0)} lines {facts.get('query', '')}".strip()
    named = [about] if about else []
    named += [str(facts[key]) for key in ("name", "email", "address", "role", "factor", "code") if facts.get(key)]
    if facts.get("prefix"):
        named.append(f"rvp_{facts['prefix']}_…")
    if isinstance(facts.get("to"), str):
        named.append(f"from {facts.get('from') or 'nothing'} to {facts['to']}")
    return ", ".join(named)
