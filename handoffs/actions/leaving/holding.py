"""What a member holds: rows that can change hands, and definitions that only a change request can give away."""

from django.db.models import Q, QuerySet

from blueprint.documents import blueprint_of
from blueprint.schema.vocabularies import Category
from core.people.models import Member, Workspace
from handoffs.models import Commitment, Handoff, Task
from lifecycle.models import Account, AccountOwner, Record


def open_handoffs_of(member: Member) -> QuerySet[Handoff]:
    """What waits for the member's answer, due first."""
    return Handoff.objects.open().filter(assignee=member).order_by("due_at", "number")


def open_tasks_of(member: Member) -> QuerySet[Task]:
    """What the member has to do, due first."""
    return Task.objects.filter(assignee=member, done_at=None).order_by("due_at", "number")


def open_records_of(member: Member) -> QuerySet[Record]:
    """Records on their way that the member takes care of."""
    return Record.objects.filter(owner=member, stage__category=Category.OPEN).order_by("number")


def open_promises_of(member: Member) -> QuerySet[Commitment]:
    """What the member has yet to keep, whosever the record is by now."""
    return Commitment.objects.filter(owner=member, decided_at=None).order_by("number")


def accounts_of(member: Member) -> QuerySet[Account]:
    """Companies the member takes care of, for a side or for none in particular."""
    own = AccountOwner.objects.filter(member=member, until=None).values("account")
    return Account.objects.filter(Q(owner=member) | Q(pk__in=own)).order_by("number")


def accounts_on(member: Member, side: str) -> QuerySet[Account]:
    """Companies the member takes care of for one side."""
    own = AccountOwner.objects.filter(member=member, function=side, until=None).values("account")
    return Account.objects.filter(pk__in=own).order_by("number")


def owned_definitions(workspace: Workspace, member: Member) -> dict[str, list[str]]:
    """Part of the blueprint → labels of what the member answers for, which only a change request gives away. No
    query when the version is known to this process."""
    if not (member.email and workspace.blueprint_version):
        return {}
    terms = blueprint_of(workspace)
    seams = [seam.label for seam in terms.seams if seam.owner == member.email]
    metrics = [metric.label for metric in terms.metrics if metric.owner == member.email]
    return {part: labels for part, labels in (("seams", seams), ("metrics", metrics)) if labels}
