"""Undoing a handover: what is still with whoever got it goes back, and the role, the seat or the absence is as before.

Each thing is looked at by itself: what was answered, won or given on meanwhile stays where it is, and says so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Func, IntegerField

from blueprint.schema.vocabularies import Category
from core.errors import NotFound, Refusal, RuleSaysNo
from core.history.actions import record as tell_history
from core.history.actions import record_all
from core.people.functions import Function
from core.people.membership import change_role, reactivate, remove_time_off
from core.people.models import Member, Team, TeamSeat, TimeOff
from core.people.team_seats import sit, stand_up
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.actions.reassigning import reassign
from handoffs.models import Handoff, HandoverPlan, Task
from lifecycle.actions.entering import locked
from lifecycle.actions.owning import give, refuse_owner
from lifecycle.actions.owning_accounts import give_sides, people_of
from lifecycle.models import Account, AccountOwner, Record
from lifecycle.rules.owners import facts_of_change

Back = Callable[[dict[str, Any], Member, Member, Member, datetime], str]
BACK, MOVED_ON = "given back", "went on meanwhile"


def undo(plan: HandoverPlan, *, by: Member, at: datetime) -> HandoverPlan:
    """Take a handover back, once; what became of each thing is kept with it.

    Beats: permit, lock, undo the occasion, give back what is still there, record. Raises NotPermitted, RuleSaysNo."""
    occasion = occasion_of(plan)
    occasion.permit(by)
    with transaction.atomic():
        present = HandoverPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        if present.undone_at is not None:
            raise RuleSaysNo("This was undone already.", code="already_undone")
        records = [UUID(each["id"]) for each in present.moves if each["noun"] == "record"]
        locked({*records, *Handoff.objects.filter(pk__in=_ids(present, "handoff")).values_list("record_id", flat=True)})
        _undo_occasion(occasion, present.asked, by, at)
        member = Member.objects.select_for_update(no_key=True).get(pk=present.member_id)  # nobody gets one who leaves
        if not member.is_active:
            raise RuleSaysNo(f"{member.name} has left; nothing goes back to them.", code="already_left")
        heirs = Member.objects.in_bulk({UUID(each["to"]) for each in present.moves})
        present.undone = [_back(each, member, heirs[UUID(each["to"])], by, at) for each in present.moves]
        present.undone_at, present.undone_by = at, by
        present.save(update_fields=["undone", "undone_at", "undone_by"])
        given = sum(each["outcome"] == BACK for each in present.undone)
        facts = {"kind": present.kind, "given_back": given, "stayed": len(present.undone) - given}
        tell_history("member.handover_undone", member, at=at, actor=by, facts=facts)
    return present


def plan_for(member: Member, plan_id: UUID) -> HandoverPlan:
    """One plan of a member. Raises NotFound."""
    found = HandoverPlan.objects.select_related("member", "by").filter(pk=plan_id, member=member).first()
    if found is None:
        raise NotFound()
    return found


def plans_of(member: Member, *, with_moves: bool) -> list[HandoverPlan]:
    """What was handed over, newest first; at most fifty, each with how many `moved`: one may be of a hundred thousand
    things, read only where they are told. One query."""
    found = HandoverPlan.objects.filter(member=member).select_related("by", "undone_by")
    counted = found.annotate(moved=Func("moves", function="jsonb_array_length", output_field=IntegerField()))
    told = counted if with_moves else counted.defer("moves", "undone")
    return list(told.order_by("-at", "-id")[:50])


def occasion_of(plan: HandoverPlan) -> Occasion:
    """Why it was handed over, as it would be asked now."""
    team = Team.objects.filter(pk=plan.asked["team"]).first() if plan.asked.get("team") else None
    to_team = Team.objects.filter(pk=plan.asked["to_team"]).first() if plan.asked.get("to_team") else None
    return Occasion(Kind(plan.kind), plan.member, plan.asked.get("role", ""), team, to_team)


def _ids(plan: HandoverPlan, noun: str) -> list[UUID]:
    return [UUID(each["id"]) for each in plan.moves if each["noun"] == noun]


def _undo_occasion(occasion: Occasion, asked: dict[str, Any], by: Member, at: datetime) -> None:
    """The role, the seat, the membership as before; what somebody has changed again since then stays as it is."""
    member = Member.objects.get(pk=occasion.member.pk)
    if occasion.kind == Kind.LEAVES:
        reactivate(member, by=by, at=at)
    elif occasion.kind == Kind.ROLE and member.role == asked.get("role"):
        change_role(member, asked["role_before"], by=by, at=at)
    elif occasion.kind == Kind.AWAY:
        for absence in TimeOff.objects.filter(pk=asked["absence"]):
            remove_time_off(absence, by=by, at=at)
    elif occasion.team is not None:
        if occasion.to_team is not None:
            stand_up(occasion.to_team, member, by=by, at=at)
        if not TeamSeat.objects.filter(team=occasion.team, member=member).exists():
            sit(occasion.team, member, weight=asked["weight"], cap=asked["cap"], by=by, at=at)


def _back(move: dict[str, Any], member: Member, heir: Member, by: Member, at: datetime) -> dict[str, Any]:
    """Give one thing back; what a rule refuses stays, and says why."""
    try:
        with transaction.atomic():
            outcome = BACKS[move["noun"]](move, member, heir, by, at)
    except Refusal as refusal:
        outcome = refusal.detail
    return {"noun": move["noun"], "number": move["number"], "outcome": outcome}


def _handoff_back(move: dict[str, Any], member: Member, heir: Member, by: Member, at: datetime) -> str:
    handoff = Handoff.objects.open().filter(pk=move["id"], assignee=heir).first()
    if handoff is None:
        return MOVED_ON
    reassign(handoff, member, by=by, at=at, note="The handover was undone")
    return BACK


def _record_back(move: dict[str, Any], member: Member, heir: Member, by: Member, at: datetime) -> str:
    found = list(Record.objects.filter(pk=move["id"], owner=heir, stage__category=Category.OPEN))
    if not found:
        return MOVED_ON
    refuse_owner(member)
    give(found, member, by=by, at=at)
    return BACK


def _account_back(move: dict[str, Any], member: Member, heir: Member, by: Member, at: datetime) -> str:
    """On the sides on which it changed hands; "" is of no side in particular."""
    refuse_owner(member)
    account = Account.objects.select_for_update(no_key=True).get(pk=move["id"])
    given = False
    for side in move.get("sides", ()):
        if side:
            given = _side_back(account, Function(side), member, heir, by, at) or given
        elif account.owner_id == heir.pk:
            Account.objects.filter(pk=account.pk).update(owner=member, updated_at=at)
            facts = facts_of_change(heir, member) | {"number": account.number}
            record_all([("account.owner_changed", "account", account.pk, None, facts)], at=at, actor=by)
            given = True
    return BACK if given else MOVED_ON


def _side_back(account: Account, side: Function, member: Member, heir: Member, by: Member, at: datetime) -> bool:
    """On one side, whether it is with whoever got it still, or nobody's since, and the member is of the side."""
    last = AccountOwner.objects.filter(account=account, function=side).order_by("-since", "-pk").first()
    if last is None or last.member_id != (heir.pk if last.until is None else member.pk):
        return False
    if member.pk not in people_of(side, [member]):
        return False
    how = {"cause": AccountOwner.Cause.HANDED_OVER, "is_named": last.is_named}
    return bool(give_sides({account.pk: member}, side, **how, by=by, at=at))


def _task_back(move: dict[str, Any], member: Member, heir: Member, by: Member, at: datetime) -> str:
    task = Task.objects.filter(pk=move["id"], assignee=heir, done_at=None).first()
    if task is None:
        return MOVED_ON
    Task.objects.filter(pk=task.pk).update(assignee=member)
    facts = facts_of_change(heir, member) | {"number": task.number}
    record_all([("task.reassigned", "task", task.pk, task.record_id, facts)], at=at, actor=by)
    return BACK


BACKS: dict[str, Back] = {
    "handoff": _handoff_back,
    "record": _record_back,
    "account": _account_back,
    "task": _task_back,
}
