"""What a member holds: rows that can change hands, and definitions that only a change request can give away."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from blueprint.documents import document
from blueprint.schema.vocabularies import Category
from core.errors import RuleSaysNo
from core.people.models import Member, Workspace
from handoffs.models import Handoff, Task
from lifecycle.models import Account, Record


def open_handoffs_of(member: Member) -> QuerySet[Handoff]:
    """What waits for the member's answer, due first."""
    return Handoff.objects.open().filter(assignee=member).order_by("due_at", "number")


def open_tasks_of(member: Member) -> QuerySet[Task]:
    """What the member has to do, due first."""
    return Task.objects.filter(assignee=member, done_at=None).order_by("due_at", "number")


def open_records_of(member: Member) -> QuerySet[Record]:
    """Records on their way that the member takes care of."""
    return Record.objects.filter(owner=member, stage__category=Category.OPEN).order_by("number")


def accounts_of(member: Member) -> QuerySet[Account]:
    """Companies the member takes care of."""
    return Account.objects.filter(owner=member).order_by("number")


def refuse_while_owning(workspace: Workspace, member: Member, at: datetime) -> None:
    """Follower of `member.leaving`. Raises RuleSaysNo while the member holds open handoffs, tasks or records, or owns a
    definition of the blueprint; the facts count each."""
    held = {
        "open_handoffs": open_handoffs_of(member).count(),
        "open_tasks": open_tasks_of(member).count(),
        "open_records": open_records_of(member).count(),
        "accounts": accounts_of(member).count(),
    }
    held |= {part: len(labels) for part, labels in named_in_blueprint(workspace, member, "owner").items()}
    kept = {noun: count for noun, count in held.items() if count}
    if kept:
        listed = ", ".join(f"{count} {noun.replace('_', ' ')}" for noun, count in kept.items())
        raise RuleSaysNo(f"{member.name} still has {listed}. Hand them over first.", code="still_holds", facts=kept)


def named_in_blueprint(workspace: Workspace, member: Member, role: str) -> dict[str, list[str]]:
    """Part of the blueprint in force → labels of what names the member there: as `owner` (seams, metrics), which only a
    change request gives away; as `member` (routing), where the next rule is asked once they are gone. No query when
    the version is known to this process."""
    found: dict[str, list[str]] = {}
    if member.email and workspace.blueprint_version:
        in_force = document(workspace.pk, workspace.blueprint_version)
        for part, label in _walk(in_force, "", role, member.email):
            found.setdefault(part, []).append(label)
    return found


def _walk(node: Any, part: str, role: str, email: str) -> Iterator[tuple[str, str]]:
    """Every definition below `node` where `role` is this address: the part it stands in, and its label."""
    if isinstance(node, dict):
        if node.get(role) == email:
            yield part, str(node.get("label") or node.get("key"))
        for key, inner in node.items():
            yield from _walk(inner, key, role, email)
    elif isinstance(node, list):
        for inner in node:
            yield from _walk(inner, part, role, email)
