"""Reassign everything, then leave, get another role, another seat or go away: rehearsed first, then done in one
transaction, and kept so that it can be undone."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from core.errors import BadInput, RuleSaysNo, WorldMovedOn
from core.history.actions import record as tell_history
from core.history.actions import record_all
from core.notices.models import NoticeKind
from core.notices.telling import tell_people
from core.people.models import Member, Workspace
from core.sql import load
from handoffs.actions.changing_hands import write
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.actions.leaving.planning import Planner
from handoffs.actions.leaving.plans import Plan, obstacles_of
from handoffs.actions.leaving.promises_along import hand_promises, pass_on_promises
from handoffs.actions.scanning import take_due_steps
from handoffs.actions.standing_still import wake
from handoffs.models import HandoverPlan, Task
from lifecycle.actions.owning import give
from lifecycle.actions.owning_accounts import hand_accounts
from lifecycle.models import Record
from lifecycle.rules.owners import facts_of_change, why_not_owner

LOCK_RECORDS, LOCK_HEIRS = load("handoffs", "lock_records"), load("handoffs", "lock_heirs")
MOST_ROUNDS = 3  # what still comes in after that is refused, as who leaves is looked at once more


def rehearse(member: Member, successor: Member | None = None, *, by: Member, at: datetime) -> Plan:
    """What would change hands if the member left now. Raises NotPermitted, BadInput."""
    return rehearse_handover(Occasion(Kind.LEAVES, member), successor, by=by, at=at)


def rehearse_handover(occasion: Occasion, successor: Member | None = None, *, by: Member, at: datetime) -> Plan:
    """What would change hands, and to whom; nothing is kept, and nothing is locked: nobody waits for who looks. What
    fell due in these seconds and no scan has taken yet is told as theirs. Raises NotPermitted, BadInput, RuleSaysNo."""
    refuse_handover(occasion, successor, by)
    with transaction.atomic():
        plan = _planner(occasion, successor, at, is_kept=False).plan()
        transaction.set_rollback(True)  # newcomers to a pool were only seated to be looked at
    return plan


def hand_over(
    occasion: Occasion, successor: Member | None = None, *, by: Member, at: datetime
) -> tuple[Plan, HandoverPlan]:
    """Hand over what the occasion asks for, then do what it is about, all or nothing, and keep it.
    Raises NotPermitted, BadInput, RuleSaysNo."""
    refuse_handover(occasion, successor, by)
    with transaction.atomic():
        plan, asked, moves = carry_out(occasion, successor, by=by, at=at)
        kept = HandoverPlan.objects.create(
            member=occasion.member, kind=occasion.kind, at=at, by=by, asked=asked, moves=moves
        )
    return plan, kept


def carry_out(
    occasion: Occasion, successor: Member | None, *, by: Member, at: datetime
) -> tuple[Plan, dict[str, Any], list[dict[str, Any]]]:
    """The plan that was carried out, what undoing needs to know, and the moves as they are kept; in a transaction, and
    permitted before.

    Beats: lock (records, handoffs, then the pools' turns, in the order routing takes them, then who receives), plan,
    hand over, once more for what came in meanwhile, carry out (who leaves is looked at again), record. Raises BadInput,
    RuleSaysNo; WorldMovedOn where somebody who was to receive left meanwhile."""
    refuse_change_first(occasion, by.workspace)
    plan, sides = _give_away(occasion, successor, by, at)
    rounds = 1
    while occasion.holds_more_than(0) and rounds < MOST_ROUNDS:
        rest, more = _give_away(occasion, successor, by, at)
        plan, sides, rounds = plan.with_rest(rest), sides | more, rounds + 1
    given = {
        "handed_over": plan.counts,
        "to": {share.member.name: share.total for share in plan.shares},
        "successor": successor.name if successor else None,
    }
    kind = "member.departed" if occasion.is_leaving else "member.handed_over"
    tell_history(kind, occasion.member, at=at, actor=by, facts=given | {"why": occasion.words})
    asked = occasion.carry_out(by=by, at=at)
    return plan, asked, [_kept(move, sides) for move in plan.moves]


def refuse_change_first(occasion: Occasion, workspace: Workspace) -> None:
    """Raises RuleSaysNo where something has to be changed before."""
    definitions, teams = occasion.definitions(workspace), occasion.teams_without_head()
    if said := obstacles_of(occasion.member, definitions, teams):
        raise RuleSaysNo(said, code="change_first", facts={"definitions": definitions, "teams": list(teams)})


def _give_away(
    occasion: Occasion, successor: Member | None, by: Member, at: datetime
) -> tuple[Plan, dict[UUID, list[str]]]:
    """Everything there is now; with it, company → the sides on which it changed hands."""
    _hold(occasion, by, at)
    plan = _planner(occasion, successor, at, is_kept=True).plan()
    _keep_heirs(plan)
    return plan, _hand_over(plan, occasion, by, at)


def _keep_heirs(plan: Plan) -> None:
    """Nobody who receives leaves or gets another role before it is done, which may take a while. One query.

    Raises WorldMovedOn where somebody did, or does at this moment."""
    heirs = {share.member.pk: share.member for share in plan.shares}
    held = dict(LOCK_HEIRS.rows(members=list(heirs))) if heirs else {}
    for key, heir in heirs.items():
        if held.get(key) != heir.role:
            raise WorldMovedOn(f"{heir.name} changes at this moment; try again.", code="too_busy")


def _kept(move: Any, sides: dict[UUID, list[str]]) -> dict[str, Any]:
    kept = {"noun": move.noun, "id": str(move.id), "number": move.number, "to": str(move.to.pk), "why": move.why}
    return kept | ({"sides": sides.get(move.id, [])} if move.noun == "account" else {})


def refuse_handover(occasion: Occasion, successor: Member | None, by: Member) -> None:
    """Raises NotPermitted, BadInput and RuleSaysNo for what can be said before the plan is worked out."""
    occasion.permit(by)
    occasion.check()
    if successor is not None:
        if successor.pk == occasion.member.pk:
            raise BadInput("Nobody succeeds themselves.", code="same_member", field="successor")
        if why_not := why_not_owner(successor):
            raise BadInput(why_not[1], code=why_not[0], field="successor")


def _hold(occasion: Occasion, by: Member, at: datetime) -> None:
    """Lock what the member has, and take what fell due of it before: some may be somebody else's by now."""
    waiting = occasion.handoffs().order_by("pk")
    records = occasion.records().values_list("pk", flat=True)
    LOCK_RECORDS.run(records=[*records, *waiting.values_list("record_id", flat=True)])
    take_due_steps(list(waiting.select_for_update(no_key=True).values_list("pk", flat=True)), at)
    wake(list(waiting.filter(paused_until__gt=at)), by=by, at=at)


def _planner(occasion: Occasion, successor: Member | None, at: datetime, *, is_kept: bool) -> Planner:
    return Planner(Workspace.objects.get(pk=occasion.member.workspace_id), occasion, successor, at, is_kept=is_kept)


def _hand_over(plan: Plan, occasion: Occasion, by: Member, at: datetime) -> dict[UUID, list[str]]:
    """Write all of it; company → the sides on which it changed hands."""
    said = {"by": by.name, "note": f"{plan.member.name} {occasion.words}"}
    if plan.changes:
        signed = [{**change, "trace": said | change.get("trace", {})} for change in plan.changes]
        write(signed, blueprint_of(by.workspace), cause="manual", by=by, at=at)
    by_heir: dict[tuple[str, Member], list[UUID]] = defaultdict(list)
    for move in plan.moves:
        by_heir[move.noun, move.to].append(move.id)
    sides: dict[UUID, list[str]] = {}
    for (noun, heir), ids in by_heir.items():
        if noun == "record":
            give(list(Record.objects.filter(pk__in=ids)), heir, by=by, at=at)
            pass_on_promises(ids, plan.member, heir, by=by, at=at)
        elif noun == "account":
            sides |= hand_accounts(ids, plan.member, heir, side=occasion.side, by=by, at=at)
        elif noun == "promise":
            hand_promises(ids, plan.member, heir, by=by, at=at)
        elif noun == "task":
            Task.objects.filter(pk__in=ids).update(assignee=heir)
            title = f"Tasks of {plan.member.name}, who {occasion.words} ({len(ids)})"
            tell_people([heir], NoticeKind.TASK, title, about="task", number=None, by=by, at=at)
    told = []
    for move in plan.moves:
        if move.noun == "task":
            facts = facts_of_change(plan.member, move.to) | {"number": move.number}
            told.append(("task.reassigned", "task", move.id, move.record_id, facts))
    record_all(told, at=at, actor=by)
    return sides
