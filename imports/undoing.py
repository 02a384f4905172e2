"""The verbs of undoing an import: look at what it would mean, do it, or keep the import after all."""

from datetime import datetime

from django.db import transaction

from core import waking
from core.errors import BadInput, NotFound, WorldMovedOn
from core.history.actions import record
from core.people.models import Member
from core.people.permissions import permit
from imports.starting import RUN
from lifecycle.models import Import, ImportUndo, UndoItem

State, Phase = Import.State, ImportUndo.Phase
OVER = (State.FINISHED, State.CANCELLED, State.FAILED)


def may_be_undone(job: Import) -> bool:
    """Whether the import wrote something, and is over."""
    return job.state in OVER and job.created_count + job.updated_count > 0


def is_under_way(job: Import) -> bool:
    """Whether somebody asked to undo it, and did not keep it after all."""
    return ImportUndo.objects.filter(of=job).exclude(phase=Phase.KEPT).exists()


def undo_of(job: Import) -> ImportUndo:
    """The undoing of an import, under way or done. Raises NotFound."""
    undo = ImportUndo.objects.filter(of=job).exclude(phase=Phase.KEPT).select_related("asked_by").first()
    if undo is None:
        raise NotFound
    return undo


@transaction.atomic
def look(job: Import, *, by: Member, at: datetime) -> ImportUndo:
    """Let a worker find what the import wrote and what was built on it; nothing is undone yet.
    Raises BadInput, WorldMovedOn."""
    permit(by, "record.import")
    job = Import.objects.select_for_update().get(pk=job.pk)
    if not may_be_undone(job):
        wrote = job.get_state_display().lower() if job.state not in OVER else "one that wrote nothing"
        raise WorldMovedOn(f"This import is {wrote}.", code="cannot_be_undone")
    UndoItem.objects.filter(undo__of=job).delete()
    ImportUndo.objects.filter(of=job, phase=Phase.KEPT).delete()
    undo = ImportUndo.objects.create(of=job, former_state=job.state, asked_by=by, asked_at=at)
    job.state, job.waiting_since = State.UNDOING, at
    job.save(update_fields=["state", "waiting_since"])
    transaction.on_commit(lambda: waking.poke(RUN, str(job.workspace_id)))
    return undo


@transaction.atomic
def undo(job: Import, *, leaves_touched: bool, by: Member, at: datetime) -> ImportUndo:
    """Undo it: records it made go, others are set back. What was built on since is left where that was chosen, else
    nothing is undone. Raises NotFound, BadInput, WorldMovedOn."""
    permit(by, "record.import")
    found = _in_phase(job, Phase.READY)
    if not found.items.exists():
        raise BadInput("What this import wrote was not kept with it, so it cannot be found.", code="nothing_found")
    touched = UndoItem.objects.filter(undo=found).exclude(touched_by="").count()
    if touched and not leaves_touched:
        detail = f"Something was built on {touched:,} of its records. Leave them as they are, or keep the import."
        raise BadInput(detail, code="built_on", field="leaves_touched")
    found.phase, found.leaves_touched = Phase.UNDOING, leaves_touched
    found.save(update_fields=["phase", "leaves_touched"])
    Import.objects.filter(pk=job.pk).update(waiting_since=at)
    record("import.undo_started", job, at=at, actor=by, facts={"file": job.file_name, "left": touched})
    transaction.on_commit(lambda: waking.poke(RUN, str(job.workspace_id)))
    return found


@transaction.atomic
def keep(job: Import, *, by: Member, at: datetime) -> Import:
    """Leave everything as it is; possible until the undoing has begun. Raises NotFound, WorldMovedOn."""
    permit(by, "record.import")
    found = _in_phase(job, Phase.LOOKING, Phase.READY)
    job = Import.objects.select_for_update().get(pk=job.pk)
    job.state = found.former_state
    job.save(update_fields=["state"])
    found.phase = Phase.KEPT
    found.save(update_fields=["phase"])
    return job


def _in_phase(job: Import, *phases: ImportUndo.Phase) -> ImportUndo:
    found = ImportUndo.objects.select_for_update().get(pk=undo_of(job).pk)
    if found.phase not in phases:
        raise WorldMovedOn(f"This import is {found.get_phase_display().lower()}.", code="cannot_be_undone")
    return found
