"""One change request, with everything that is worked out of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from blueprint.differences import Edit, sides_of
from blueprint.paths import Document
from core.history.models import NO_RECORD, Event
from core.people.models import Member
from core.people.permissions import permit
from governance.checks import ORDER, Finding, run_checks, verdict_of
from governance.models import Approval, Authorship, ChangeRequest, CheckResult, Impact
from governance.queries.proposals import base_of, edits_of, proposed_by
from governance.queries.workspace_facts import facts_of
from handoffs.models import Retiming
from lifecycle.models import Rescoring


def change_for(member: Member, number: int) -> ChangeRequest:
    """One request by its number. Raises NotFound."""
    permit(member, "blueprint.read")
    known = ChangeRequest.objects.select_related("author", "rolls_back", "review_task__assignee")
    found: ChangeRequest = known.one(number=number)
    return found


class Followers(NamedTuple):
    """What follows a published version in the background: open records are asked anew; open clocks are retimed, None
    where publishing did all of them."""

    walk: Rescoring | None = None
    retiming: Retiming | None = None


class ChangeDetail:
    """A change request, with its edits, what the checks say, its answers, and the state of its impact. Nothing is asked
    of the database before it is read."""

    def __init__(self, change: ChangeRequest) -> None:
        self.change = change

    def __getattr__(self, name: str) -> Any:
        return getattr(self.change, name)

    @cached_property
    def edits(self) -> list[Edit]:
        """What it would change."""
        return edits_of(self.change)

    @cached_property
    def proposed(self) -> Document:
        """The document it proposes."""
        return proposed_by(self.change, self.edits)

    @property
    def sides(self) -> tuple[str, ...]:
        """Which teams' parts it touches."""
        return sides_of(self.proposed, self.edits)

    @cached_property
    def checks(self) -> list[Finding]:
        """What each check says: kept with a submitted request, worked out afresh for a draft. One to seven queries."""
        if self.change.state == ChangeRequest.State.DRAFT:
            return run_checks(base_of(self.change), self.proposed, facts_of)
        rows = sorted(CheckResult.objects.filter(change=self.change), key=lambda row: ORDER.index(row.key))
        return [Finding(row.key, row.label, row.verdict, row.detail) for row in rows]

    @property
    def verdict(self) -> str:
        """The worst of it."""
        return verdict_of(self.checks)

    @cached_property
    def trail(self) -> QuerySet[Authorship]:
        """Everything its authors did, in order; none of the people in it may answer it."""
        return Authorship.objects.filter(change=self.change).select_related("person", "principal").order_by("position")

    @cached_property
    def answers(self) -> QuerySet[Approval]:
        """Who answered, in order."""
        return Approval.objects.filter(change=self.change).select_related("member").order_by("at")

    @property
    def timeline(self) -> QuerySet[Event]:
        """Everything that happened to it, oldest first."""
        return Event.objects.filter(NO_RECORD, subject_id=self.change.pk).select_related("actor").order_by("at", "id")

    @cached_property
    def impact(self) -> Impact | None:
        """The impact asked for last."""
        return Impact.objects.filter(change=self.change).order_by("-asked_at").first()

    @cached_property
    def followers(self) -> Followers:
        """How far what was there has followed the version it was published as. Two queries."""
        number = self.change.published_version
        if number is None:
            return Followers()
        walks = Rescoring.objects.filter(cause=Rescoring.Cause.PUBLISHED, blueprint_version=number)
        return Followers(walks.order_by("-started_at").first(), Retiming.objects.filter(version=number).first())

    @property
    def review(self) -> dict[str, Any] | None:
        """Whether what was published alone still waits for somebody's yes, and the task that asks for it. None where
        somebody agreed before it was published."""
        if not self.change.was_published_alone:
            return None
        return {"is_waiting": not self.answers, "task": self.change.review_task}
