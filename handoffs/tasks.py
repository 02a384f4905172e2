"""The clock's door: scanning for due steps."""

import time
from datetime import datetime, timedelta
from functools import partial

from celery import shared_task

from core.database import database_now
from core.operating.heartbeats import heartbeat
from core.tenancy.sweeps import each_workspace, workspaces_with
from handoffs.actions import going_away, leaving_soon, promising, retiming_work, running_playbooks
from handoffs.actions.chasing import CHASE_WORKSPACES, chase_tasks
from handoffs.actions.leaving.handover_work import HANDOVER_WORKSPACES, TASK, work_on_next
from handoffs.actions.scanning import DUE_WORKSPACES, EARLIEST, scan
from handoffs.actions.stage_ladders import scan_stages

BUDGET_S = 45.0  # a task ends within a minute; what is left over waits 15 s for the next tick
LOOK_AT_ALL_EVERY_S = 300.0
SLACK = timedelta(minutes=15)  # far longer than any transaction that could still bring in an earlier step

_low: datetime = EARLIEST
_looked_at_all = float("-inf")


@shared_task(name="handoffs.scan")
@heartbeat("handoffs.scan")
def scan_for_due_steps() -> int:
    """Take every due step of every workspace, and how many there were. Safe to run any number of times at once."""
    global _low, _looked_at_all
    started, now = time.monotonic(), database_now()
    looks_at_all = started - _looked_at_all > LOOK_AT_ALL_EVERY_S
    low = EARLIEST if looks_at_all else _low  # the watermark below which nothing is looked for
    sweep = each_workspace(
        partial(workspaces_with, DUE_WORKSPACES, low=low),
        lambda workspace: scan(workspace, low=low),
        what="handoffs.scan",
        until=started + BUDGET_S,
        in_turns=True,  # a batch each, so that none waits for another's thousands
        is_everybody=looks_at_all,
    )
    if looks_at_all and sweep.is_whole:
        _low, _looked_at_all = now - SLACK, started
    return sweep.done


@shared_task(name="handoffs.begin_absences")
@heartbeat("handoffs.begin_absences")
def begin_absences() -> int:
    """See to what those have whose absence begins, or soon will, in every workspace, and how many. Safe to run again
    and again."""
    until = time.monotonic() + BUDGET_S
    begun = each_workspace(
        workspaces_with(going_away.ABSENCE_WORKSPACES, ahead=leaving_soon.NOW),
        lambda workspace: going_away.begin_absences(workspace, database_now()),
        what="handoffs.begin_absences",
        until=until,
    )
    ahead = each_workspace(
        workspaces_with(going_away.ABSENCE_WORKSPACES, ahead=leaving_soon.AHEAD),
        lambda workspace: leaving_soon.hand_on_ahead(workspace, database_now()),
        what="handoffs.hand_on_ahead",
        until=until,
    )
    return begun.done + ahead.done


@shared_task(name="handoffs.chase")
@heartbeat("handoffs.chase")
def chase() -> int:
    """Chase late tasks, and take the due steps of stages, in every workspace, and how many. Safe to run at any time."""
    sweep = each_workspace(
        partial(workspaces_with, CHASE_WORKSPACES),
        lambda workspace: chase_tasks(workspace, database_now()) + scan_stages(workspace, database_now()),
        what="handoffs.chase",
        until=time.monotonic() + BUDGET_S,
        in_turns=True,
    )
    return sweep.done


@shared_task(name="handoffs.find_late_promises")
@heartbeat("handoffs.find_late_promises")
def find_late_promises() -> int:
    """Mark the promises whose day has passed, in every workspace, and how many. Safe to run any number of times."""
    sweep = each_workspace(
        partial(workspaces_with, promising.DUE_WORKSPACES),
        lambda workspace: promising.find_late(workspace, database_now()),
        what="handoffs.find_late_promises",
        until=time.monotonic() + BUDGET_S,
        in_turns=True,
    )
    return sweep.done


@shared_task(name="handoffs.take_playbook_steps")
@heartbeat("handoffs.take_playbook_steps")
def take_playbook_steps() -> int:
    """Take the steps of playbooks whose time has come, in every workspace, and how many. Safe to run any number of
    times."""
    sweep = each_workspace(
        partial(workspaces_with, running_playbooks.DUE_WORKSPACES),
        lambda workspace: running_playbooks.take_steps(workspace, database_now()),
        what="handoffs.take_playbook_steps",
        until=time.monotonic() + BUDGET_S,
        in_turns=True,
    )
    return sweep.done


@shared_task(name=TASK)
@heartbeat(TASK)
def carry_out_handovers() -> int:
    """Carry out, or undo, the large handovers that wait, workspace by workspace in turn, and how many. Safe to run any
    number of times at once, and to be killed."""
    sweep = each_workspace(
        partial(workspaces_with, HANDOVER_WORKSPACES),
        lambda workspace: work_on_next(workspace, database_now),
        what=TASK,
        until=time.monotonic() + BUDGET_S,
        in_turns=True,
        opens_scope=False,
    )
    return sweep.done


@shared_task(name=retiming_work.TASK)
@heartbeat(retiming_work.TASK)
def retime_clocks() -> int:
    """Bring open clocks the times of published versions, slice by slice, workspace by workspace in turn, and how many
    slices. Safe to run any number of times at once, and to be killed."""
    sweep = each_workspace(
        partial(workspaces_with, retiming_work.RETIMING_WORKSPACES),
        lambda workspace: retiming_work.work_on_next(workspace, database_now),
        what=retiming_work.TASK,
        until=time.monotonic() + BUDGET_S,
        in_turns=True,
        opens_scope=False,
    )
    return sweep.done
