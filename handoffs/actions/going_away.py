"""Absences: when one begins, what somebody has stands still, or goes to their deputy or the next in turn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from blueprint.documents import blueprint_of
from blueprint.schema.vocabularies import WhenAway
from core.history.actions import record_all
from core.operating.setting_aside import done_well, set_aside, take_all
from core.people.models import Deputy, Member, TimeOff, Workspace
from core.sql import load
from handoffs.actions.changing_hands import write
from handoffs.actions.releasing import lock_waiting
from handoffs.actions.rerouting import drain, given_to
from handoffs.actions.scanning import SET_ASIDE_FOR, take_due_steps
from handoffs.actions.standing_still import stand_still_while_away, wake
from handoffs.models import Clock, Handoff, OwnHours, Pause, Task
from handoffs.rules.escalation import TASK_KINDS
from handoffs.rules.routing import ANSWERING_ROLES
from lifecycle.actions.entering import locked

ABSENCE = "absence"  # how its rows are set aside, and why a handoff changed hands
ABSENCE_WORKSPACES = load("handoffs", "absence_workspaces")
MOST = 200


@dataclass(frozen=True)
class Leaving:
    """Somebody who is away from now on, and who stands in."""

    workspace: Workspace
    absence: TimeOff
    deputy: Member | None
    at: datetime


def begin_absences(workspace: Workspace, at: datetime) -> int:
    """See to what those have whose absence has begun, and how many there were. Each is seen to once; what somebody else
    holds just now is left for the next time. One that raises is set aside."""
    with transaction.atomic():
        begun = TimeOff.objects.filter(begun_at=None, starts_at__lte=at).select_for_update(
            skip_locked=True, of=("self",)
        )
        found = list(begun.select_related("member").order_by("starts_at")[:MOST])

        def see_to(those: Sequence[TimeOff]) -> None:
            _hold_rows(workspace, [each.member for each in those], at)
            for absence in those:
                _begin(workspace, absence, at)

        def put_aside(absence: TimeOff, trouble: Exception) -> None:
            _seen_to(absence, at)
            put_absence_aside(absence, trouble, at)

        take_all(found, see_to, put_aside)
    return len(found)


def _hold_rows(workspace: Workspace, members: Collection[Member], at: datetime) -> None:
    """Hold what is waited for of all of them, before the first one's handoffs take turns. Two queries."""
    seams = [seam.id for seam in blueprint_of(workspace).seams if seam.pausing.when_away == WhenAway.PAUSE]
    if seams:
        locked(set(_untouched(members, seams, at).values_list("record_id", flat=True)))
    list(_escalated_to(members))


def put_absence_aside(absence: TimeOff, trouble: Exception, at: datetime) -> None:
    """Keep why it could not be seen to; it is tried again in an hour."""
    what, later = f"Absence of {absence.member.name}", at + SET_ASIDE_FOR
    set_aside(ABSENCE, absence.pk, what=what, trouble=trouble, at=at, next_try_at=later)


def begin_again(absence_id: UUID, at: datetime) -> bool:
    """See to an absence that was set aside, now. True also where it is over, or still ahead: it is looked at again."""
    absence = TimeOff.objects.select_related("member", "workspace").filter(pk=absence_id).first()
    return absence is None or absence.starts_at > at or _begin(absence.workspace, absence, at)


def _begin(workspace: Workspace, absence: TimeOff, at: datetime) -> bool:
    """Whether all of it was seen to."""
    if absence.ends_at <= at:
        return _seen_to(absence, at)
    deputy = Deputy.objects.select_related("deputy").filter(member=absence.member).first()
    who = Leaving(workspace, absence, _able(deputy.deputy, at) if deputy else None, at)
    seams = {seam.id: seam.pausing.when_away for seam in blueprint_of(workspace).seams}
    theirs = Handoff.objects.open().filter(assignee=absence.member).values_list("pk", "seam_id")
    policies = {handoff_id: seams.get(seam_id, WhenAway.RUN) for handoff_id, seam_id in theirs}
    goes_on = [each for each, policy in policies.items() if policy in (WhenAway.DEPUTY, WhenAway.HAND_ON)]
    stays = [each for each, policy in policies.items() if policy == WhenAway.PAUSE]
    is_whole = hand_on(who, goes_on, {each for each in goes_on if policies[each] == WhenAway.DEPUTY})
    is_whole &= _stand_still(who, stays)
    _touches_stand_still(who, [key for key, policy in seams.items() if policy == WhenAway.PAUSE])
    if who.deputy:
        _pass_tasks(who, who.deputy)
    return is_whole and _seen_to(absence, at)


def _seen_to(absence: TimeOff, at: datetime) -> bool:
    TimeOff.objects.filter(pk=absence.pk).update(begun_at=at)
    done_well(ABSENCE, [absence.pk])
    return True


def _able(member: Member, at: datetime) -> Member | None:
    """A deputy who can answer and is here."""
    is_away = TimeOff.objects.filter(member=member, starts_at__lte=at, ends_at__gt=at).exists()
    return member if member.is_active and member.role in ANSWERING_ROLES and not is_away else None


