"""Handoffs as lists and answers show them: read as values, since models of ten tables cost more than their page."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from blueprint.documents import blueprint_of
from blueprint.expressions.to_sql import SqlPredicate
from blueprint.schema import SeamTerms
from core.http.paging import cut, mark_of
from core.kept_plans import Prepared, rows_of
from core.sql import Fragment, load
from core.tenancy.scope import current_id
from handoffs.models import KeptHours
from handoffs.rules.allowed import Allowed, allowed

STATEMENT = load("handoffs", "handoffs_listed")
BY_ID = Prepared.of(STATEMENT.fill(keys=STATEMENT.numbers["handoffs"]))


class Company(NamedTuple):
    """Whose record it is."""

    name: str


class Person(NamedTuple):
    """A member."""

    name: str
    email: str


class Queue(NamedTuple):
    """A pool that handoffs wait in."""

    key: str
    label: str


class RecordOffered(NamedTuple):
    """The record, and its company where it has one."""

    number: int
    kind: str
    name: str
    email: str
    account: Company | None


class ListedHandoff(NamedTuple):
    """One handoff; the fields are the columns of its statement."""

    id: UUID
    number: int
    seam_id: UUID
    state: str
    record: RecordOffered
    assignee: Person | None
    queue: Queue | None
    team: str | None
    offered_at: datetime
    offered_by: Person | None
    due_at: datetime
    touch_due_at: datetime | None
    paused_until: datetime | None
    breached_at: datetime | None
    answered_at: datetime | None
    answered_by: Person | None
    first_touched_at: datetime | None
    reason: str | None
    note: str
    packet: dict[str, str]
    gaps: list[str]
    result: int | None
    clock_run: int
    sla_line: str
    hours_id: UUID | None
    blueprint_version: int
    priority: int

    @property
    def seam_terms(self) -> SeamTerms:
        """The seam as it was when the handoff was offered. No query when the version is known to this process."""
        return blueprint_of.at(current_id(), self.blueprint_version).seams_by_id[self.seam_id]

    @property
    def allowed(self) -> Allowed:
        """How long it gives, in the hours of whoever has it. No query when version and hours are known."""
        return allowed(self.seam_terms, self.sla_line, KeptHours.hours_of(self.hours_id))


def listed_page(keys: QuerySet[Any, Any], size: int) -> tuple[list[ListedHandoff], str]:
    """The page of handoffs whose ids the query gives, and the mark of the next page. One query."""
    sql, params = keys.query.sql_with_params()
    wanted = Fragment.of("key", SqlPredicate(f"array({sql})", tuple(params)))
    rows = STATEMENT.fill(keys=wanted).rows(most=size + 1)
    return cut([_listed(row) for row in rows], size, lambda row: mark_of(row.id, row.offered_at))


def listed_one(handoff_id: UUID) -> ListedHandoff:
    """One handoff by its id. One query."""
    [row] = rows_of(BY_ID, workspace=current_id(), handoffs=[handoff_id], most=1)
    return _listed(row)


def _listed(row: Sequence[Any]) -> ListedHandoff:
    told = dict(zip(ListedHandoff._fields, row, strict=True))
    number, kind, name, email, company = told["record"]
    told["record"] = RecordOffered(int(number), kind, name, email, Company(company) if company else None)
    for who in ("assignee", "offered_by", "answered_by"):
        told[who] = told[who] and Person(*told[who])
    told["queue"] = told["queue"] and Queue(*told["queue"])
    told["packet"], told["gaps"] = json.loads(told["packet"]), json.loads(told["gaps"])
    return ListedHandoff(**told)
