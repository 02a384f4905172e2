"""Workbooks on their way in: one sheet of an xlsx, xls or ods becomes the CSV that everything after it reads.

Another process does the reading, with a bound on memory and time: a few kilobytes can unfold to gigabytes.
"""

import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import BadInput
from core.people.models import Member
from imports.file_text import UnreadableFile, packed
from imports.starting import may_be_read_again, read_again
from lifecycle.models import Import, ImportFile

PROGRAM = Path(__file__).with_name("workbook_process.py")
LONGEST_S = 180.0  # a million rows of twenty columns take about 40 s
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNS = ("xl/", "content.xml")  # what lies in the zip of an xlsx, of an ods
TOO_MUCH = "The workbook unfolds to more than can be read. Save the sheet alone, or as CSV."
TOO_SLOW = "The workbook takes too long to read. Save the sheet alone, or as CSV."


@dataclass(frozen=True)
class SheetText:
    """One sheet as CSV. `sheets`: all of them, as `{"name", "is_hidden"}`."""

    content: bytes
    sheet: str
    sheets: list[dict[str, Any]]
    notes: list[str]


def is_workbook(content: bytes) -> bool:
    """Whether the file is a workbook, by its own marks."""
    if content.startswith(OLE):
        return True
    if not content.startswith(b"PK\x03\x04"):
        return False
    with suppress(zipfile.BadZipFile, NotImplementedError, OSError), zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(name.startswith(SIGNS) for name in archive.namelist())
    return False


def unfold(content: bytes, sheet: str = "", tell: Callable[[float], None] = lambda ratio: None) -> SheetText:
    """Read one sheet in another process; `tell` hears that it goes on. Raises UnreadableFile."""
    with tempfile.TemporaryDirectory(prefix="workbook-") as folder:
        source, out, said = Path(folder, "workbook"), Path(folder, "sheet.csv"), Path(folder, "said.json")
        source.write_bytes(content)
        _run([str(source), sheet, str(out)], said, tell)
        answer = json.loads(said.read_bytes())
        if "refused" in answer:
            code, sentence = answer["refused"]
            raise UnreadableFile(sentence, code)
        return SheetText(packed(out.read_bytes()), answer["sheet"], answer["sheets"], answer["notes"])


def _run(arguments: list[str], said: Path, tell: Callable[[float], None]) -> None:
    """Run the program to its end, or to the end of our patience. Raises UnreadableFile."""
    ends = time.monotonic() + LONGEST_S
    command = [sys.executable, "-I", str(PROGRAM), *arguments]
    with said.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                tell(0)
                if time.monotonic() > ends:
                    raise UnreadableFile(TOO_SLOW, "too_slow")
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
        finally:
            process.kill()
    if process.returncode:
        raise UnreadableFile(TOO_MUCH, "unfolds_too_far")


def sheet_of(file: ImportFile, wanted: str, tell: Callable[[float], None]) -> SheetText | None:
    """The sheet that is wanted of an uploaded file; None where it is no workbook. Raises UnreadableFile."""
    content = bytes(file.workbook or file.content)
    return unfold(content, wanted, tell) if is_workbook(content) else None


def keep_sheet(job: Import, file: ImportFile, found: SheetText) -> None:
    """From now on the sheet is what the import reads; the workbook stays for another choice."""
    if file.workbook is None:
        file.workbook = file.content
    file.content = found.content
    file.save(update_fields=["workbook", "content"])
    job.asked |= {"sheet": found.sheet, "sheets": found.sheets}
    job.save(update_fields=["asked"])


def sheets_of(job: Import) -> list[dict[str, Any]]:
    """The sheets of a workbook that is still to be mapped, the chosen one marked; none where nothing can be chosen."""
    sheets = job.asked.get("sheets", [])
    if not sheets or not may_be_read_again(job):
        return []
    return [{**each, "is_chosen": each["name"] == job.asked.get("sheet", "")} for each in sheets]


def choose_sheet(job: Import, sheet: str, *, by: Member, at: datetime) -> Import:
    """Let a worker read another sheet of the workbook. Raises BadInput, WorldMovedOn."""
    names = [each["name"] for each in job.asked.get("sheets", [])]
    if sheet not in names:
        has = f"it has {', '.join(names)[:300]}" if names else "the file is no workbook"
        raise BadInput(f"There is no sheet {sheet[:60]!r}; {has}.", field="sheet", code="no_such_sheet")
    return read_again(job, {"sheet": sheet}, by=by, at=at)
