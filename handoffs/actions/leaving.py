"""Who leaves must hand over first: what waits for one person alone would wait for ever."""

from datetime import datetime

from handoffs.models import Handoff, Seam, Task
from lifecycle.models import Record
from lifecycle.models.definitions import Category
from revops.errors import RuleSaysNo
from revops.workspaces.models import Member, Workspace


def refuse_while_owning(workspace: Workspace, member: Member, at: datetime) -> None:
    """Follower of `member.leaving`. Raises RuleSaysNo while the member holds open handoffs, tasks or records, or owns a
    seam; the facts count each."""
    held = {
        "open_handoffs": Handoff.objects.open().filter(assignee=member).count(),
        "open_tasks": Task.objects.filter(assignee=member, done_at=None).count(),
        "open_records": Record.objects.filter(owner=member, stage__category=Category.OPEN).count(),
        "seams": Seam.objects.filter(owner=member, is_retired=False).count(),
    }
    kept = {noun: count for noun, count in held.items() if count}
    if kept:
        listed = ", ".join(f"{count} {noun.replace('_', ' ')}" for noun, count in kept.items())
        raise RuleSaysNo(f"{member.name} still has {listed}. Hand them over first.", code="still_holds", facts=kept)
