"""A change request with everything that is worked out of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from blueprint.differences import Edit, sides_of
from blueprint.paths import Document
from governance.checks.finding import Finding
from governance.models import Approval, Authorship, ChangeRequest, Impact
from governance.queries.authors import trail_of
from governance.queries.changes import Checked, approvals_of, checks_of, newest_impact
from governance.queries.proposals import edits_of, proposed_by
from handoffs.models import Task
from lifecycle.models import Rescoring
from lifecycle.queries import walk_of


@dataclass(frozen=True)
class Review:
    """Whether what was published alone still waits for somebody's yes, and the task that asks for it."""

    is_waiting: bool
    task: Task | None


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
    def _checked(self) -> Checked:
        return checks_of(self.change)

    @property
    def checks(self) -> tuple[Finding, ...]:
        """What each check says."""
        return self._checked.findings

    @property
    def verdict(self) -> str:
        """The worst of it."""
        return self._checked.verdict

    @property
    def trail(self) -> QuerySet[Authorship]:
        """Who did what to it, in order; none of the people in it may answer it."""
        return trail_of(self.change)

    @property
    def answers(self) -> QuerySet[Approval]:
        """Who answered, in order."""
        return approvals_of(self.change)

    @property
    def impact(self) -> Impact | None:
        """The impact asked for last."""
        return newest_impact(self.change)

    @property
    def walk(self) -> Rescoring | None:
        """How far open records have followed the version it was published as."""
        return walk_of(self.change.published_version) if self.change.published_version else None

    @property
    def review(self) -> Review | None:
        """None where somebody agreed before it was published."""
        is_alone = self.change.in_setup or self.change.kind == ChangeRequest.Kind.EMERGENCY
        if self.change.state != ChangeRequest.State.PUBLISHED or not is_alone:
            return None
        return Review(not approvals_of(self.change).exists(), self.change.review_task)
