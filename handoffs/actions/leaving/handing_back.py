"""Undoing a handover: what is still with whoever got it goes back, and the role, the seat or the absence is as before.

Each thing is looked at by itself: what was answered, won or given on meanwhile stays where it is, and says so."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Func, IntegerField, JSONField, QuerySet

from core.errors import NotFound, RuleSaysNo
from core.history.actions import record as tell_history
from core.http.paging import newest_page
from core.notices.models import Notice, NoticeKind
from core.people.membership import change_role, reactivate, remove_time_off
from core.people.models import Member, Team, TeamSeat, TimeOff
from core.people.team_seats import sit, stand_up
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.actions.leaving.plans import MOST_TOLD
from handoffs.actions.leaving.things_back import BACK, all_back
from handoffs.models import Handoff, HandoverPlan
from lifecycle.actions.entering import locked

LONG, MOST_LISTED = ("moves", "undone"), 50


def undo(plan: HandoverPlan, *, by: Member, at: datetime) -> HandoverPlan:
    """Take a handover back, once; what became of each thing is kept with it. Raises NotPermitted, RuleSaysNo."""
    occasion_of(plan).permit(by)
    with transaction.atomic():
        present = HandoverPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        refuse_undone(present)
        undo_present(present, by=by, at=at)
        present.work, present.state, present.error = HandoverPlan.Work.UNDO, HandoverPlan.State.DONE, ""
        present.save()
    return present


def refuse_undone(plan: HandoverPlan) -> None:
    """Raises RuleSaysNo for what was undone already, or was not carried out yet."""
    if plan.undone_at is not None:
        raise RuleSaysNo("This was undone already.", code="already_undone")
    if not plan.is_carried_out:
        raise RuleSaysNo("This was not carried out.", code="not_carried_out")
    if plan.is_under_way:
        raise RuleSaysNo("This is being undone.", code="being_undone")


def undo_present(present: HandoverPlan, *, by: Member, at: datetime) -> None:
    """Take a locked handover back, in a transaction; the caller saves it.

    Beats: permit, lock, undo the occasion, give back what is still there, record. Raises NotPermitted, RuleSaysNo."""
    occasion = occasion_of(present)
    occasion.permit(by)
    records = [UUID(each["id"]) for each in present.moves if each["noun"] == "record"]
    locked({*records, *Handoff.objects.filter(pk__in=_ids(present, "handoff")).values_list("record_id", flat=True)})
    _undo_occasion(occasion, present.asked, by, at)
    member = Member.objects.select_for_update(no_key=True).get(pk=present.member_id)  # nobody gets one who leaves
    if not member.is_active:
        raise RuleSaysNo(f"{member.name} has left; nothing goes back to them.", code="already_left")
    present.undone = all_back(present.moves, member, by, at)
    told = Notice.objects.filter(kind=NoticeKind.TASK, about="task", number=None, at=present.at, seen_at=None)
    told.filter(member__in=[each["to"] for each in present.moves if each["noun"] == "task"]).update(seen_at=at)
    present.undone_at, present.undone_by = at, by
    given = sum(each["outcome"] == BACK for each in present.undone)
    facts = {"kind": present.kind, "given_back": given, "stayed": len(present.undone) - given}
    tell_history("member.handover_undone", member, at=at, actor=by, facts=facts)


def plan_for(member: Member, plan_id: UUID) -> HandoverPlan:
    """One plan of a member. Raises NotFound."""
    found = HandoverPlan.objects.select_related("member", "by", "undone_by").filter(pk=plan_id, member=member).first()
    if found is None:
        raise NotFound()
    return found


def told_plan(member: Member, plan_id: UUID) -> HandoverPlan:
    """The same to be told, with its first moves. Raises NotFound."""
    found = _first_told(list(_told().filter(pk=plan_id, member=member)))
    if not found:
        raise NotFound()
    return found[0]


def told_page(member: Member, after: str, size: int) -> tuple[list[HandoverPlan], str]:
    """A page of what was handed over, newest first, each with its first moves; and the mark of the next. One query."""
    rows, following = newest_page(_told().filter(member=member), "at", after, size)
    return _first_told(rows), following


def plans_of(member: Member) -> list[HandoverPlan]:
    """The newest of what was handed over, each with how many `moved`, and no moves. One query."""
    found = HandoverPlan.objects.filter(member=member).select_related("by", "undone_by").defer(*LONG)
    counted = found.annotate(moved=Func("moves", function="jsonb_array_length", output_field=IntegerField()))
    return list(counted.order_by("-at", "-id")[:MOST_LISTED])


def _told() -> QuerySet[HandoverPlan]:
    """Plans with no more of their things than are told: one may be of a hundred thousand."""
    first = {f"first_{name}": _First(name, output_field=JSONField()) for name in LONG}
    plans: QuerySet[HandoverPlan] = HandoverPlan.objects.select_related("by").defer(*LONG).annotate(**first)
    return plans


def _first_told(plans: list[HandoverPlan]) -> list[HandoverPlan]:
    for plan in plans:
        plan.moves, plan.undone = plan.first_moves, plan.first_undone  # type: ignore[attr-defined]
    return plans


class _First(Func):
    template = f"jsonb_path_query_array(%(expressions)s, '$[0 to {MOST_TOLD - 1}]')"


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
