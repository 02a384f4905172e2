"""The scan: what is due costs the same among a million open handoffs as among ten thousand; and the worker's pace."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils import timezone

from blueprint.documents import blueprint_of
from core.database import owner_cursor
from core.people.functions import Function
from core.people.models import Member, Team, Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import ROUNDS, Row, row, seconds
from devtools.benchmarks.seed import founded
from handoffs.actions.scanning import scan
from handoffs.models import Clock
from lifecycle.models import Record
from revops.celery import app

DUE, BREACHES, BATCH = 1_000, 5_000, 500
SMALL, LARGE, AT_ONCE = 10_000, 1_000_000, 100_000
ROOT = Path(__file__).resolve().parents[2]


def run(workspace: Workspace) -> list[Row]:
    """Both rows; as many open handoffs as the workspace has records, a million at most."""
    with workspace_scope(workspace):
        large = max(SMALL * 2, Record.objects.all()[:LARGE].count())
    few, many = with_open_handoffs(SMALL), with_open_handoffs(large)
    return [same_cost(few, many, large), workers_pace(many, large)]


def same_cost(few: Workspace, many: Workspace, large: int) -> Row:
    """Draining a thousand due steps, among many open handoffs and among few."""
    own, bare, ratios = [], [], []
    for turn in range(ROUNDS + 1):
        make_due(few, SMALL, DUE), make_due(many, large, DUE)
        pair = [(own, many), (bare, few)]
        for times, workspace in reversed(pair) if turn % 2 else pair:
            times.append(seconds(lambda workspace=workspace: drain(workspace)))
        ratios.append(own[-1] / bare[-1])
    what = f"scan of {DUE:,} due among {large:,} open with three clocks each ÷ among {SMALL:,}"
    return row(what, own[1:], bare[1:], ratios[1:], at_most=1.5)  # the first round warms


def workers_pace(workspace: Workspace, size: int) -> Row:
    """Breaches with their tasks and events through a real Celery worker, against the bare claim in SQL."""
    own, bare, ratios = [], [], []
    with a_worker():
        for turn in range(ROUNDS + 1):
            for is_ours in (True, False) if turn % 2 else (False, True):
                make_due(workspace, size, BREACHES)
                if is_ours:
                    own.append(seconds(lambda: through_the_worker(workspace)))
                else:
                    bare.append(seconds(lambda: claim_bare(workspace)))
            ratios.append(bare[-1] / own[-1])
    what = f"{BREACHES:,} breaches with task and event through a worker ÷ bare claim and escalation"
    return row(what, own[1:], bare[1:], ratios[1:], at_least=0.3)


def drain(workspace: Workspace) -> None:
    """Scan as the task does: a transaction for each batch, until nothing is due."""
    found = 1
    while found:
        with workspace_scope(workspace):
            found = scan(workspace)


def through_the_worker(workspace: Workspace) -> None:
    """Ask for a scan over the broker, and wait until everything due has been taken."""
    app.send_task("handoffs.scan")
    is_due = True
    while is_due:
        time.sleep(0.01)
        with workspace_scope(workspace):
            is_due = Clock.objects.filter(next_rung_at__lte=timezone.now()).exists()


def claim_bare(workspace: Workspace) -> None:
    """The least that is still exactly once: claim, mark, escalate, in batches of as many."""
    found = 1
    while found:
        with workspace_scope(workspace):
            found = load("devtools.benchmarks", "claim_by_hand").run(batch=BATCH)


@contextmanager
def a_worker() -> Iterator[None]:
    """A worker of the product, on the queue of the clocks, for as long as the block lasts."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "revops", "worker", "-Q", "sla", "-c", "1"]
    command += ["-l", "error", "--without-gossip", "--without-mingle", "-n", "bench@here"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "C_FORCE_ROOT": "1"}, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while not app.control.ping(destination=["bench@here"], timeout=0.5):
            if time.monotonic() > until:
                raise RuntimeError("the worker did not start")
        yield
    finally:
        process.terminate()
        process.wait(30)


# --- many open handoffs -----------------------------------------------------------------------------------------------


def with_open_handoffs(count: int) -> Workspace:
    """A workspace with this many open handoffs over its three seams, due in a year. Made once."""
    slug = f"three-clocks-{count}"
    if found := Workspace.objects.filter(slug=slug).first():
        return found
    workspace = founded(slug)
    with workspace_scope(workspace):
        team = Team.objects.get(function=Function.SALES).pk
        reps = list(Member.objects.filter(role="rep").values_list("pk", flat=True))
        seams = [seam.id for seam in blueprint_of(workspace).seams]
    for first in range(1, count + 1, AT_ONCE):
        part = {"first": first, "last": min(first + AT_ONCE - 1, count)}
        with workspace_scope(workspace):
            with connection.cursor() as cursor:
                cursor.execute("set local statement_timeout = 0")
            load("devtools.benchmarks", "seed_scan_records").run(**part)
            load("devtools.benchmarks", "seed_handoffs").run(**part, seams=seams, reps=reps, team=team)
    with owner_cursor() as cursor:
        cursor.execute("analyze lifecycle_record, handoffs_handoff, handoffs_clock, handoffs_escalation, handoffs_task")
    return workspace


def make_due(workspace: Workspace, size: int, count: int, *, begins_s: int = -60, spread_s: int = 0) -> None:
    """Let `count` handoffs of a fresh clock run have breached a minute ago, or breach over some seconds to come;
    outside the measured time."""
    numbers = random.sample(range(1, size + 1), count)
    with owner_cursor() as cursor:  # a breach is history, which only the owner may take back
        cursor.execute("alter table handoffs_handoff disable trigger answered")
        cursor.execute("alter table handoffs_clock disable trigger stopped")
        statement = load("devtools.benchmarks", "make_due")
        due = {"begins_s": begins_s, "spread_s": spread_s}
        cursor.execute(statement.text, {"workspace": workspace.pk, "numbers": numbers, **due})
        cursor.execute("alter table handoffs_clock enable trigger stopped")
        cursor.execute("alter table handoffs_handoff enable trigger answered")
