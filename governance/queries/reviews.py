"""Who wrote a request, who may answer it, and what was published before anybody did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from core.errors import NotPermitted
from core.people.behind import has_proved_address, person_behind
from core.people.models import Member, TimeOff, Workspace
from core.people.permissions import PERMITS, may, permit
from governance.models import Authorship, ChangeRequest

Kind, State = ChangeRequest.Kind, ChangeRequest.State
# Whom a review falls to, first to last, where several may answer.
RANK = ("owner", "admin", "leader", "manager")


@dataclass(frozen=True)
class SetupNotice:
    """Said above every page while one person publishes alone."""

    since: datetime
    template: ClassVar[str] = "governance/_setup_notice.html"


def setup_notice(workspace: Workspace, member: Member) -> SetupNotice | None:
    """What stands above every page of a workspace in setup mode. No query."""
    return SetupNotice(workspace.setup_since) if workspace.setup_since else None


def author_ids(change: ChangeRequest) -> set[UUID]:
    """Everybody who opened, edited or submitted it, as they came in and as the people behind. One query."""
    pairs = Authorship.objects.filter(change=change).values_list("person_id", "principal_id")
    found = {each for pair in pairs for each in pair}
    return found | {change.author_id} if change.author_id else found


def is_author(change: ChangeRequest, member: Member) -> bool:
    """Whether the member, or the person behind, wrote any of it."""
    return bool({member.pk, person_behind(member).pk} & author_ids(change))


def refusal_of_answer(change: ChangeRequest, by: Member) -> NotPermitted | None:
    """Why this member may not answer the request, whatever their role. The database asks the same (guard_approval)."""
    if by.kind != Member.Kind.PERSON:
        return NotPermitted("A change is approved by a person.", code="not_a_person")
    if by.pk in author_ids(change):
        return NotPermitted(
            "You wrote part of this request, in person or through a key; somebody else answers it.", code="own_change"
        )
    return _unproved(by)


def why_not_approve(change: ChangeRequest, member: Member) -> str:
    """Why this member may not answer the request, or "" if they may. For the page; the action asks again."""
    if not may(member, "change.approve"):
        return f"Your role ({member.get_role_display()}) does not approve changes."
    refusal = refusal_of_answer(change, member)
    return refusal.detail if refusal else ""


def _unproved(by: Member) -> NotPermitted | None:
    if has_proved_address(by):
        return None
    return NotPermitted("Prove your e-mail address first, then you may answer.", code="address_not_proved")


def approvers_of(change: ChangeRequest) -> QuerySet[Member]:
    """Who could answer this request, by rank: active people with the role and a proved address who wrote none of it.
    Two queries. The database asks the same (answer_fault)."""
    rank = Case(*(When(role=role, then=Value(place)) for place, role in enumerate(RANK)), output_field=IntegerField())
    return (
        Member.objects.filter(is_active=True, kind=Member.Kind.PERSON, role__in=PERMITS["change.approve"][0])
        .filter(user__emailaddress__verified=True, user__emailaddress__email=F("user__email"))
        .exclude(pk__in=author_ids(change))
        .order_by(rank, "joined_at", "pk")
    )


def others_of(change: ChangeRequest) -> list[str]:
    """The names of those who could approve it, at most five: where there is one, nobody is alone."""
    return list(approvers_of(change).values_list("name", flat=True)[:5])


def reviewer_of(change: ChangeRequest, at: datetime) -> Member | None:
    """Whom the review of a change falls to: the first by rank who is here, else the first. None where all wrote it."""
    return _first_here(list(approvers_of(change)), at)


def above_reviewer(change: ChangeRequest, at: datetime) -> Member | None:
    """Who follows up a review that is late: an owner who is here and is not the reviewer, else whoever else could
    review it, else the owner."""
    owners = list(
        Member.objects.filter(role=Member.Role.OWNER, is_active=True, user__isnull=False).order_by("joined_at")
    )
    reviewer = change.review_task.assignee_id if change.review_task else None
    others = [each for each in (*owners, *approvers_of(change)) if each.pk != reviewer]
    return _first_here(others or owners, at)


def _first_here(able: list[Member], at: datetime) -> Member | None:
    away = set(
        TimeOff.objects.filter(member__in=able, starts_at__lte=at, ends_at__gt=at).values_list("member_id", flat=True)
    )
    return next((each for each in able if each.pk not in away), able[0] if able else None)


def unanswered(published: QuerySet[ChangeRequest] | None = None) -> QuerySet[ChangeRequest]:
    """What is in force though nobody but its authors agreed: unreviewed emergencies, unconfirmed setup changes."""
    found = ChangeRequest.objects.all() if published is None else published
    return found.filter(Q(kind=Kind.EMERGENCY) | Q(in_setup=True), state=State.PUBLISHED, approvals__isnull=True)


def setup_changes(member: Member) -> QuerySet[ChangeRequest]:
    """Everything published in setup mode, oldest first. Two queries with their answers."""
    permit(member, "blueprint.read")
    found = ChangeRequest.objects.filter(in_setup=True, state=State.PUBLISHED).select_related("author")
    return found.prefetch_related("approvals__member").defer("document").order_by("number")


def refusal_of_ending(member: Member) -> NotPermitted | None:
    """Why this member, who may answer changes, may not end setup mode. Three queries at most."""
    if member.kind != Member.Kind.PERSON:
        return NotPermitted("Setup mode is ended by a person.", code="not_a_person")
    requests = ChangeRequest.objects.all()
    alone = requests.filter(Q(authorship__person=member) | Q(author=member), in_setup=True)
    if requests.filter(kind=Kind.FOUNDING, author=member).exists() or alone.exists():
        return NotPermitted(
            "A second approver ends it: somebody who did not found the workspace and published nothing alone. Invite "
            "one.",
            code="not_second",
        )
    return _unproved(member)


def why_not_end_setup(member: Member) -> str:
    """The same for the page, or "" if they may."""
    if not may(member, "change.approve"):
        return f"Your role ({member.get_role_display()}) does not approve changes; who does ends it."
    refusal = refusal_of_ending(member)
    return refusal.detail if refusal else ""
