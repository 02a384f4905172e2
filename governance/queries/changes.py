"""Change requests as pages and the API read them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from blueprint.paths import Document
from core.errors import NotFound
from core.history.models import Event
from core.people.models import Member
from core.people.permissions import may, permit
from governance.checks import ORDER, Finding, WorkspaceFacts, run_checks, verdict_of
from governance.models import Approval, ChangeRequest, CheckResult, Impact
from governance.queries.authors import refusal_of_answer
from governance.queries.proposals import base_of, proposed_by
from governance.queries.reviews import unanswered
from governance.queries.world import world_of

OPEN = (ChangeRequest.State.DRAFT, ChangeRequest.State.REVIEW, ChangeRequest.State.APPROVED)


@dataclass(frozen=True)
class Checked:
    """What the checks say of a request, and the worst of it."""

    findings: tuple[Finding, ...]
    verdict: str


@dataclass(frozen=True)
class Counts:
    """How many requests wait for whom."""

    open: int
    review: int
    approved: int
    closed: int
    unreviewed: int


def changes(member: Member, state: str = "") -> QuerySet[ChangeRequest]:
    """Requests, newest first; `state` is a state, "open", "closed", "unreviewed" (published before
    anybody but its authors agreed) or blank for all."""
    permit(member, "blueprint.read")
    found = ChangeRequest.objects.select_related("author").order_by("-number")
    if state == "open":
        return found.filter(state__in=OPEN)
    if state == "closed":
        return found.exclude(state__in=OPEN)
    if state == "unreviewed":
        return unanswered(found)
    return found.filter(state=state) if state else found


def counts_by_state(member: Member) -> Counts:
    """Requests by state. One query."""
    permit(member, "blueprint.read")
    waiting = Count("id", filter=Q(pk__in=unanswered().values("pk")))
    rows = ChangeRequest.objects.order_by().values_list("state").annotate(count=Count("id"), waiting=waiting)
    found = {state: (count, waiting) for state, count, waiting in rows}
    counted = {state: count for state, (count, _) in found.items()}
    is_open = sum(counted.get(state, 0) for state in OPEN)
    return Counts(
        is_open,
        counted.get(ChangeRequest.State.REVIEW, 0),
        counted.get(ChangeRequest.State.APPROVED, 0),
        sum(counted.values()) - is_open,
        sum(waiting for _, waiting in found.values()),
    )


def change_for(member: Member, number: int) -> ChangeRequest:
    """One request by its number. Raises NotFound."""
    permit(member, "blueprint.read")
    found = (
        ChangeRequest.objects.select_related("author", "rolls_back", "review_task__assignee")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def checks_of(change: ChangeRequest) -> Checked:
    """What the checks say: kept with a submitted request, worked out afresh for a draft. One to seven queries."""
    if change.state == ChangeRequest.State.DRAFT:
        findings = tuple(check_document_of(base_of(change), proposed_by(change)))
    else:
        rows = sorted(CheckResult.objects.filter(change=change), key=lambda row: ORDER.index(row.key))
        findings = tuple(Finding(row.key, row.label, row.verdict, row.detail) for row in rows)
    return Checked(findings, verdict_of(findings))


def check_document_of(base: Document, proposed: Document) -> list[Finding]:
    """The checks of any document against the version in force."""
    try:
        world = world_of(base, proposed)
    except (KeyError, TypeError, AttributeError):  # not the shape of a blueprint: the first check says where
        world = WorkspaceFacts()
    return run_checks(base, proposed, world)


def newest_impact(change: ChangeRequest) -> Impact | None:
    """The impact asked for last."""
    return Impact.objects.filter(change=change).order_by("-asked_at").first()


def timeline_of(change: ChangeRequest) -> QuerySet[Event]:
    """Everything that happened to the request, oldest first."""
    return Event.objects.filter(subject_id=change.pk).select_related("actor").order_by("at", "id")


def approvals_of(change: ChangeRequest) -> QuerySet[Approval]:
    """Who answered, in order."""
    return Approval.objects.filter(change=change).select_related("member").order_by("at")


def why_not_approve(change: ChangeRequest, member: Member) -> str:
    """Why this member may not answer the request, or "" if they may. For the page; the action asks again."""
    if not may(member, "change.approve"):
        return f"Your role ({member.get_role_display()}) does not approve changes."
    refusal = refusal_of_answer(change, member)
    return refusal.detail if refusal else ""
