"""The verbs of an import: receive a file, say what its columns are, start, cancel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from core import waking
from core.errors import BadInput, WorldMovedOn
from core.history.actions import record
from core.people.models import Member
from core.people.permissions import may, permit
from core.tenancy.numbers import take_numbers
from imports import destinations as targets
from imports import mapping
from imports.file_owners import Owners
from imports.file_text import check_size
from lifecycle.models import Import, ImportFile

State = Import.State
RUN = "lifecycle.run_imports"  # the task that works on files; its next tick does, should the broker sleep
IMPORT = "import"  # how one that broke off on our side is set aside
CAN_START = (State.MAPPING, State.CANCELLED, State.FAILED)


@transaction.atomic
def upload(*, file_name: str, content: bytes, by: Member, at: datetime, asked: dict[str, Any] | None = None) -> Import:
    """Keep the file; a worker opens it (`opening`), since a file can cost more than a page may.

    `asked`: `target`, `mapping`, `start` and `corrects` (the number of the import whose rejected rows it brings back),
    where they were told. Raises NotPermitted, UnreadableFile, BadInput."""
    permit(by, "record.import")
    asked = {key: value for key, value in (asked or {}).items() if value not in (None, "")}
    if asked.get("target", "leads") not in targets.TARGETS:
        raise BadInput(f"A file holds {', '.join(targets.TARGETS)}.", field="target")
    if "corrects" in asked:
        asked["target"] = _corrected(asked["corrects"]).target
    if (given := asked.get("mapping")) is not None:
        told = {"target": asked["target"], **given} if "target" in asked and isinstance(given, dict) else given
        if mapping.target_of(told) == "people" or told.get("unknown_owner") == "create":
            permit(by, "people.manage")
        asked["mapping"] = _spoken_by(by, given)
    if by.came_with:  # the worker that opens the file no longer knows the key that it came with
        asked["system"] = by.came_with.system
    if not may(by, "people.manage"):
        asked["makes_nobody"] = True
    check_size(len(content))
    received = Import.objects.create(
        number=take_numbers("import")[0],
        state=State.READING,
        target=asked.get("target", ""),
        file_name=file_name.replace("\x00", "")[-255:] or "file",
        asked=asked,
        created_by=by,
        created_at=at,
        waiting_since=at,
    )
    ImportFile.objects.create(of=received, content=content)
    record("import.received", received, at=at, actor=by, facts={"file": received.file_name, "bytes": len(content)})
    transaction.on_commit(lambda: waking.poke(RUN, str(received.workspace_id)))
    return received


def _corrected(number: int) -> Import:
    """The import whose rejected rows come back. Raises BadInput."""
    found = Import.objects.filter(number=number).exclude(mapping={}).only("target").first()
    if found is None:
        raise BadInput(f"There is no import number {number} to correct.", field="corrects", code="no_such_import")
    return found


def _permit_people(checked: mapping.Mapping, by: Member) -> None:
    """A file that makes people is not let in by who may only import."""
    if checked.target == "people" or (checked.unknown_owner == "create" and checked.makes_people):
        permit(by, "people.manage")


def _spoken_by(by: Member, given: Any) -> Any:
    """The mapping with the system of the key it comes with. An admin in person says whose ids a file brings: that is a
    deliberate act, which the import's events name. Raises BadMapping for a key that names another system."""
    own = by.came_with.system if by.came_with else None
    if own is None or not isinstance(given, dict):
        return given
    if given.get("system", own) != own:
        raise mapping.BadMapping(f"This key speaks for “{own}”.", field="system", code="not_your_system")
    return {**given, "system": own}


@transaction.atomic
def map_columns(job: Import, given: Any, *, by: Member, at: datetime) -> Import:
    """Say anew where the columns go; possible until the import has started. Raises BadMapping, WorldMovedOn."""
    permit(by, "record.import")
    job = Import.objects.select_for_update().get(pk=job.pk)
    if job.state != State.MAPPING:
        said = "is still being read" if job.state == State.READING else "has started; its mapping stays as it is"
        raise WorldMovedOn(f"This import {said}.", code="still_reading" if "read" in said else "already_started")
    checked = mapping.read(_spoken_by(by, given), job.findings, blueprint_of(by.workspace))
    _permit_people(checked, by)
    _ = Owners(checked, by=None, at=at).instead  # refuses who cannot own
    job.mapping, job.target = checked.model_dump(mode="json"), checked.target
    job.save(update_fields=["mapping", "target"])
    return job


