"""Undoing an import in slices of some hundred records, each a transaction: a worker may die at any moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from core.history.actions import record, record_all, running_version, tell
from core.history.models import NO_RECORD, Event
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from imports import undo_companies, undo_people
from imports.built_on import built_on
from imports.setting_back import set_back
from imports.undo_queries import counts
from lifecycle.closed_periods import name_import
from lifecycle.models import Account, Import, ImportUndo, Record, UndoItem

FIND, TAKE_AWAY = load("lifecycle", "undo_find"), load("lifecycle", "undo_created")
Phase = ImportUndo.Phase
SLICE, EVENTS = 500, 5_000
# Made first: a record that the import made and then told more of is one it made.
KINDS = ("record.created", "record.updated", "record.history_corrected", "record.owner_changed")
LATE = timedelta(minutes=1)  # an event may be a moment later than the chunk that it belongs to
NO_ID = UUID(int=0)
BY_EVENTS: dict[str, Any] = {"accounts": undo_companies, "people": undo_people}  # what is no record
AT_WORK = (Phase.LOOKING, Phase.UNDOING)


def run_undo(workspace_id: UUID, import_id: UUID, *, clock: Callable[[], datetime], until: Callable[[], bool]) -> bool:
    """Go on with taking an import back; False when time is up before the work is."""
    workspace = Workspace.objects.get(pk=workspace_id)
    while _slice(workspace, import_id, clock()):
        if until():
            return False
    return True


def _slice(workspace: Workspace, import_id: UUID, at: datetime) -> bool:
    """One step; False when there is nothing more to do, or another worker is at it."""
    workspace.refresh_from_db(fields=["blueprint_version"])
    with workspace_scope(workspace), running_version(workspace.blueprint_version):
        undo = (
            ImportUndo.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("of", "asked_by")
            .filter(of=import_id, phase__in=AT_WORK)
            .first()
        )
        if undo is None:
            return False
        undo.asked_by.workspace = workspace
        if undo.of.target in BY_EVENTS:
            return _look_at_events(undo) if undo.phase == Phase.LOOKING else _put_back_by_events(undo, at)
        return _look(undo) if undo.phase == Phase.LOOKING else _put_back(workspace, undo, at)


def span_of(job: Import) -> tuple[datetime, datetime]:
    """When the import wrote."""
    assert job.started_at and job.finished_at, "only what ran and is over can be undone"
    return job.started_at, job.finished_at + LATE


def _look_at_events(undo: ImportUndo) -> bool:
    way = BY_EVENTS[undo.of.target]
    way.find(undo, *span_of(undo.of))
    items = list(undo.items.all())
    found = way.built_on(items, undo)
    for item in items:
        item.touched_by = found.get(item.record_id, "")
    _keep(items)
    undo.phase = Phase.READY
    undo.save(update_fields=["phase"])
    return False


def _put_back_by_events(undo: ImportUndo, at: datetime) -> bool:
    most = SLICE if undo.of.target == "accounts" else None
    items = list(undo.items.filter(outcome="").order_by("number")[:most])
    if items:
        BY_EVENTS[undo.of.target].put_back(items, undo, *span_of(undo.of), at)
        return True
    return _is_done(undo, at)


def _look(undo: ImportUndo) -> bool:
    """Find the records that the import wrote, kind of event by kind, then what was built on them."""
    place = undo.cursor.get("kind", 0)
    if place < len(KINDS):
        _find(undo, KINDS[place], *span_of(undo.of))
        return True
    items = list(undo.items.filter(outcome="", is_checked=False).order_by("number")[:SLICE])
    if not items:
        undo.phase = Phase.READY
        undo.save(update_fields=["phase"])
        return False
    _check(items, undo)
    _keep(items)
    return True


def _find(undo: ImportUndo, kind: str, since: datetime, until: datetime) -> None:
    rows = FIND.rows(
        **{"undo": undo.pk, "import": str(undo.of_id), "kind": kind, "since": since, "until": until, "most": EVENTS},
        after_at=undo.cursor.get("at", since.isoformat()),
        after_id=undo.cursor.get("id", str(NO_ID)),
    )
    at, last_id, seen = rows[0] if rows else (since, NO_ID, 0)
    is_last = seen < EVENTS
    undo.cursor = {"kind": KINDS.index(kind) + is_last}
    if not is_last:
        undo.cursor |= {"at": at.isoformat(), "id": str(last_id)}
    undo.save(update_fields=["cursor"])


def _check(items: list[UndoItem], undo: ImportUndo) -> None:
    """Whether something was built on each of them, as it is now."""
    made = [item.record_id for item in items if item.is_created]
    found = built_on([item.record_id for item in items], made, undo.of)
    for item in items:
        item.touched_by = found.get(item.record_id, "")


def _keep(items: list[UndoItem]) -> None:
    """Write what was found of them and what became of them: those that are alike at once, mostly all."""
    alike: dict[tuple[str, str], list[UUID]] = {}
    for item in items:
        alike.setdefault((item.touched_by, item.outcome), []).append(item.pk)
    for (touched_by, outcome), ids in alike.items():
        UndoItem.objects.filter(pk__in=ids).update(is_checked=True, touched_by=touched_by, outcome=outcome)


def _put_back(workspace: Workspace, undo: ImportUndo, at: datetime) -> bool:
    """Some more records, each asked again whether something was built on it meanwhile."""
    items = list(undo.items.filter(outcome="", is_checked=True).order_by("number")[:SLICE])
    if not items:
        return _end(undo, at)
    ids = [item.record_id for item in items]
    present = set(Record.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    _check(items, undo)
    free = [item for item in items if not item.touched_by and item.record_id in present]
    made = [item for item in free if item.is_created]
    facts = {"import": str(undo.of_id), "file": undo.of.file_name}
    told = [
        ("record.undone", "record", each.record_id, each.record_id, {**facts, "number": each.number}) for each in made
    ]
    record_all(told, at=at, actor=undo.asked_by)
    name_import(undo.of)
    tell("records.undone", record_ids=[item.record_id for item in made])
    TAKE_AWAY.rows(records=[item.record_id for item in made])
    changed = [item.record_id for item in free if not item.is_created]
    refused = set_back(workspace, changed, undo.of, span_of(undo.of), by=undo.asked_by, at=at)
    for item in items:
        if item.record_id in refused:
            item.touched_by = "refused"
        item.outcome = "left" if item.touched_by else "removed" if item.is_created else "set_back"
    _keep(items)
    return True


def _end(undo: ImportUndo, at: datetime) -> bool:
    """Take away the companies that came with the records and have none now; then the import is undone."""
    since, until = span_of(undo.of)
    told = Event.objects.filter(NO_RECORD, workspace_id=OuterRef("workspace_id"), subject_id=OuterRef("pk"))
    bare = Account.objects.filter(
        created_at__range=(since, until), updated_at=F("created_at"), records=None, owner=None
    )
    ids = list(bare.filter(~Exists(told)).values_list("pk", flat=True)[:SLICE])
    if ids:
        Account.objects.filter(pk__in=ids).delete()
        undo.removed_accounts += len(ids)
        undo.save(update_fields=["removed_accounts"])
        return True
    return _is_done(undo, at)


def _is_done(undo: ImportUndo, at: datetime) -> bool:
    undo.phase, undo.finished_at = Phase.DONE, at
    undo.save(update_fields=["phase", "finished_at"])
    Import.objects.filter(pk=undo.of_id).update(state=Import.State.UNDONE)
    record("import.undone", undo.of, at=at, actor=undo.asked_by, facts={"file": undo.of.file_name, **counts(undo)})
    return False
