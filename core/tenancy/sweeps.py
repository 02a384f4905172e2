"""The one loop over workspaces: each in its own scope, version and local time, and one's trouble is not the others'.

Every task and command that goes through workspaces calls `each_workspace`. A workspace that raises is logged and kept
as failing, with since when, until the same sweep passes it well again; its admins see it among what was set aside.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from structlog.contextvars import bound_contextvars

from core.database import scanner_cursor
from core.deadly_work import survived
from core.history.actions import running_version
from core.people.models import SweepTrouble, Workspace
from core.sql import SqlFile, load
from core.tenancy.scope import workspace_scope
from core.tenancy.zones import local_time

log = logging.getLogger(__name__)
FOREVER = float("inf")
LOOK_AGAIN_S = 2.0  # how long a sweep of others keeps somebody from a turn, and a round of turns
MOST_BEGUN = 20  # turns in one workspace that never ended: several workers may be at it at once
Deed = Callable[[Workspace], int | None]

FAILING_WORKSPACES = load("core", "failing_workspaces")
PASS_FAILED = load("core", "pass_failed")


@dataclass(frozen=True)
class Sweep:
    """How a sweep went: what was done, who has more to do, and whose turn raised."""

    done: int
    left: tuple[UUID, ...]
    failed: tuple[UUID, ...]

    @property
    def is_whole(self) -> bool:
        """Nothing is left anywhere, and nobody failed."""
        return not self.left and not self.failed


def workspaces_with(work: SqlFile, **values: Any) -> list[UUID]:
    """The workspaces that the statement finds, as the scanner role sees them. One query."""
    with scanner_cursor() as cursor:
        cursor.execute(work.text, values)
        return [UUID(str(workspace_id)) for (workspace_id,) in cursor.fetchall()]


def each_workspace(
    ids: Iterable[UUID | str] | Callable[[], Iterable[UUID | str]],
    deed: Deed,
    *,
    what: str,
    until: float = FOREVER,
    in_turns: bool = False,
    opens_scope: bool = True,
    is_everybody: bool = True,
) -> Sweep:
    """Do `deed(workspace)` for every workspace of `ids`; it answers how much it did.

    `what` names the sweep (`handoffs.scan`). `until` is a moment of `time.monotonic()` after which no turn begins.
    `in_turns` comes round again to those whose deed did something, so that none waits for another's thousands. Where
    `ids` can be asked it is asked again meanwhile, now and then: who has work only since has a turn as well.
    `opens_scope` False leaves scope and transactions to a deed that has several. `is_everybody` False says that `ids`
    are not all the workspaces with such work, so that those not named may still be failing.
    """
    looked_at, turns = time.monotonic(), [UUID(str(each)) for each in (ids() if callable(ids) else ids)]
    random.shuffle(turns)  # where time is always up before the end, it is not always the same who wait
    failing = set(workspaces_with(FAILING_WORKSPACES, sweep=what))
    done, failed, well = 0, list[UUID](), failing - set(turns) if is_everybody else set[UUID]()
    while turns and time.monotonic() < until:
        again = []
        for place, workspace_id in enumerate(turns):
            if time.monotonic() >= until:
                again += turns[place:]
                break
            if (did := _take_turn(workspace_id, deed, what, opens_scope)) is None:
                failed.append(workspace_id)
                continue
            well |= failing & {workspace_id}
            done += did
            again += [workspace_id] if did and in_turns else []
        turns = again
        if again and callable(ids) and (now := time.monotonic()) >= looked_at + LOOK_AGAIN_S:
            looked_at, turns = now, [*again, *{UUID(str(each)) for each in ids()}.difference(again, failed)]
    if well := well.difference(failed):
        _forget_trouble(what, well)
    return Sweep(done, tuple(turns), tuple(failed))


def _forget_trouble(what: str, ids: set[UUID]) -> None:
    for workspace_id in ids:
        with workspace_scope(workspace_id):
            SweepTrouble.objects.filter(sweep=what).delete()


def _take_turn(workspace_id: UUID, deed: Deed, what: str, opens_scope: bool) -> int | None:
    """What one workspace's turn did; None where it raised: rolled back, kept as failing, tried again by the next. One
    that killed its workers again and again is left for an hour, so that the others have theirs."""
    in_the_making = Q(sample_of__isnull=False, sample_ready_at=None)  # whose past is not over
    workspace = Workspace.objects.exclude(in_the_making).filter(pk=workspace_id).first()
    if workspace is None:
        return 0
    scope: AbstractContextManager[None] = workspace_scope(workspace) if opens_scope else nullcontext()
    with bound_contextvars(workspace=workspace.slug):  # named in every line of the log
        try:
            with (
                survived(what, workspace_id, most=MOST_BEGUN, leaves=True),
                local_time(workspace),
                running_version(workspace.blueprint_version),
                scope,
            ):
                return int(deed(workspace) or 0)
        except Exception as trouble:  # whatever it is, the others go on; where the database is away, keeping it raises
            if not Workspace.objects.filter(pk=workspace_id).exists():
                return 0  # a sample company, taken away meanwhile
            log.exception("%s failed for workspace %s", what, workspace.slug)
            said = f"{type(trouble).__name__}: {trouble}".replace("\0", "")[:500]
            with workspace_scope(workspace_id):
                PASS_FAILED.run(sweep=what, trouble=said)
            return None