def may_be_read_again(job: Import) -> bool:
    """Whether another sheet or encoding can still be chosen."""
    return job.state == State.MAPPING or (job.state == State.FAILED and not job.findings)


@transaction.atomic
def read_again(job: Import, asked: dict[str, Any], *, by: Member, at: datetime) -> Import:
    """Let a worker read the file anew, as it is `asked` now; its columns are then guessed anew. Raises WorldMovedOn."""
    permit(by, "record.import")
    job = Import.objects.select_for_update().get(pk=job.pk)
    if not may_be_read_again(job):
        raise WorldMovedOn(f"This import is {job.get_state_display().lower()}.", code="already_started")
    job.asked = {**{key: value for key, value in job.asked.items() if key not in ("mapping", "start")}, **asked}
    job.state, job.findings, job.mapping, job.error, job.read_ratio = State.READING, {}, {}, "", 0
    job.waiting_since, job.finished_at, job.total_rows = at, None, 0
    job.save()
    transaction.on_commit(lambda: waking.poke(RUN, str(job.workspace_id)))
    return job


@transaction.atomic
def start(job: Import, *, by: Member, at: datetime) -> Import:
    """Let a worker take it; one that was cancelled or failed goes on where it stopped.
    Raises BadMapping, WorldMovedOn."""
    permit(by, "record.import")
    job = Import.objects.select_for_update().get(pk=job.pk)
    if job.state not in CAN_START or not job.findings or (job.done_rows and job.done_rows >= job.total_rows):
        raise WorldMovedOn(f"This import is {job.get_state_display().lower()}.", code="already_started")
    _permit_people(mapping.read(job.mapping, job.findings, blueprint_of(by.workspace)), by)
    job.state, job.error, job.cancel_asked_at, job.finished_at = State.WAITING, "", None, None
    job.waiting_since = at
    job.save(update_fields=["state", "waiting_since", "error", "cancel_asked_at", "finished_at"])
    facts = {"file": job.file_name, "from_row": job.done_rows, "system": job.mapping.get("system", "")}
    record("import.started", job, at=at, actor=by, facts=facts)
    transaction.on_commit(lambda: waking.poke(RUN, str(job.workspace_id)))
    return job


@transaction.atomic
def cancel(job: Import, *, by: Member, at: datetime) -> Import:
    """Stop before the next chunk; rows that came in stay. Raises WorldMovedOn when it is over."""
    permit(by, "record.import")
    job = Import.objects.select_for_update().get(pk=job.pk)
    if job.state not in (State.READING, State.MAPPING, State.WAITING, State.RUNNING):
        raise WorldMovedOn(f"This import is {job.get_state_display().lower()}.", code="already_over")
    job.cancel_asked_at = at
    if job.state != State.RUNNING:
        job.state, job.finished_at = State.CANCELLED, at
        record("import.cancelled", job, at=at, actor=by, facts={"file": job.file_name, "rows": job.done_rows})
    job.save(update_fields=["cancel_asked_at", "state", "finished_at"])
    return job


def begin_again(import_id: UUID, at: datetime) -> bool:
    """Let a worker go on with an import that broke off on our side: read the file, or go on at the row where it
    stopped. True where nothing is left to do."""
    job = Import.objects.select_for_update(skip_locked=True).filter(pk=import_id).first()
    if job is None:
        return not Import.objects.filter(pk=import_id).exists()
    if job.state != State.FAILED:
        return job.state not in (State.READING, State.WAITING, State.RUNNING)
    job.state, job.error, job.finished_at = State.WAITING if job.findings else State.READING, "", None
    job.waiting_since = at
    job.save(update_fields=["state", "error", "finished_at", "waiting_since"])
    transaction.on_commit(lambda: waking.poke(RUN, str(job.workspace_id)))
    return False
