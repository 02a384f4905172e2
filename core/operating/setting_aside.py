"""Rows set aside: what a pass could not do is kept with its reason, tried again, and shown until it is done.

A pass that fails for one row calls `set_aside` and goes on; a pass that does well by rows calls `done_well`. Who can
take a kind of row again on request is named in `revops/wiring.py` by `retried_by`.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import Error, transaction

from core.errors import NotFound, Refusal, WorldMovedOn
from core.history.actions import record_all, request_id
from core.kept_plans import sqlstate
from core.operating.models import SetAside, labels
from core.people.models import Member
from core.people.permissions import permit
from core.sql import load

Row = TypeVar("Row")
log = logging.getLogger(__name__)
LONGEST_REASON = 500
LATER = timedelta(hours=1)
MOST_AT_ONCE = 50
WAITED_TOO_LONG = ("55P03", "40P01")  # a lock not to be had in time, a deadlock

SET_ASIDE = load("core", "set_aside")
DONE_WELL = load("core", "done_well")


_retries: dict[str, Callable[[UUID, datetime], bool]] = {}


def retried_by(kind: str, label: str, again: Callable[[UUID, datetime], bool]) -> None:
    """Rows of `kind`, which people call `label`, are taken again by `again`; called once at start, by the wiring.

    `again(subject_id, at)` does it or raises; False says that it is under way and another pass will finish it."""
    labels[kind], _retries[kind] = label, again


def set_aside(
    kind: str, subject_id: UUID, *, what: str, trouble: Exception, at: datetime, next_try_at: datetime | None = None
) -> None:
    """Keep what could not be done in the workspace in scope. One query; once more is one try more."""
    SET_ASIDE.run(
        kind=kind,
        subject=subject_id,
        what=what[:300],
        reason=reason_of(trouble),
        at=at,
        next_try_at=next_try_at,
        request_id=request_id.get(),
    )


def is_held_elsewhere(trouble: BaseException) -> bool:
    """Whether others held or wrote the same rows for too long, which is the fault of no row: it is left as it was, and
    the next pass takes it."""
    return sqlstate(trouble) in WAITED_TOO_LONG or isinstance(trouble, WorldMovedOn) and trouble.code == "too_busy"


def take_all(
    rows: Sequence[Row], take: Callable[[Sequence[Row]], None], put_aside: Callable[[Row, Exception], None]
) -> None:
    """Take rows together, in a savepoint; where that raises, one by one, and what raises again is put aside: whatever
    is wrong with one row must not stop the others. Raises what `is_held_elsewhere`."""
    try:
        with transaction.atomic():
            take(rows)
    except Exception as raised:
        if is_held_elsewhere(raised):
            raise
        log.exception("a batch of %s failed; taking them one by one", len(rows))
        for row in rows:
            try:
                with transaction.atomic():
                    take([row])
            except Exception as trouble:
                if is_held_elsewhere(trouble):
                    raise
                log.exception("%s is set aside", row)
                put_aside(row, trouble)


def done_well(kind: str, subject_ids: Sequence[UUID]) -> list[UUID]:
    """These go well: what was set aside of them is no longer, and which that was. One query."""
    if not subject_ids:
        return []
    return [subject_id for (subject_id,) in DONE_WELL.rows(kind=kind, subjects=list(subject_ids))]


def reason_of(trouble: Exception) -> str:
    """The trouble in a line an admin can pass on; of the database only the first line, which holds no values."""
    if isinstance(trouble, Refusal):
        return trouble.detail[:LONGEST_REASON]
    said = str(trouble).strip().splitlines()
    if isinstance(trouble, Error):
        said = said[:1]
    name = type(trouble).__name__
    return f"{name}: {' '.join(said)}".replace("\x00", "")[:LONGEST_REASON] if said else name


@dataclass(frozen=True)
class RetryResult:
    """What came of one more try: `done`, `begun` or `failed`, and the row that is left of it."""

    what: str
    outcome: str
    row: SetAside | None


def try_again(row_id: UUID, *, by: Member, at: datetime) -> RetryResult:
    """Take it now. Failing once more is an outcome and no refusal: the row stays, with its new reason.

    Permit, try in a savepoint of its own, keep what came of it, record. Raises NotFound where it is done already, and
    what `is_held_elsewhere`: nothing came of it.
    """
    permit(by, "aside.retry")
    with transaction.atomic():
        row = SetAside.objects.filter(pk=row_id).first()  # not locked: passes lock the subject first
        if row is None or row.kind not in _retries:
            raise NotFound
        outcome = _outcome(row, at)
        facts = {"what": row.what, "kind": row.kind, "tries": row.tries, "outcome": outcome}
        record_all([(f"aside.{outcome}", row.kind, row.subject_id, None, facts)], at=at, actor=by)
    return RetryResult(row.what, outcome, SetAside.objects.filter(pk=row_id).first())


def try_due(at: datetime, *, until: float) -> int:
    """Try the rows of the workspace in scope whose time has come, oldest first, and how many there were.

    Whatever comes of it is kept with the row; nothing is told, since nobody asked. Each has a savepoint of its own."""
    due = SetAside.objects.filter(next_try_at__lte=at, kind__in=_retries).order_by("next_try_at")[:MOST_AT_ONCE]
    tried = 0
    for row in due:
        if time.monotonic() > until:
            break
        try:
            _outcome(row, at)
        except Exception as trouble:
            if not is_held_elsewhere(trouble):
                raise
            continue  # it stays as it is, and the next tick tries it
        tried += 1
    return tried


def _outcome(row: SetAside, at: datetime) -> str:
    try:
        with transaction.atomic():
            is_done = _retries[row.kind](row.subject_id, at)
    except Exception as trouble:  # whatever it is, it is one row's trouble: kept, logged, shown
        if is_held_elsewhere(trouble):
            raise
        if not isinstance(trouble, Refusal):  # a rule that says no is told as it is
            log.exception("%s was tried again and failed", row.what)
        return _failed(row, trouble, at)
    if is_done:
        row.delete()
        return "done"
    SetAside.objects.filter(pk=row.pk).update(next_try_at=at, last_tried_at=at)
    return "begun"


def _failed(row: SetAside, trouble: Exception, at: datetime) -> str:
    later = row.next_try_at
    if later is not None and later <= at:
        later = at + LATER
    set_aside(row.kind, row.subject_id, what=row.what, trouble=trouble, at=at, next_try_at=later)
    return "failed"