def hand_on(
    who: Leaving, ids: Collection[UUID], to_deputy: Collection[UUID] = (), but: Collection[UUID] = (), note: str = ""
) -> bool:
    """To the deputy where the seam says so, else to the next in turn who is not of `but`; what nobody can take stays,
    in limbo. Whether all of it was free to be seen to."""
    if not ids:
        return True
    take_due_steps([each.id for each in lock_waiting(ids, who.at)], who.at)
    waiting = [each for each in lock_waiting(ids, who.at) if each.assignee_id == who.absence.member_id]
    wake(
        list(Handoff.objects.filter(pk__in=[each.id for each in waiting], paused_until__gt=who.at)), by=None, at=who.at
    )
    taken = [each for each in waiting if who.deputy and each.id in to_deputy]
    if who.deputy and taken:
        trace: dict[str, Any] = {"by": "absence", "note": f"{who.absence.member.name} is away"}
        own, teams = OwnHours.by_holder(), dict(Handoff.objects.filter(pk__in=ids).values_list("pk", "team_id"))
        moves = [
            given_to(each, who.deputy.pk, own.get(who.deputy.pk) or own.get(teams[each.id])) | {"trace": trace}
            for each in taken
        ]
        write(moves, blueprint_of(who.workspace), cause=ABSENCE, by=None, at=who.at)
    drain([each for each in waiting if each not in taken], who.at, cause=ABSENCE, but=but, note=note)
    return len(waiting) == len(ids)


def _stand_still(who: Leaving, ids: Sequence[UUID]) -> bool:
    """Those whose answer is not yet due; whether all of it was free to be seen to."""
    if not ids:
        return True
    held = [each.id for each in lock_waiting(ids, who.at)]
    take_due_steps(held, who.at)
    _pause(who, Handoff.objects.open().filter(pk__in=held, assignee=who.absence.member), Clock.Kind.ANSWER)
    return len(held) == len(ids)


def _touches_stand_still(who: Leaving, seam_ids: Sequence[UUID]) -> None:
    """The first touches that are still to come of what they accepted."""
    if not seam_ids:
        return
    accepted = _untouched([who.absence.member], seam_ids, who.at)
    locked(set(accepted.values_list("record_id", flat=True)))
    _pause(who, accepted.select_for_update(no_key=True, of=("self",)), Clock.Kind.FIRST_TOUCH)


def _untouched(members: Collection[Member], seam_ids: Sequence[UUID], at: datetime) -> QuerySet[Handoff]:
    return Handoff.objects.filter(
        seam_id__in=seam_ids,
        assignee__in=members,
        state=Handoff.State.ACCEPTED,
        first_touched_at=None,
        touch_due_at__gt=at,
    )


def _escalated_to(members: Collection[Member]) -> QuerySet[Task]:
    """What was escalated to them and is still to be done, held."""
    tasks = Task.objects.filter(assignee__in=members, done_at=None, kind__in=TASK_KINDS.values())
    return tasks.select_for_update(no_key=True, of=("self",)).order_by("pk")


def _pause(who: Leaving, handoffs: Any, kind: Clock.Kind) -> None:
    runs = Clock.objects.filter(handoff=OuterRef("pk"), kind=kind, state=Clock.State.RUNNING, due_at__gt=who.at)
    found = list(handoffs.filter(Exists(runs.filter(stopped_at=None))).order_by("pk"))
    stand_still_while_away(found, who.absence, by=None, at=who.at)


def _pass_tasks(who: Leaving, deputy: Member) -> None:
    """What was escalated to them and is still to be done goes to their deputy."""
    held = list(_escalated_to([who.absence.member]))
    Task.objects.filter(pk__in=[each.pk for each in held]).update(assignee=deputy)
    facts = {"from": who.absence.member.name, "to": deputy.name}
    told = [("task.reassigned", "task", each.pk, each.record_id, {**facts, "number": each.number}) for each in held]
    record_all(told, at=who.at)


def let_go_on(*, at: datetime, member: Member | None = None, **news: Any) -> None:
    """Follower of `people.available`: somebody is back before it was thought, so what stood still for it goes on. Two
    queries where nothing did."""
    if member is None or TimeOff.objects.filter(member=member, starts_at__lte=at, ends_at__gt=at).exists():
        return
    standing = Pause.objects.filter(kind=Pause.Kind.ABSENCE, member_id=member.pk, ended_at=None, until_at__gt=at)
    ids = list(standing.values_list("handoff_id", "handoff__record_id"))
    if ids:
        locked({record_id for _, record_id in ids})
        waiting = Handoff.objects.filter(pk__in=[handoff_id for handoff_id, _ in ids])
        wake(
            list(waiting.select_for_update(no_key=True, of=("self",)).order_by("pk")),
            by=None,
            at=at,
            kinds=[Pause.Kind.ABSENCE],
        )
