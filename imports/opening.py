"""Opening an uploaded file in a worker: what it holds, and what its columns seem to be.

A file of a few kilobytes can unfold to gigabytes or keep a parser busy for minutes; a page must not wait for that.
A worker that dies meanwhile leaves nothing behind: the next look opens it again.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.deadly_work import survived
from core.errors import NotPermitted, Refusal
from core.operating.setting_aside import done_well
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from imports import guessing, mapping
from imports.csv_reader import MAX_ROWS, read_sheet
from imports.encodings import recoded
from imports.ending import broken_off
from imports.file_text import UnreadableFile
from imports.mapping import BadMapping, Mapping
from imports.profiling import Findings, profile
from imports.rejections_file import RETURNED
from imports.saved_mappings import proposed
from imports.starting import IMPORT, start, upload
from imports.workbooks import keep_sheet, sheet_of
from lifecycle.models import Import, ImportFile

State = Import.State
LOOKED_BACK = 20  # imports with rejected rows
LONGEST_S = 300.0  # a million rows of twenty columns take about a minute
TOLD_EVERY_S = 1.0
BROKE = "This file could not be read; something broke on our side."
Progress = Callable[[float], None]


def look(content: bytes, tell: Progress = lambda ratio: None) -> Findings:
    """What the file holds; `tell` hears how far the reading has come, 0 to 1. Raises UnreadableFile."""
    findings = profile(read_sheet(content), tell)
    if not findings["rows"]:
        raise UnreadableFile("The file has a header and no rows.", "no_rows")
    if findings["rows"] > MAX_ROWS:
        raise UnreadableFile(f"The file has {findings['rows']:,} rows; {MAX_ROWS:,} are the most.", "too_many_rows")
    return findings


def mapping_for(findings: Findings, job: Import, lifecycle: Blueprint, zone: str, given: Any = None) -> Mapping:
    """The mapping that was given, else that of the import it corrects, else the newest one saved for this header that
    fits, else the one guessed. Raises BadMapping."""
    target = job.asked.get("target", "")
    if given is not None:
        told = {"target": target, **given} if target and isinstance(given, dict) else given
        return mapping.read(told, findings, lifecycle)
    corrected = Import.objects.filter(number=job.asked.get("corrects")).exclude(mapping={})
    for kept in (*corrected.values_list("mapping", flat=True), *proposed(findings, job)):
        with suppress(BadMapping):  # the blueprint has changed since, or the file has
            return mapping.read(kept, findings, lifecycle)
    # The first guess, as far as the file was understood: what it lacks, its page asks for.
    given = guessing.guess(findings, lifecycle, file_name=job.file_name, target=target, time_zone=zone)
    given |= {"system": job.asked["system"]} if "system" in job.asked else {}
    given |= {"unknown_owner": "blank"} if job.asked.get("makes_nobody") else {}
    try:
        return mapping.read(given, findings, lifecycle)
    except BadMapping:
        return Mapping.of(given)


def keep(job: Import, findings: Findings, checked: Mapping, *, error: str = "") -> None:
    """The file has been read: its columns wait to be confirmed."""
    job.state, job.read_ratio, job.error = State.MAPPING, 1, error[:500]
    job.findings, job.total_rows = dict(findings), findings["rows"]
    job.mapping, job.target = checked.model_dump(mode="json"), checked.target
    job.save(update_fields=["state", "read_ratio", "error", "findings", "total_rows", "mapping", "target"])


@transaction.atomic
def receive(*, file_name: str, content: bytes, by: Member, at: datetime, target: str = "", given: Any = None) -> Import:
    """Keep a file and open it at once, for whoever has the time. Raises NotPermitted, UnreadableFile, BadMapping."""
    asked = {"target": target, "mapping": given}
    job = upload(file_name=file_name, content=content, by=by, at=at, asked=asked)
    findings = look(content)
    keep(job, findings, mapping_for(findings, job, blueprint_of(by.workspace), by.workspace.time_zone, given))
    return job


def open_file(
    workspace_id: UUID, import_id: UUID, *, clock: Callable[[], datetime], pause: Callable[[], None] = lambda: None
) -> None:
    """Open one file that waits to be read; `pause` is called once a second meanwhile."""
    with broken_off(workspace_id, import_id, clock, BROKE), survived(IMPORT, import_id):
        with workspace_scope(workspace_id):
            job = Import.objects.filter(pk=import_id, state=State.READING).first()
            if job is None:
                return
            file = ImportFile.objects.get(of=job)
        with suppress(Cancelled):
            telling = _Telling(workspace_id, import_id, pause)
            if found := sheet_of(file, job.asked.get("sheet", ""), telling):
                with workspace_scope(workspace_id):
                    keep_sheet(job, file, found)
            notes = list(found.notes) if found else []
            if encoding := job.asked.get("encoding"):
                with workspace_scope(workspace_id):
                    notes = list(recoded(file, encoding))
            findings = look(bytes(file.content), telling)
            findings["encoding"] = encoding or findings["encoding"]
            findings["notes"][:0] = notes
            _settle(workspace_id, import_id, findings, clock())


def _settle(workspace_id: UUID, import_id: UUID, findings: Findings, at: datetime) -> None:
    """Map the file as told, else as guessed, and start it where that was asked for."""
    with workspace_scope(workspace_id):
        job = Import.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=import_id)
        if job.state != State.READING:
            return
        done_well(IMPORT, [job.pk])
        workspace = job.created_by.workspace = Workspace.objects.get(pk=workspace_id)
        lifecycle, given = blueprint_of(workspace), job.asked.get("mapping")
        if RETURNED in findings["notes"]:
            _find_what_it_corrects(job, findings)
        try:
            checked, wrong = mapping_for(findings, job, lifecycle, workspace.time_zone, given), ""
        except BadMapping as refusal:
            checked, wrong = mapping_for(findings, job, lifecycle, workspace.time_zone), _said(refusal)
        keep(job, findings, checked, error=wrong)
        if job.asked.get("start") and not wrong:
            try:
                if job.asked.get("makes_nobody") and checked.target == "people":
                    raise NotPermitted("Who sent this file may not make people.")
                with transaction.atomic():
                    start(job, by=job.created_by, at=at)
            except Refusal as refusal:  # who brought it may import no longer, or the mapping lacks something
                keep(job, findings, checked, error=_said(refusal))


def _find_what_it_corrects(job: Import, findings: Findings) -> None:
    """Rejected rows that came back without a word of which import they are of: the newest one with such rows and this
    header. Read alone, a few rows tell less of how they are written than the file did."""
    if job.asked.keys() & {"mapping", "makes_nobody"} or job.asked.get("corrects") or job.asked.get("target"):
        return
    headers = [column["header"] for column in findings["columns"]]
    earlier = Import.objects.filter(state=State.FINISHED, rejected_count__gt=0).order_by("-number")[:LOOKED_BACK]
    for each in earlier.only("number", "target", "findings").iterator(chunk_size=1):
        if headers == [column["header"] for column in each.findings["columns"]]:
            job.asked |= {"corrects": each.number, "target": each.target}
            job.save(update_fields=["asked"])
            return


def _said(refusal: Refusal) -> str:
    where = f" ({refusal.field})" if refusal.field else ""
    return f"It did not start as you asked: {refusal.detail}{where}"


class Cancelled(Exception):
    """Somebody put the file away while it was read."""


@dataclass
class _Telling:
    """Says once a second how far the reading has come, and hears whether it is still wanted."""

    workspace_id: UUID
    import_id: UUID
    pause: Callable[[], None]
    begun: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    def __call__(self, ratio: float) -> None:
        now = time.monotonic()
        if now - self.begun > LONGEST_S:
            raise UnreadableFile("The file takes too long to read; cut it into smaller ones.", "too_slow")
        if now - self.told < TOLD_EVERY_S:
            return
        self.told = now
        with workspace_scope(self.workspace_id):
            waiting = Import.objects.filter(pk=self.import_id, state=State.READING)
            if not waiting.update(read_ratio=round(min(ratio, 1), 3)):
                raise Cancelled
        self.pause()
        self.told = time.monotonic()
        self.begun += self.told - now
