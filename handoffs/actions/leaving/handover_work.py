"""Handovers that are too large for one request: a worker carries them out, or undoes them, all or nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from core.errors import BadInput, NotPermitted, WorldMovedOn
from core.people.models import Member, Team, Workspace
from core.sql import load
from handoffs.actions.leaving.departing import (
    carry_out,
    hand_over,
    refuse_change_first,
    refuse_handover,
)
from handoffs.actions.leaving.handing_back import occasion_of, refuse_undone, undo, undo_present
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.actions.leaving.plans import Plan
from handoffs.actions.worker_orders import MOST_AT_ONCE, Job, wake_worker, work_on_first
from handoffs.models import HandoverPlan

TASK = "handoffs.carry_out_handovers"
HANDOVER_WORKSPACES = load("handoffs", "handover_workspaces")
Work, State = HandoverPlan.Work, HandoverPlan.State


def start_handover(
    occasion: Occasion, successor: Member | None = None, *, by: Member, at: datetime
) -> tuple[Plan | None, HandoverPlan]:
    """Hand over at once, or ask a worker where it is too much for a request: the plan that was carried out, None where
    a worker makes it, and the handover with its state. Who asks for the same once more gets what is under way.

    Raises NotPermitted, BadInput, RuleSaysNo; WorldMovedOn while another handover of theirs is under way."""
    refuse_handover(occasion, successor, by)
    present = _under_way(occasion.member)
    if present is None and not occasion.holds_more_than(MOST_AT_ONCE):
        return hand_over(occasion, successor, by=by, at=at)
    refuse_change_first(occasion, by.workspace)
    asked = _request(occasion, successor)
    if present is None:
        order = HandoverPlan(member=occasion.member, kind=occasion.kind, at=at, by=by, request=asked)
        order.state = State.WAITING
        HandoverPlan.objects.bulk_create([order], ignore_conflicts=True)  # somebody may ask at the same moment
        wake_worker(TASK)
        present = _under_way(occasion.member)
    if present is None or (present.work, present.kind, present.request) != (Work.HAND_OVER, occasion.kind, asked):
        raise _busy(occasion.member)
    return None, present


def start_undo(plan: HandoverPlan, *, by: Member, at: datetime) -> HandoverPlan:
    """Take a handover back at once, or ask a worker; one that is being taken back stays as it is. Raises NotPermitted,
    RuleSaysNo; WorldMovedOn while another handover of theirs is under way."""
    occasion_of(plan).permit(by)
    if plan.work == Work.UNDO and plan.is_under_way:
        return plan
    if len(plan.moves) <= MOST_AT_ONCE:
        return undo(plan, by=by, at=at)
    refuse_undone(plan)
    return _ask(plan, HandoverPlan.objects.exclude(state__in=HandoverPlan.UNDER_WAY), work=Work.UNDO, undone_by=by)


def try_handover_again(plan: HandoverPlan, *, by: Member) -> HandoverPlan:
    """Let a worker do once more what failed, for whoever asks now; what did not fail stays as it is. Raises
    NotPermitted; WorldMovedOn while another handover of theirs is under way."""
    occasion = occasion_of(plan) if plan.work == Work.UNDO else _requested(plan)[0]
    occasion.permit(by)
    who = {"undone_by": by} if plan.work == Work.UNDO else {"by": by}
    return _ask(plan, HandoverPlan.objects.filter(state=State.FAILED), **who)


def work_on_next(workspace: Workspace, clock: Callable[[], datetime]) -> bool:
    """Do the oldest handover of the workspace that nobody works on; False where there is none."""
    return work_on_first(Job(TASK, _waiting, _do), workspace, clock)


def _do(plan: HandoverPlan, at: datetime) -> bool:
    who = plan.undone_by if plan.work == Work.UNDO else plan.by
    by = Member.objects.select_related("workspace").get(pk=who.pk) if who else plan.by
    if not by.is_active:
        raise NotPermitted(f"{by.name}, who asked for it, has left.", code="asker_left")
    if plan.work == Work.UNDO:
        undo_present(plan, by=by, at=at)
    else:
        occasion, successor = _requested(plan)
        refuse_handover(occasion, successor, by)
        _, plan.asked, plan.moves = carry_out(occasion, successor, by=by, at=at)
        plan.at = at
    plan.state = State.DONE
    return True


def _ask(plan: HandoverPlan, rows: QuerySet[HandoverPlan], **fields: Any) -> HandoverPlan:
    """Let a worker take it, if it is among the rows."""
    try:
        with transaction.atomic():
            rows.filter(pk=plan.pk).update(state=State.WAITING, error="", **fields)
    except IntegrityError:
        raise _busy(plan.member) from None
    wake_worker(TASK)
    plan.refresh_from_db()
    return plan


def _under_way(member: Member) -> HandoverPlan | None:
    return HandoverPlan.objects.filter(member=member, state__in=HandoverPlan.UNDER_WAY).select_related("by").first()


def _waiting() -> QuerySet[HandoverPlan]:
    """One begun before may be held up by others: last."""
    under_way = HandoverPlan.objects.filter(state__in=HandoverPlan.UNDER_WAY).select_related("member")
    return under_way.order_by("-state", "at", "pk")


def _busy(member: Member) -> WorldMovedOn:
    return WorldMovedOn(f"Another handover of {member.name} is under way.", code="handover_under_way")


def _request(occasion: Occasion, successor: Member | None) -> dict[str, Any]:
    """What is asked for, so that a worker, or somebody who asks twice, finds the same."""
    ids = {"team": occasion.team, "to_team": occasion.to_team, "successor": successor}
    days = {"starts_at": occasion.starts_at, "ends_at": occasion.ends_at}
    said: dict[str, Any] = {name: str(each.pk) if each else None for name, each in ids.items()}
    said |= {name: each.isoformat() if each else None for name, each in days.items()}
    return said | {"role": occasion.role}


def _requested(plan: HandoverPlan) -> tuple[Occasion, Member | None]:
    """What a worker is to do. Raises BadInput where the team or the successor is no longer there."""
    said = plan.request
    teams = {name: Team.objects.filter(pk=said[name]).first() if said[name] else None for name in ("team", "to_team")}
    days = {name: datetime.fromisoformat(said[name]) if said[name] else None for name in ("starts_at", "ends_at")}
    successor = Member.objects.filter(pk=said["successor"]).first() if said["successor"] else None
    if said["successor"] and successor is None:
        raise BadInput("There is no such member.", code="unknown_member", field="successor")
    member = Member.objects.select_related("workspace").get(pk=plan.member_id)
    return Occasion(Kind(plan.kind), member, said["role"], **teams, **days), successor  # type: ignore[arg-type]
