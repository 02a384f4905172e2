"""Open clocks follow what is published: at once, or by a worker where they are too many for the publishing.

A worker goes through them slice by slice, in transactions of their own. Versions are followed in their order, each with
its own times, so that a second publishing meanwhile comes to the same as if the first had been over."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from blueprint.documents import blueprint_of
from blueprint.schema.vocabularies import OpenClocks
from core.history.actions import record
from core.operating.setting_aside import LATER, done_well, set_aside, take_all
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.sql import load
from core.tenancy.scope import current_id
from handoffs.actions.changing_hands import DueStep
from handoffs.actions.gone_clocks import TASK, GoneClocks, end_slice
from handoffs.actions.retiming import NewTimes
from handoffs.actions.worker_orders import MOST_AT_ONCE, Job, wake_worker, work_on_first
from handoffs.models import Clock, Handoff, Retiming
from handoffs.rules.open_clocks import is_timed_otherwise

RETIMING = "handoff_times"  # how its rows are set aside
RETIMING_WORKSPACES = load("handoffs", "retiming_workspaces")
SLICE = 500  # handoffs that are locked together, for less than a second where nothing else is at work
State = Retiming.State


def retime_open_clocks(*, workspace: Workspace, version: Any, by: Member | None, at: datetime, **news: Any) -> None:
    """Follower of `blueprint.published`: clocks that run are counted or begin anew where a seam's times changed and it
    says so; from then on they are of the published version. Where it says otherwise when its clocks stand still, those
    that run do, or go on.

    Nothing waits for whoever has a handoff in hand, since they may wait for the publishing: a worker comes back for
    theirs, and for all where they are too many, or others are to be followed first."""
    if version.number == 1:
        return
    former, terms = blueprint_of.at(workspace.pk, version.number - 1).seams_by_key, blueprint_of(workspace)
    both = [(former[seam.key], seam) for seam in terms.seams if seam.key in former]
    timed = {new.id: new for old, new in both if new.open_clocks != OpenClocks.KEEP and is_timed_otherwise(old, new)}
    paused = [new.id for old, new in both if old.pause_when != new.pause_when]
    if not timed and not paused:
        return
    if not _waiting().exists():
        times = NewTimes(version.number, at, timed, paused)
        ids = list(times.open().order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(ids) <= MOST_AT_ONCE:
            free = _locked(ids)
            times.follow(free, terms, by, at)
            if len(free) == len(ids):
                return
    seams = {"timed": [*map(str, timed)], "paused": [*map(str, paused)]}
    order = {"at": at, "by": by, "state": State.WAITING, **seams}
    Retiming.objects.update_or_create(version=version.number, defaults=order)  # clocks of it may have to end
    wake_worker(TASK)


def try_retiming_again(order: Retiming, *, by: Member) -> None:
    """Let a worker go on with what failed; what did not fail stays as it is. Raises NotPermitted."""
    permit(by, "change.publish")
    if Retiming.objects.filter(pk=order.pk, state=State.FAILED).update(state=State.WAITING, error=""):
        wake_worker(TASK)


def work_on_next(workspace: Workspace, clock: Callable[[], datetime]) -> bool:
    """Retime the next slice of the workspace's oldest version that is not followed yet; False where nothing is to be
    done, or others have all of it in hand."""

    def work(order: Retiming, at: datetime) -> bool:
        return _slice(Workspace.objects.get(pk=workspace.pk), order, at)

    return work_on_first(Job(TASK, _first, work), workspace, clock)


def follow_now(handoff_id: UUID, at: datetime) -> bool:
    """Let one handoff follow that was set aside, now. True also where nothing is left to follow."""
    workspace = Workspace.objects.get(pk=current_id())
    for order in Retiming.objects.order_by("version"):
        times = NewTimes.of(order)
        locked = times.open().filter(pk=handoff_id).select_for_update(no_key=True, of=("self",))
        times.follow(list(locked), blueprint_of(workspace), order.by, at)
    return True


def retimed_first(due: Sequence[DueStep]) -> Sequence[DueStep]:
    """Those of these due steps, of locked handoffs, that fall due by the newest times as well: clocks that wait for a
    worker follow first, so that nothing is escalated by times that hold no longer. What followed is found again."""
    workspace, at = Workspace.objects.get(pk=current_id()), due[0].at
    for order in Retiming.objects.exclude(state=State.DONE).order_by("version"):
        GoneClocks.of(order).end({each.id for each in due}, order.by, at)
        times = NewTimes.of(order)
        theirs = times.open().filter(pk__in={each.id for each in due})
        times.follow(list(theirs), blueprint_of(workspace), order.by, at)
    clocks = Clock.objects.filter(pk__in=[each.clock_id for each in due])
    now = {pk: facts for pk, *facts in clocks.values_list("pk", "next_rung_at", "handoff__blueprint_version")}
    return [each for each in due if now[each.clock_id] == [each.due, each.version]]


def _slice(workspace: Workspace, order: Retiming, at: datetime) -> bool:
    """The next of the walk, then those of it that somebody had in hand; whether any was free."""
    if order.gone and (ended := end_slice(order, SLICE, at)) is not None:
        return ended
    times, terms = NewTimes.of(order), blueprint_of(workspace)
    ahead = times.open().filter(pk__gt=order.reached) if order.reached else times.open()
    if not order.reached:
        order.total_count = order.done_count + ahead.count()
    walk = list(ahead.order_by("pk").values_list("pk", flat=True)[:SLICE])
    again = [] if walk else order.left[:SLICE]
    there = walk or list(times.open().filter(pk__in=again).values_list("pk", flat=True))
    free = _locked(there)
    if there and not free:
        return False
    held = {*map(str, there)} - {str(each.pk) for each in free}
    order.reached = walk[-1] if walk else order.reached
    order.left = [*order.left[len(again) :], *sorted(held)]
    order.aside_count += _follow(times, free, terms, order.by, at)
    order.done_count += len(free)
    if len(walk) < SLICE and not order.left:
        order.state, order.finished_at, order.done_count = State.DONE, at, order.total_count
        facts = {"version": order.version, "handoffs": order.total_count, "aside": order.aside_count}
        record("clocks.retimed", order, at=at, facts=facts)
    return True


def _follow(times: NewTimes, handoffs: Sequence[Handoff], terms: Any, by: Member | None, at: datetime) -> int:
    """How many were set aside."""
    aside = 0

    def follow(those: Sequence[Handoff]) -> None:
        times.follow(those, terms, by, at)
        done_well(RETIMING, [each.pk for each in those])

    def put_aside(handoff: Handoff, trouble: Exception) -> None:
        nonlocal aside
        aside += 1
        what = f"Handoff {handoff.number}, times of version {times.number}"
        set_aside(RETIMING, handoff.pk, what=what, trouble=trouble, at=at, next_try_at=at + LATER)

    if handoffs:
        take_all(handoffs, follow, put_aside)
    return aside


def _locked(ids: Sequence[UUID]) -> list[Handoff]:
    """Those that nobody else holds."""
    free = Handoff.objects.filter(pk__in=ids).select_for_update(no_key=True, skip_locked=True, of=("self",))
    return list(free.order_by("pk"))


def _waiting() -> QuerySet[Retiming]:
    return Retiming.objects.filter(state__in=Retiming.UNDER_WAY).order_by("version")


def _first() -> QuerySet[Retiming]:
    """The oldest version alone: nobody goes on with a later one while another worker has it."""
    return _waiting().filter(pk__in=_waiting().values("pk")[:1])
