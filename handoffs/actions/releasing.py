"""Out of limbo: what waits for nobody is offered or routed again, or its task handed to who can act."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from core.history.actions import record_all
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.sql import load
from handoffs.actions.lock_order import hold_ahead
from handoffs.actions.rerouting import Waiting, drain
from handoffs.actions.returning import offer_again
from handoffs.actions.scanning import take_due_steps
from handoffs.actions.standing_still import wake
from handoffs.models import Handoff, Task
from handoffs.queries.limbo import LimboItem, limbo_items
from lifecycle.actions.entering import locked

MOST = 1_000  # at once
LOCK_WAITING = load("handoffs", "lock_waiting")
HEIRS_OF_TASKS = load("handoffs", "heirs_of_tasks")
NOT_THERE = ("not_in_limbo", "This waits for somebody already.")
NOBODY = ("nobody_there", "Nobody who could take it is here.")
BY_HAND = ("needs_an_owner", "A person names the owner, on the record's page.")
IS_OPEN = ("offered_already", "It was offered a moment ago.")


@dataclass
class Released:
    """What became of a set: the ids that went on, and why the others did not (code, sentence)."""

    released: list[UUID] = field(default_factory=list)
    left: dict[UUID, tuple[str, str]] = field(default_factory=dict)


def release(workspace: Workspace, ids: Sequence[UUID], *, by: Member, at: datetime) -> Released:
    """Offer or route again what these ids name, as far as it is in limbo. Raises NotPermitted.

    Beats: permit, lock (records and handoffs as routing does), look once more, route, record. The queries do not grow
    with the ids, but for one round trip a seam and a set of people who returned the same."""
    permit(by, "handoff.reassign")
    outcome = Released()
    with transaction.atomic():
        found = {each.id: each for each in limbo_items(workspace, at, ids)}
        outcome.left = {each: NOT_THERE for each in ids if each not in found}
        of: dict[str, list[LimboItem]] = defaultdict(list)
        for each in found.values():
            of[each.noun].append(each)
        locked([each.id for each in of["record"]])
        _hand_over(of["task"], outcome, by, at)  # rows before turns and numbers
        if of["record"] and of["handoff"]:
            lock_waiting([each.id for each in of["handoff"]], at)
            hold_ahead()
        _offer(workspace, of["record"], outcome, by, at)
        _route(of["handoff"], outcome, by, at)
    return outcome


def _offer(workspace: Workspace, items: Sequence[LimboItem], outcome: Released, by: Member, at: datetime) -> None:
    outcome.left |= {each.id: BY_HAND for each in items if not each.is_routed}
    by_seam: dict[Any, list[UUID]] = defaultdict(list)
    for each in items:
        if each.is_routed:
            by_seam[each.seam_id].append(each.id)
    for seam_id, record_ids in by_seam.items():
        seam = blueprint_of(workspace).seams_by_id[seam_id]
        offered = {each.record_id for each in offer_again(workspace, seam, record_ids, by=by, at=at)}
        outcome.released += [each for each in record_ids if each in offered]
        outcome.left |= {each: IS_OPEN for each in record_ids if each not in offered}


def _route(items: Sequence[LimboItem], outcome: Released, by: Member, at: datetime) -> None:
    ids = [each.id for each in items]
    if not ids:
        return
    held = [each.id for each in lock_waiting(ids, at)]
    take_due_steps(held, at)  # as the scan would have, before anybody acts
    wake(list(Handoff.objects.filter(pk__in=held, paused_until__gt=at)), by=by, at=at)
    waiting = lock_waiting(ids, at)
    left = set(drain(waiting, at, cause="manual", by=by))
    went = [each.id for each in waiting if each.id not in left]
    outcome.released += went
    outcome.left |= {each: NOBODY for each in ids if each not in went}


def lock_waiting(ids: Collection[UUID], at: datetime) -> list[Waiting]:
    """Open handoffs, locked with their records; what somebody else holds is left out. One query."""
    return [Waiting(*row) for row in LOCK_WAITING.rows(handoffs=list(ids), at=at)]


def _hand_over(items: Sequence[LimboItem], outcome: Released, by: Member, at: datetime) -> None:
    """A task goes to who is above its handoff and can act, else to whoever owns the workspace."""
    ids = [each.id for each in items]
    if not ids:
        return
    found = Task.objects.filter(pk__in=ids, done_at=None).order_by("pk")
    tasks = {each.pk: each for each in found.select_for_update(no_key=True)}
    heirs = dict(HEIRS_OF_TASKS.rows(tasks=list(tasks), at=at))  # type: ignore[arg-type]
    events = []
    for key, heir_id in heirs.items():
        task = tasks[key]
        facts = {"from": str(task.assignee_id) if task.assignee_id else None, "to": str(heir_id), "number": task.number}
        task.assignee_id = heir_id
        events.append(("task.reassigned", "task", task.pk, task.record_id, facts))
    Task.objects.bulk_update([tasks[key] for key in heirs], ["assignee"])
    record_all(events, at=at, actor=by)
    outcome.released += list(heirs)
    outcome.left |= {each: NOBODY for each in ids if each not in heirs}
