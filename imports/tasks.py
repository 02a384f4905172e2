"""The clock's door: running imports, in turns between workspaces."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from uuid import UUID
from zlib import crc32

from celery import shared_task
from django.db import connection

from core import waking
from core.database import database_now
from core.operating.heartbeats import heartbeat
from core.people.models import Workspace
from core.sql import load
from core.tenancy.sweeps import each_workspace, workspaces_with
from imports.run import no_pause, run_workspace
from imports.starting import RUN

TAKE_PLACE = load("imports", "take_place")
WAITING = load("imports", "waiting_workspaces")
BUDGET_S = 45.0  # a task ends within a minute; what is left over goes on in the next
TURN_S, ALONE_S = 2.0, 5.0  # of one workspace's chunks while others wait, and while nobody does


@shared_task(name=RUN)
@heartbeat(RUN)
def run_imports(workspace_id: str = "", turn_s: float = TURN_S, alone_s: float = ALONE_S) -> None:
    """Run what waits, the named workspace first. Safe to run any number of times at once, and to be killed.

    Who waits is asked again after each round of turns: a file that has just come waits for one round, however much
    others bring in. A turn lasts `turn_s` while others wait, `alone_s` while nobody does, and one chunk at least. Where
    every place is taken there is nothing to do: who has one looks again before and after leaving it."""
    named, ends = {UUID(workspace_id)} if workspace_id else set[UUID](), time.monotonic() + BUDGET_S
    with _a_place() as is_ours:
        had, goes_on = set[UUID](), is_ours
        ids = named or set(workspaces_with(WAITING))
        while goes_on and time.monotonic() < ends:
            had, turn = ids, partial(_turn, turn_s if len(ids) > 1 else alone_s)
            went = each_workspace(ids, turn, what=RUN, until=ends, opens_scope=False, is_everybody=not named)
            goes_on = bool(went.done)
            ids = named.union(workspaces_with(WAITING))
    if goes_on or is_ours and not had.issuperset(workspaces_with(WAITING)):
        waking.poke(RUN)


@contextmanager
def _a_place() -> Iterator[bool]:
    """Whether files may come in by this process: on each machine one of the worker's processes is left for notices,
    figures and scores, and the web has a processor. It is free again when this process's line to the database ends."""
    machine = crc32(socket.gethostname().encode()) >> 1
    taken = TAKE_PLACE.rows(machine=machine, places=max(1, int(os.environ.get("WORKERS", "2")) - 1))
    try:
        yield bool(taken)
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [machine, *taken[0]])


def _turn(seconds: float, workspace: Workspace, *, is_brief: bool = False) -> bool:
    """One workspace's turn: one step at least, then others until the seconds are over; whether it has more to do."""
    ends, asked = time.monotonic() + seconds, count()
    return not run_workspace(
        workspace.pk,
        clock=database_now,
        until=lambda: next(asked) > 0 and time.monotonic() >= ends,
        pause=no_pause if is_brief else partial(_let_others_in, workspace.pk),
        is_brief=is_brief,
    )


def _let_others_in(workspace_id: UUID) -> None:
    """While a large file is read, the others have a chunk each and their small files are opened."""
    others = [each for each in workspaces_with(WAITING) if each != workspace_id]
    each_workspace(others, partial(_turn, 0, is_brief=True), what=RUN, opens_scope=False, is_everybody=False)
