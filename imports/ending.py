"""How an import ends: finished, cancelled, or broken off with a reason that its page shows."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError

from core.errors import Refusal, WorldMovedOn
from core.history.actions import record
from core.operating.setting_aside import done_well, set_aside
from core.tenancy.scope import workspace_scope
from imports.starting import IMPORT
from lifecycle.models import Import, StagedRows

log = logging.getLogger(__name__)
State = Import.State
AT_WORK = (State.WAITING, State.RUNNING)


def end(job: Import, state: str, at: datetime, error: str = "") -> None:
    """Write that a locked import is over, and tell history what came in."""
    job.state, job.finished_at, job.error = state, at, error
    job.save(update_fields=["state", "finished_at", "error"])
    StagedRows.objects.filter(of=job).delete()
    if state != State.FAILED:
        done_well(IMPORT, [job.pk])
    facts = {
        "file": job.file_name,
        "rows": job.done_rows,
        "created": job.created_count,
        "updated": job.updated_count,
        "unchanged": job.unchanged_count,
        "rejected": job.rejected_count,
    }
    record(f"import.{state}", job, at=at, actor=job.created_by, facts=facts)


@contextmanager
def broken_off(workspace_id: UUID, import_id: UUID, clock: Callable[[], datetime], words: str) -> Iterator[None]:
    """Work on one import inside. Whatever is wrong with its file must not stop the others: its page says so, in the
    refusal's words, or in `words` where the fault is ours; then it is set aside as well, so that somebody sees it."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise  # the database is away or slow; what was done is kept, and the next look goes on from there
    except WorldMovedOn:
        return  # others were faster; the next look tries again
    except Refusal as refusal:
        _break_off(workspace_id, import_id, refusal.detail, clock(), None)
    except Exception as trouble:
        log.exception("import %s broke off", import_id)
        _break_off(workspace_id, import_id, words, clock(), trouble)


def _break_off(workspace_id: UUID, import_id: UUID, why: str, at: datetime, trouble: Exception | None) -> None:
    with workspace_scope(workspace_id):
        job = Import.objects.select_for_update().get(pk=import_id)
        if job.state == State.READING:
            job.state, job.error, job.finished_at = State.FAILED, why[:500], at
            job.save(update_fields=["state", "error", "finished_at"])
            record("import.unreadable", job, at=at, facts={"file": job.file_name, "why": why[:300]})
        elif job.state in AT_WORK:
            end(job, State.FAILED, at, error=why[:500])
        else:
            return
        if trouble is not None:
            set_aside(IMPORT, job.pk, what=f"Import {job.number}, {job.file_name}", trouble=trouble, at=at)
