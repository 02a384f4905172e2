"""Reassign everything, then leave: rehearsed first, then done in one transaction."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.errors import BadInput, RuleSaysNo
from core.history.actions import record as tell_history
from core.history.actions import record_all
from core.people.membership import deactivate
from core.people.models import Member, Workspace
from core.people.permissions import permit
from handoffs.actions.leaving import holding
from handoffs.actions.leaving.planning import Planner
from handoffs.actions.leaving.plans import Move, Plan
from handoffs.actions.reassign_late import write
from handoffs.actions.scanning import take_due_steps
from handoffs.models import Task
from lifecycle.actions.entering import locked
from lifecycle.actions.owning import give
from lifecycle.models import Account, Record
from lifecycle.rules.owners import facts_of_change, why_not_owner

VERBS = ("people.manage", "handoff.reassign", "record.write")


def rehearse(member: Member, successor: Member | None = None, *, by: Member, at: datetime) -> Plan:
    """What would change hands if the member left now, and to whom; nothing is kept. Raises NotPermitted, BadInput."""
    _permit(member, successor, by)
    with transaction.atomic():
        _hold(member, at)
        plan = Planner(_workspace(member), member, successor, at).plan()
        transaction.set_rollback(True)  # the turns were only looked at
    return plan


def depart(member: Member, successor: Member | None = None, *, by: Member, at: datetime) -> Plan:
    """Hand everything over and close the door behind the member, all or nothing; the plan that was carried out.

    Beats: permit, lock (records, handoffs, then the pools' turns, in the order routing takes them), plan, hand over,
    deactivate (which looks once more whether anything is left), record. Raises NotPermitted, BadInput, RuleSaysNo."""
    _permit(member, successor, by)
    with transaction.atomic():
        _hold(member, at)
        plan = Planner(_workspace(member), member, successor, at).plan()
        if not plan.may_leave:
            facts = {"definitions": plan.definitions, "teams": list(plan.teams)}
            raise RuleSaysNo(plan.obstacles(), code="change_first", facts=facts)
        _hand_over(plan, by, at)
        tell_history("member.departed", member, at=at, actor=by, facts=_facts(plan))
        deactivate(member, by=by, at=at)
    return plan


def _permit(member: Member, successor: Member | None, by: Member) -> None:
    for verb in VERBS:
        permit(by, verb)
    if not member.is_active:
        raise RuleSaysNo(f"{member.name} has left already.", code="already_left")
    if successor is not None:
        if successor.pk == member.pk:
            raise BadInput("Nobody succeeds themselves.", code="same_member", field="successor")
        if why_not := why_not_owner(successor):
            raise BadInput(why_not[1], code=why_not[0], field="successor")


def _workspace(member: Member) -> Workspace:
    return Workspace.objects.get(pk=member.workspace_id)


def _hold(member: Member, at: datetime) -> None:
    """Lock what the member has, and take what fell due of it before: some of it may be somebody else's by now."""
    waiting = holding.open_handoffs_of(member).order_by("pk")
    locked(
        {
            *holding.open_records_of(member).values_list("pk", flat=True),
            *waiting.values_list("record_id", flat=True),
        }
    )
    take_due_steps(list(waiting.select_for_update(no_key=True).values_list("pk", flat=True)), at)


def _hand_over(plan: Plan, by: Member, at: datetime) -> None:
    if plan.changes:
        signed = [{**change, "trace": {"by": by.name, **change["trace"]}} for change in plan.changes]
        write(signed, cause="manual", by=by, at=at)
    for heir, ids in _by_heir(plan.of("record")).items():
        give(list(Record.objects.filter(pk__in=ids)), heir, by=by, at=at)
    for heir, ids in _by_heir(plan.of("account")).items():
        Account.objects.filter(pk__in=ids).update(owner=heir, updated_at=at)
    for heir, ids in _by_heir(plan.of("task")).items():
        Task.objects.filter(pk__in=ids).update(assignee=heir)
    told = [
        *_told(plan, "account", "account.owner_changed"),
        *_told(plan, "task", "task.reassigned"),
    ]
    record_all(told, at=at, actor=by)


def _by_heir(moves: Iterable[Move]) -> dict[Member, list[UUID]]:
    found: dict[Member, list[UUID]] = {}
    for move in moves:
        found.setdefault(move.to, []).append(move.id)
    return found


def _told(plan: Plan, noun: str, kind: str) -> Iterator[tuple[str, str, UUID, UUID | None, dict[str, object]]]:
    for move in plan.of(noun):
        facts = facts_of_change(plan.member, move.to) | {"number": move.number}
        yield kind, noun, move.id, move.record_id, facts


def _facts(plan: Plan) -> dict[str, object]:
    return {
        "handed_over": plan.counts,
        "to": {share.member.name: share.total for share in plan.shares},
        "successor": plan.successor.name if plan.successor else None,
    }
