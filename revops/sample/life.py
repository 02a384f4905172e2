"""The company's calendar of things still to happen, each at its own moment and in its own transaction."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from heapq import heappop, heappush
from itertools import count
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of
from core.businesstime import WorkingCalendar, due_at
from core.errors import Refusal
from core.history.actions import running_version
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope

Deed = Callable[..., object]  # of the life, the moment it happens, and whatever it was planned with
Then = Callable[["Life", int, Member, datetime], None]  # a record by its number, whose it is now, and since when
STEP = timedelta(minutes=10)


@dataclass
class Life:
    """What is still to happen: (when, order, what). People act in working hours, leads come when they like."""

    workspace: Workspace
    chance: random.Random
    until: datetime
    people: dict[str, Member]
    agenda: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    emails: set[str] = field(default_factory=set)
    tasks: set[UUID] = field(default_factory=set)  # whose end is planned
    renewals: set[UUID] = field(default_factory=set)  # handoffs whose answer is planned
    accepted: dict[str, "Then"] = field(default_factory=dict)  # by seam: what the receiver does with it

    @cached_property
    def hours(self) -> WorkingCalendar:
        """The office's hours: those of the first seam."""
        with workspace_scope(self.workspace):
            return blueprint_of(self.workspace).seams[0].hours

    def later(self, at: datetime, deed: Deed, *planned: Any) -> None:
        """Put a deed on the calendar unless it lies in the future."""
        if at < self.until:
            heappush(self.agenda, (at, next(self.order), partial(deed, self, at, *planned)))

    def at_work(self, at: datetime, minutes: int, deed: Deed, *planned: Any) -> None:
        """Put a deed on the calendar, so many working minutes from `at`."""
        self.later(due_at(self.hours, at, minutes), deed, *planned)

    def days_at_work(self, at: datetime, days: int, deed: Deed, *planned: Any) -> None:
        """Put a deed on the calendar some days from `at`, at some time when people work."""
        self.at_work(at + timedelta(days=days), self.chance.randint(5, 300), deed, *planned)

    def working_minutes_ago(self, minutes: int) -> datetime:
        """The latest moment from which so many working minutes have gone by until the end."""
        at = self.until
        while due_at(self.hours, at, minutes) > self.until:
            at -= STEP
        return at

    def live(self, tell: Callable[[datetime], None]) -> None:
        """Let everything happen in order; `tell` hears of each day."""
        day = None
        while self.agenda:
            at, _, deed = heappop(self.agenda)
            if at.date() != day:
                day = at.date()
                tell(at)
            self._let_happen(deed)

    def _let_happen(self, deed: Callable[[], object]) -> None:
        # the gate may say no: that is how it would have gone, too
        with suppress(Refusal), workspace_scope(self.workspace), running_version(self.workspace.blueprint_version):
            deed()
