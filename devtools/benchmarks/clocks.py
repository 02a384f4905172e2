"""Clocks: a scan that finds nothing, also while an old snapshot is held; workers of which one is killed; and how late
the last of many due steps is taken by the product's own worker and schedule."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from statistics import median

from core.database import database_now, owner_cursor
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.administrator import unhindered
from devtools.benchmarks.measure import ROUNDS, Row, Told, row, seconds
from devtools.benchmarks.scan import BATCH, LARGE, ROOT, SMALL, drain, make_due, with_open_handoffs
from devtools.benchmarks.served.servers import working
from handoffs.models import Clock, Escalation
from handoffs.tasks import scan_for_due_steps
from lifecycle.models import Record
from revops.celery import app

LOOKS, CHURNED, CHURNS = 50, 5_000, 3
DUE_OF_MANY, WORKERS = 20_000, 4
SPREAD, SPREAD_S, LEAD_S = 5_000, 60, 5
PATIENCE_S = 180


def run(workspace: Workspace) -> Iterator[Row | Told]:
    """As many open handoffs as the workspace has records, a million at most."""
    with workspace_scope(workspace):
        size = max(SMALL * 2, Record.objects.all()[:LARGE].count())
    many = with_open_handoffs(size)
    yield from nothing_due(many, size)
    yield one_killed(many, size)
    yield last_of_many(many, size)


def nothing_due(many: Workspace, size: int) -> Iterator[Row]:
    """The product's own sweep over all workspaces, against the bare claim in one of them."""
    while scan_for_due_steps():  # whatever is due is taken; from now on it looks above its watermark
        pass
    own, bare = list[float](), list[float]()
    for _ in range(ROUNDS):
        own.append(seconds(lambda: [scan_for_due_steps() for _ in range(LOOKS)]) / LOOKS)
        bare.append(seconds(lambda: [_claim_nothing(many) for _ in range(LOOKS)]) / LOOKS)
    ratios = [ours / raw for ours, raw in zip(own, bare, strict=True)]
    yield row(f"scan with nothing due among {size:,} open ÷ bare claim of nothing", own, bare, ratios, at_most=10)
    held = list[float]()
    with unhindered() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        cursor.execute("select count(*) from handoffs_seam")  # the snapshot is taken, and held
        for _ in range(CHURNS):
            make_due(many, size, CHURNED)
            drain(many)
            held.append(seconds(lambda: [scan_for_due_steps() for _ in range(LOOKS)]) / LOOKS)
    ratios = [each / median(own) for each in held]
    what = f"the same beside a snapshot older than {CHURNED:,} to {CHURNS * CHURNED:,} steps ÷ without it"
    yield row(what, held, own, ratios, at_most=3)


def _claim_nothing(many: Workspace) -> None:
    with workspace_scope(many):
        assert not load("devtools.benchmarks", "claim_by_hand").run(batch=BATCH)


def one_killed(many: Workspace, size: int) -> Told:
    """Workers that take the same due steps at once, of which one is killed in the midst of it."""
    make_due(many, size, DUE_OF_MANY)
    since = database_now()
    with ExitStack() as stack:
        workers = [stack.enter_context(_worker(place)) for place in range(WORKERS)]
        _ask(WORKERS * 2)
        _until(lambda: _taken(many, since)[0] >= BATCH)
        os.killpg(workers[0].pid, signal.SIGKILL)
        before = _taken(many, since)[0]
        _until(lambda: not _is_due(many), between=lambda: _ask(WORKERS))
    steps, distinct, tasks = _taken(many, since)
    is_met = steps == distinct == tasks == DUE_OF_MANY and before < DUE_OF_MANY
    what = f"{DUE_OF_MANY:,} due, {WORKERS} workers, one killed after {before:,}: steps = distinct ones = tasks"
    return Told(what, f"{steps:,} = {distinct:,} = {tasks:,}", f"{DUE_OF_MANY:,}", is_met)


def last_of_many(many: Workspace, size: int) -> Told:
    """Steps that fall due within a minute, by the product's own worker and schedule."""
    with working():
        make_due(many, size, SPREAD, begins_s=LEAD_S, spread_s=SPREAD_S)
        late = lateness(many, database_now(), SPREAD)
    what = f"{SPREAD:,} due within {SPREAD_S} s, through worker and schedule: the last after its due time"
    return Told(what, f"{late[-1]:.1f} s, the middle one {median(late):.1f} s", "≤ 30 s", late[-1] <= 30)


def lateness(many: Workspace, since: datetime, number: int) -> list[float]:
    """How many seconds after their due times so many steps are taken, the longest last; waits for all of them."""
    _until(lambda: _taken(many, since)[0] >= number)
    with workspace_scope(many):
        times = Escalation.objects.filter(taken_at__gte=since).values_list("taken_at", "due_at")
        return sorted((taken - due).total_seconds() for taken, due in times)


@contextmanager
def _worker(place: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker of the clocks' queue in a process group of its own."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "revops", "worker", "-Q", "sla", "--pool", "solo"]
    command += ["-l", "critical", "--without-gossip", "--without-mingle", "-n", f"clocks{place}@here"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "C_FORCE_ROOT": "1"}, start_new_session=True)
    try:
        _until(lambda: bool(app.control.ping(destination=[f"clocks{place}@here"], timeout=0.5)))
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def _ask(times: int) -> None:
    for _ in range(times):
        app.send_task("handoffs.scan")


def _until(is_so: Callable[[], bool], between: Callable[[], None] = lambda: None) -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > until:
            raise RuntimeError("what was waited for did not happen")
        between()
        time.sleep(0.1)


def _is_due(many: Workspace) -> bool:
    with workspace_scope(many):
        return Clock.objects.filter(next_rung_at__lte=database_now()).exists()


def _taken(many: Workspace, since: datetime) -> tuple[int, int, int]:
    """How many steps were taken since, how many different ones, and how many tasks they made."""
    with owner_cursor() as cursor:
        cursor.execute(
            "select count(*), count(distinct (handoff_id, step, clock_run)), count(distinct task_id) "
            "from handoffs_escalation where workspace_id = %s and taken_at >= %s",
            [str(many.pk), since],
        )
        steps, distinct, tasks = cursor.fetchone()
    return int(steps), int(distinct), int(tasks)
