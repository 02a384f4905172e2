"""Handoffs and tasks by whose they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from blueprint.schema import Blueprint, SeamTerms
from blueprint.schema.vocabularies import PacketType
from core.bounds import whole
from core.errors import BadInput
from core.http.paging import PAGE, newest_keys
from core.people.models import Member
from handoffs.models import Clock, Handoff, Task
from handoffs.queries import task_lists
from handoffs.queries.inbox_rows import WaitingHandoff, waiting_for
from handoffs.queries.listed import ListedHandoff, listed_one, listed_page
from handoffs.rules import packet, sla

FILTERS = ("seam", "state", "assignee", "record", "late")
SHOWN = 100  # rows of an inbox; whoever has more has another problem
AT_FIRST = 25  # of them, until more are asked for


@dataclass(frozen=True)
class HandoffSummary:
    """A handoff as lists show it. `gaps` are labels of missing packet items; `clock` running, paused, met, breached."""

    handoff: Handoff | ListedHandoff | WaitingHandoff
    seam: SeamTerms
    gaps: tuple[str, ...]
    clock: str
    countdown: sla.Countdown


def inbox(member: Member, at: datetime, size: int = AT_FIRST) -> tuple[list[HandoffSummary], int]:
    """What is the member's to answer, and what waits in a queue of their side; what a ladder raised first,
    then what is due first. And how many rows to ask for to see more, 0 when that is all; as many as these where there
    are more than an inbox shows. One query."""
    rows = waiting_for(member.pk, size + 1)
    more = min(2 * size, SHOWN) if len(rows) > size else 0
    return [card_for(handoff, at) for handoff in rows[:size]], more


def card_for(handoff: Handoff | ListedHandoff | WaitingHandoff, at: datetime) -> HandoffSummary:
    """How the handoff stands, and what is left to answer in. No query when its record and account came with it."""
    seam, due, answered = handoff.seam_terms, handoff.due_at, handoff.answered_at
    gaps = packet.labels(seam.packet, packet.gaps(seam.packet, handoff.packet))
    hours = handoff.allowed.hours
    clock, held = sla.judge(due, answered, at, hours, handoff.breached_at), handoff.paused_until
    if clock is sla.State.RUNNING and held and held > at:
        clock = sla.State.PAUSED
    left = sla.countdown(hours, due, answered, at, held)
    return HandoffSummary(handoff, seam, tuple(gaps), clock.value, left)


def handoff_numbered(number: int) -> Handoff:
    """One handoff by its number, to act on. One query. Raises NotFound."""
    found: Handoff = Handoff.objects.one(number=number)
    return found


def card_of(handoff_id: UUID, at: datetime) -> HandoffSummary:
    """One handoff, as lists show it. One query."""
    return card_for(listed_one(handoff_id), at)


def handoff_for(number: int) -> Handoff:
    """One handoff by its number, with what its page shows. One query. Raises NotFound."""
    related = ("seam", "record__stage", "record__account", "assignee", "queue", "team", "offered_by", "answered_by")
    found: Handoff = Handoff.objects.select_related(*related, "reason", "result").one(number=number)
    return found


def task_for(number: int) -> Task:
    """One task by its number. One query. Raises NotFound."""
    found: Task = Task.objects.select_related(*task_lists.RELATED).one(number=number)
    return found


def people_of_packet(seam: SeamTerms) -> list[Member]:
    """Whom an item of the packet may name. One query, none where no item names anybody."""
    if not any(item.type == PacketType.PERSON for item in seam.packet):
        return []
    return list(Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).order_by("name"))


def seam_named(blueprint: Blueprint, key: str, code: str | None = None) -> SeamTerms:
    """The seam with this key. No query. Raises BadInput."""
    seam = next((each for each in blueprint.seams if each.key == key), None)
    if seam is None:
        raise BadInput("There is no such seam.", code=code, field="seam")
    return seam


def handoff_page(
    terms: Blueprint, filters: dict[str, str], at: datetime, after: str = "", size: int = PAGE
) -> tuple[list[HandoffSummary], str]:
    """One page of the handoffs by seam key, state, assignee (id, address or `none`), record number, `late=true`; newest
    first; and the mark of the next page ("" when there is none). One query, one more where an address is given. Raises
    BadInput naming the filter that makes no sense."""
    found: QuerySet[Handoff] = Handoff.objects.all()
    if key := filters.get("seam"):
        found = found.filter(seam_id=seam_named(terms, key).id)
    if state := filters.get("state"):
        if state not in Handoff.State.values:
            raise BadInput(f"Choose one of: {', '.join(Handoff.State.values)}.", field="state")
        found = found.filter(state=state)
    if record := filters.get("record"):
        found = found.filter(record__number=whole(record, "record"))
    late = filters.get("late", "")
    if late not in ("true", "false", ""):
        raise BadInput("Say true or false.", field="late")
    holders = _with(filters.get("assignee", ""))
    if not holders:
        return [], ""
    if late == "true":
        missed: QuerySet[Any] = found.alias(missed_of=F("clocks__offered_at")).filter(missed_of__isnull=False)
        keys = newest_keys(missed, "missed_of", after, size, each=holders)
        unmarked = found.filter(_is_late_unmarked(at), pk__in=Clock.objects.unmarked(at).values("handoff_id"))
        keys = keys.union(newest_keys(unmarked, "offered_at", after, size, few=holders), all=True)
    else:
        if late:
            found = found.filter(~_is_late_unmarked(at), breached_at__isnull=True)
        keys = newest_keys(found, "offered_at", after, size, each=holders)
    rows, following = listed_page(keys, size)
    return [card_for(handoff, at) for handoff in rows], following


def _is_late_unmarked(at: datetime) -> Q:
    """Late since the last scan, which marks them."""
    return Q(state=Handoff.State.OFFERED, due_at__lt=at, breached_at__isnull=True)


def _with(assignee: str) -> list[Q]:
    """Whose they are: a part for each member with that address, and all of them when nobody is asked for."""
    if not assignee:
        return [Q()]
    if assignee == "none":
        return [Q(assignee__isnull=True)]
    if "@" in assignee:
        ids = Member.objects.filter(email=assignee.lower()).values_list("pk", flat=True)
        return [Q(assignee_id=each) for each in ids]
    try:
        return [Q(assignee_id=UUID(assignee))]
    except ValueError:
        raise BadInput("Name somebody by address.", field="assignee") from None
