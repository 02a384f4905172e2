"""What handoffs do when records move or somebody leaves: named in `revops/wiring.py`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, Value, When

from blueprint.documents import blueprint_of
from blueprint.schema import SeamTerms, StageTerms
from core.errors import NotPermitted, RuleSaysNo
from core.history.actions import record_all
from core.people.models import Member, Workspace
from handoffs.actions import answering
from handoffs.actions.access import seam_in_force, sides_of
from handoffs.actions.leaving import holding
from handoffs.actions.offer_batch import offer_batch
from handoffs.actions.returning import offer_again, waits_for_sender
from handoffs.actions.running_playbooks import follow_entered
from handoffs.actions.scanning import take_due_steps
from handoffs.actions.settling import settle
from handoffs.actions.stage_ladders import follow_ages
from handoffs.actions.standing_still import wake
from handoffs.models import Clock, Handoff
from handoffs.playbook_sql import playbook_sql_of
from handoffs.rules.escalation import TASK_KINDS, WAITS
from handoffs.rules.first_touch import Touch, why_not
from lifecycle.actions.entering import locked
from lifecycle.actions.touching import Heard
from lifecycle.actions.waiting import AnswerFirst, Hold
from lifecycle.models import Record

Waits = tuple[Handoff, SeamTerms]  # an open handoff and its seam in force


def offer_where_triggered(
    *, workspace: Workspace, entered: Mapping[UUID, Sequence[UUID]], by: Member | None, at: datetime, **news: Any
) -> None:
    """Offer a handoff for every record that entered a seam's trigger stage, and let playbooks begin and stop. One query
    for each seam triggered, and a handful where the seam asks who gave a record up before. Where stages have ladders of
    their own, their clocks stop and begin."""
    if blueprint_of(workspace).limited_stages:
        follow_ages(workspace, entered, by=by, at=at)
    by_trigger = blueprint_of(workspace).seams_by_trigger
    for stage_id, record_ids in entered.items():
        for seam in by_trigger.get(stage_id, ()):
            if seam.barred_days:
                offer_again(workspace, seam, record_ids, by=by, at=at)
            else:
                offer_batch(workspace, seam, record_ids, by=by, at=at, are_held=True)
    if entered.keys() & playbook_sql_of(workspace).stages:
        follow_entered(workspace, entered, by=by, at=at)


def hold_offered(
    *, workspace: Workspace, record_ids: Collection[UUID], by_itself: Mapping[UUID, UUID], **question: Any
) -> dict[UUID, Hold]:
    """Which of these records wait for an answer, and for whose: none of them leaves its stage before. Nor, by itself,
    does one that came back and waits for its sender. One query, and one where nobody moves them."""
    found = Handoff.objects.open().filter(record_id__in=record_ids).select_related("assignee", "queue")
    waiting: dict[UUID, list[Waits]] = {}
    for handoff in found.order_by("number"):
        waiting.setdefault(handoff.record_id, []).append((handoff, seam_in_force(workspace, handoff)))
    return waits_for_sender(workspace, by_itself) | {record_id: hold_of(*each) for record_id, each in waiting.items()}


def hold_of(first: Waits, *others: Waits) -> Hold:
    """The refusal of a move while these handoffs of a record wait: whose answers they are, and how each is given."""
    each_waits = [
        f"Handoff #{handoff.number} ({seam.label}) waits for {handoff.assignee or handoff.queue or 'an answer'}"
        for handoff, seam in (first, *others)
    ]
    if not others:
        detail = f"{each_waits[0]}. Accept it or reject it first; who offered it may take it back."
        return Hold(detail, _facts_of(*first))
    detail = f"{'; '.join(each_waits)}. Accept or reject each first; who offered one may take it back."
    return Hold(detail, _facts_of(*first) | {"handoffs": [_facts_of(*each) for each in (first, *others)]})


def _facts_of(handoff: Handoff, seam: SeamTerms) -> dict[str, Any]:
    return {
        "handoff": handoff.number,
        "seam": seam.key,
        "assignee": handoff.assignee.name if handoff.assignee else None,
        "queue": handoff.queue.label if handoff.queue else None,
        "due_at": handoff.due_at.isoformat(),
        "answer_by": [f"handoffs/{handoff.number}/{verb}" for verb in ("acceptance", "rejection", "recall")],
    }


def answer_by_moving(
    *,
    workspace: Workspace,
    record: Record,
    to: StageTerms,
    by: Member,
    at: datetime,
    reason_key: str,
    note: str,
    override: bool,
) -> Handoff | None:
    """A move of an offered record is its answer: to the stage that accepting leads to, it accepts; to where a reason
    for rejecting leads, it rejects. The same action, with the same permission and checks; an override answers nothing.

    None where nothing is offered. Raises AnswerFirst where the move is no answer, not this member's to give, or where
    several wait: a move says not which."""
    found = Handoff.objects.open().filter(record=record).select_related("assignee", "queue").order_by("number")
    waiting = [(each, seam_in_force(workspace, each)) for each in found]
    if not waiting or to.id == record.stage_id:
        return None
    handoff, seam = waiting[0]
    is_accepting = to.key == seam.on_accept.advance and to.pipeline_id == record.pipeline_id
    if override or len(waiting) > 1 or not (is_accepting or reason_key):
        raise AnswerFirst(hold_of(*waiting))
    try:
        if is_accepting:
            return answering.accept(handoff, by=by, at=at)
        return answering.reject(handoff, reason_key, note, by=by, at=at, to=to)
    except NotPermitted:
        raise AnswerFirst(hold_of(*waiting)) from None


def refuse_while_owning(*, workspace: Workspace, member: Member, **news: Any) -> None:
    """Raises RuleSaysNo while the member holds open handoffs, tasks, records or promises, or owns a
    definition of the blueprint; the facts count each."""
    held = {
        "open_handoffs": holding.open_handoffs_of(member).count(),
        "open_tasks": holding.open_tasks_of(member).count(),
        "open_records": holding.open_records_of(member).count(),
        "accounts": holding.accounts_of(member).count(),
        "open_promises": holding.open_promises_of(member).count(),
    }
    held |= {part: len(labels) for part, labels in holding.owned_definitions(workspace, member).items()}
    kept = {noun: count for noun, count in held.items() if count}
    if kept:
        listed = ", ".join(f"{count} {noun.replace('_', ' ')}" for noun, count in kept.items())
        raise RuleSaysNo(f"{member.name} still has {listed}. Hand them over first.", code="still_holds", facts=kept)


def judge_touch(
    *,
    record: Record,
    kind: str,
    direction: str,
    outcome: str,
    by: Member,
    at: datetime,
    logged_at: datetime,
    **news: Any,
) -> Heard | None:
    """A touch at `at`, logged at `logged_at`, stops the first-touch clocks of the record's handoffs where their seams
    count it, by the terms they were offered under; elsewhere the clock goes on, and it is said why. What took place
    before the offer is no touch of it; a clock stops when we hear of the touch, so nobody is in time afterwards.

    A touch of the record that accepting made counts as well. None, and one query, where no clock waits."""
    waiting = Handoff.objects.filter(
        Q(record_id=record.pk) | Q(result_id=record.pk),
        state__in=[Handoff.State.OFFERED, Handoff.State.ACCEPTED],
        first_touched_at__isnull=True,
        offered_at__lte=at,
    )
    of = set(waiting.values_list("record_id", flat=True))
    if not of:
        return None
    locked(of - {record.pk})  # a due step makes a task of the handoff's own record: held first, as everybody does
    held = list(waiting.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not held:
        return None
    take_due_steps(held, logged_at)
    sides = sides_of(by)
    is_person = by.kind == Member.Kind.PERSON and by.came_with is None
    stopped, refused = [], []
    for handoff in waiting.filter(pk__in=held).order_by("pk"):
        touch = Touch(kind, direction, outcome, is_person, sides, is_assignee=handoff.assignee_id == by.pk)
        if why := why_not(handoff.seam_terms.first_touch, touch):
            refused.append(why)
        else:
            stopped.append(handoff)
    if stopped:
        _stop(stopped, by, logged_at)
    return Heard(bool(stopped), "" if stopped else refused[0])


def _stop(touched: Sequence[Handoff], by: Member, at: datetime) -> None:
    if paused := [each for each in touched if each.is_paused(at)]:
        wake(paused, by=by, at=at)
    events = []
    for handoff in touched:
        handoff.first_touched_at = at
        is_in_time = handoff.touch_due_at is None or at <= handoff.touch_due_at
        minutes = round((at - handoff.offered_at).total_seconds() / 60)
        facts = {"number": handoff.number, "minutes": minutes, "in_time": is_in_time}
        events.append(("handoff.first_touched", "handoff", handoff.pk, handoff.record_id, facts))
    Handoff.objects.filter(pk__in=[handoff.pk for handoff in touched]).update(first_touched_at=at)
    was_missed = Q(breached_at__isnull=False) | Q(due_at__lt=at)  # also where its step was set aside
    Clock.objects.filter(handoff__in=touched, kind=Clock.Kind.FIRST_TOUCH, stopped_at=None).update(
        stopped_at=at,
        next_rung_at=None,
        breached_at=Case(When(was_missed, then=F("due_at"))),
        state=Case(When(was_missed, then=Value(Clock.State.BREACHED)), default=Value(Clock.State.MET)),
    )
    record_all(events, at=at, actor=by)
    settle(
        {handoff.pk: f"Touched by {by.name}." for handoff in touched},
        [TASK_KINDS["touch"], *WAITS.values()],
        by=by,
        at=at,
    )
