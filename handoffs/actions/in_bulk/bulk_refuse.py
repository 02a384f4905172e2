"""Rejecting and recalling many."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.schema import ReasonTerms, SeamTerms
from core.businesstime import due_at
from core.history.actions import record_all
from core.notices.models import NoticeKind
from core.notices.telling import tell_people
from core.people.models import Member, Team, TimeOff
from core.people.permissions import may
from core.tenancy.numbers import take_numbers
from handoffs.actions import returning
from handoffs.actions.answering import stage_after
from handoffs.actions.in_bulk.bulk_answers import answer_all, offer_all_later
from handoffs.actions.in_bulk.bulk_rows import BulkWish, InHands
from handoffs.actions.tasking import title_of_return
from handoffs.models import Handoff, Task, TurnMove
from handoffs.rules import packet
from lifecycle.actions.advancing import carry_all


def recall_all(held: InHands, wish: BulkWish) -> None:
    """The sender takes them back."""
    for each in held.handoffs:
        each.note = wish.note
    facts = {each.pk: {"note": wish.note[:500]} for each in held.handoffs}
    answer_all(held, Handoff.State.RECALLED, note=wish.note, facts=facts, turn_back=TurnMove.Why.RECALLED)
    offer_all_later(held)


def reject_all(held: InHands, wish: BulkWish, reason: ReasonTerms) -> None:
    """Refuse them with one reason; its disposition says what happens next to each."""
    facts: dict[UUID, dict[str, Any]] = {}
    for each in held.handoffs:
        seam = held.seam(each)
        each.gaps = packet.gaps(seam.packet, each.packet) if reason.disposition == "return" else []
        returned = {"gaps": packet.labels(seam.packet, each.gaps)}
        facts[each.pk] = {"reason": reason.key, "disposition": reason.disposition, "note": wish.note[:500]} | returned
    turn_back = TurnMove.Why.REJECTED if reason.gives_turn_back else ""
    answer_all(held, Handoff.State.REJECTED, reason_id=reason.id, note=wish.note, facts=facts, turn_back=turn_back)
    leads_to = {each.pk: stage_after(held.lifecycle, each.record, reason) for each in held.handoffs}
    ways = [
        (each.record, there)
        for each in held.handoffs
        if (there := leads_to[each.pk]) and there.id != each.record.stage_id
    ]
    if ways:
        said: dict[str, Any] = {"cause": "handoff", "reason_key": reason.key, "note": wish.note}
        carry_all(held.workspace, ways, by=held.by, at=held.at, **said)
    stays = held.without({})
    stays.handoffs[:] = [each for each in held.handoffs if leads_to[each.pk] is None]
    if not stays.handoffs:
        return
    if reason.disposition == "route":  # to somebody else at once; who sent it stays so
        for seam, handoffs in stays.by_seam():
            ids = [each.record_id for each in handoffs]
            returning.offer_again(held.workspace, seam, ids, by=None, at=held.at)
        return
    _tasks_for_senders(stays, reason)
    offer_all_later(stays)


def _tasks_for_senders(held: InHands, reason: ReasonTerms) -> None:
    """Each comes back to whoever sent it as a task, with the gaps named. A handful of queries, and one for each
    sender."""
    senders = _senders(held)
    numbers = take_numbers("task", len(held.handoffs))
    tasks = []
    for number, each in zip(numbers, held.handoffs, strict=True):
        seam = held.seam(each)
        tasks.append(
            Task(
                number=number,
                kind="returned",
                title=title_of_return(each, seam, reason)[:300],
                assignee=senders[each.pk],
                handoff=each,
                record_id=each.record_id,
                due_at=due_at(seam.hours, held.at, seam.answer_minutes),
                created_at=held.at,
            )
        )
    Task.objects.bulk_create(tasks)
    told = []
    by_sender: dict[Member, list[tuple[Task, Handoff]]] = defaultdict(list)
    for task, each in zip(tasks, held.handoffs, strict=True):
        facts = {"number": task.number, "handoff": each.number, "title": task.title, "gaps": each.gaps}
        told.append(("task.created", "task", task.pk, each.record_id, facts))
        by_sender[senders[each.pk]].append((task, each))
    record_all(told, at=held.at, actor=held.by)
    for sender, those in by_sender.items():
        [(first, handoff), *more] = those
        title = f"{len(those)} handoffs came back: {reason.label.lower()}" if more else first.title
        about: dict[str, Any] = {"about": "handoff", "number": None if more else handoff.number}
        tell_people([sender], NoticeKind.RETURNED, title, due=first.due_at, **about, **held.moment)


def _senders(held: InHands) -> dict[UUID, Member]:
    """Who each comes back to, in the order in which one is looked for. Four queries."""
    people = {each.pk: each for each in Member.objects.filter(is_active=True, kind=Member.Kind.PERSON)}
    owners = sorted((each for each in people.values() if each.role == "owner"), key=lambda one: one.joined_at)
    away = _away(held.at)
    managers: dict[str, list[UUID | None]] = defaultdict(list)
    for function, manager_id in Team.objects.order_by("key").values_list("function", "manager_id"):
        managers[function].append(manager_id)
    by_address = {each.email: each for each in people.values() if each.email}

    def sender(handoff: Handoff, seam: SeamTerms) -> Member:
        line = [handoff.offered_by_id, handoff.record.owner_id, *managers[seam.from_function]]
        named = [people[each] for each in line if each in people]
        named += [by_address[seam.owner]] if seam.owner in by_address else []
        asked = [each for each in named if may(each, "handoff.offer")] + owners
        return next((each for each in asked if each.pk not in away), asked[0])

    return {each.pk: sender(each, held.seam(each)) for each in held.handoffs}


def _away(at: datetime) -> set[UUID]:
    return set(TimeOff.objects.filter(starts_at__lte=at, ends_at__gt=at).values_list("member_id", flat=True))
