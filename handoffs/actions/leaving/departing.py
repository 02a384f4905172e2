"""Reassign everything, then leave: rehearsed first, then done in one transaction."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.errors import BadInput, RuleSaysNo
from core.history.actions import record as tell_history
from core.history.actions import record_all
from core.notices.models import NoticeKind
from core.notices.telling import tell_people
from core.people.membership import deactivate
from core.people.models import Member, Workspace
from core.people.permissions import permit
from handoffs.actions.changing_hands import write
from handoffs.actions.leaving import holding
from handoffs.actions.leaving.planning import Planner
from handoffs.actions.leaving.plans import Plan
from handoffs.actions.scanning import take_due_steps
from handoffs.actions.standing_still import wake
from handoffs.models import Task
from lifecycle.actions.entering import locked
from lifecycle.actions.owning import give
from lifecycle.actions.owning_accounts import hand_accounts
from lifecycle.models import Record
from lifecycle.rules.owners import facts_of_change, why_not_owner

VERBS = ("people.manage", "handoff.reassign", "record.write")


def rehearse(member: Member, successor: Member | None = None, *, by: Member, at: datetime) -> Plan:
    """What would change hands if the member left now, and to whom; nothing is kept. Raises NotPermitted, BadInput."""
    with transaction.atomic():
        plan = _plan(member, successor, by, at)
        transaction.set_rollback(True)  # the turns were only looked at
    return plan


def depart(member: Member, successor: Member | None = None, *, by: Member, at: datetime) -> Plan:
    """Hand everything over and close the door behind the member, all or nothing; the plan that was carried out.

    Beats: permit, lock (records, handoffs, then the pools' turns, in the order routing takes them), plan, hand over,
    deactivate (which looks once more whether anything is left), record. Raises NotPermitted, BadInput, RuleSaysNo."""
    with transaction.atomic():
        plan = _plan(member, successor, by, at)
        if not plan.may_leave:
            facts = {"definitions": plan.definitions, "teams": list(plan.teams)}
            raise RuleSaysNo(plan.obstacles(), code="change_first", facts=facts)
        _hand_over(plan, by, at)
        given = {
            "handed_over": plan.counts,
            "to": {share.member.name: share.total for share in plan.shares},
            "successor": successor.name if successor else None,
        }
        tell_history("member.departed", member, at=at, actor=by, facts=given)
        deactivate(member, by=by, at=at)
    return plan


def _plan(member: Member, successor: Member | None, by: Member, at: datetime) -> Plan:
    """Permit, lock what the member has, and take what fell due of it before: some may be somebody else's by now."""
    for verb in VERBS:
        permit(by, verb)
    if not member.is_active:
        raise RuleSaysNo(f"{member.name} has left already.", code="already_left")
    if successor is not None:
        if successor.pk == member.pk:
            raise BadInput("Nobody succeeds themselves.", code="same_member", field="successor")
        if why_not := why_not_owner(successor):
            raise BadInput(why_not[1], code=why_not[0], field="successor")
    waiting = holding.open_handoffs_of(member).order_by("pk")
    records = holding.open_records_of(member).values_list("pk", flat=True)
    locked({*records, *waiting.values_list("record_id", flat=True)})
    take_due_steps(list(waiting.select_for_update(no_key=True).values_list("pk", flat=True)), at)
    wake(list(waiting.filter(paused_until__gt=at)), by=by, at=at)
    return Planner(Workspace.objects.get(pk=member.workspace_id), member, successor, at).plan()


def _hand_over(plan: Plan, by: Member, at: datetime) -> None:
    said = {"by": by.name, "note": f"{plan.member.name} leaves"}
    if plan.changes:
        signed = [{**change, "trace": said | change.get("trace", {})} for change in plan.changes]
        write(signed, cause="manual", by=by, at=at)
    by_heir: dict[tuple[str, Member], list[UUID]] = defaultdict(list)
    for move in plan.moves:
        by_heir[move.noun, move.to].append(move.id)
    for (noun, heir), ids in by_heir.items():
        if noun == "record":
            give(list(Record.objects.filter(pk__in=ids)), heir, by=by, at=at)
        elif noun == "account":
            hand_accounts(ids, plan.member, heir, by=by, at=at)
        elif noun == "task":
            Task.objects.filter(pk__in=ids).update(assignee=heir)
            title = f"Tasks of {plan.member.name}, who leaves ({len(ids)})"
            tell_people([heir], NoticeKind.TASK, title, about="task", number=None, by=by, at=at)
    told = [
        (
            "task.reassigned",
            "task",
            move.id,
            move.record_id,
            facts_of_change(plan.member, move.to) | {"number": move.number},
        )
        for move in plan.moves
        if move.noun == "task"
    ]
    record_all(told, at=at, actor=by)
