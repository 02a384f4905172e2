"""Handoffs that wait for an answer, as an inbox shows them: read as values by a statement that stays prepared."""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.schema import SeamTerms
from core.kept_plans import Prepared, rows_of
from core.sql import load
from core.tenancy.scope import current_id
from handoffs.models import KeptHours
from handoffs.queries.listed import Company
from handoffs.rules.allowed import Allowed, allowed

INBOX = Prepared.of(load("handoffs", "inbox"))


class WaitingRecord(NamedTuple):
    """The record that is offered."""

    name: str
    email: str
    source: str
    score: int
    amount: Decimal | None
    currency: str
    account: Company | None


class WaitingIn(NamedTuple):
    """The pool it waits in."""

    label: str


class WaitingHandoff(NamedTuple):
    """One handoff; the fields are the columns of its statement."""

    id: UUID
    number: int
    seam_id: UUID
    record: WaitingRecord
    queue: WaitingIn | None
    due_at: datetime
    paused_until: datetime | None
    breached_at: datetime | None
    packet: dict[str, Any]
    sla_line: str
    hours_id: UUID | None
    blueprint_version: int
    priority: int

    state = "offered"
    answered_at = None

    @property
    def seam_terms(self) -> SeamTerms:
        """The seam as it was when the handoff was offered. No query when the version is known to this process."""
        return blueprint_of.at(current_id(), self.blueprint_version).seams_by_id[self.seam_id]

    @property
    def allowed(self) -> Allowed:
        """How long it gives, in the hours of whoever has it. No query when version and hours are known."""
        return allowed(self.seam_terms, self.sla_line, KeptHours.hours_of(self.hours_id))


def waiting_for(member_id: UUID, most: int) -> list[WaitingHandoff]:
    """What is a member's to answer, and what waits in a queue of their side, as the inbox orders it. One query."""
    rows = rows_of(INBOX, workspace=current_id(), member=member_id, most=most)
    return [_waiting(*row) for row in rows]


def _waiting(id: UUID, number: int, seam: UUID, record: Sequence[Any], queue: str | None, *rest: Any) -> WaitingHandoff:
    name, email, source, score, amount, currency, company = record
    money, account = amount and Decimal(amount), Company(company) if company else None
    told = WaitingRecord(name, email, source, int(score), money, currency, account)
    due_at, paused_until, breached_at, packet, *others = rest
    where = WaitingIn(queue) if queue else None
    return WaitingHandoff(id, number, seam, told, where, due_at, paused_until, breached_at, json.loads(packet), *others)
