"""The encoding of a file, chosen by a person: the file is read again as the text that it then is."""

from datetime import datetime
from typing import Any

from core.errors import BadInput
from core.people.models import Member
from imports.file_text import decoded_as, packed, unpacked
from imports.starting import read_again
from lifecycle.models import Import, ImportFile

WORDS = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": "Western European (Windows)",
    "cp1250": "Central European (Windows)",
    "cp1251": "Cyrillic (Windows)",
    "cp1253": "Greek (Windows)",
    "cp1254": "Turkish (Windows)",
    "cp932": "Japanese (Shift JIS)",
    "euc_jp": "Japanese (EUC)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "euc_kr": "Korean (EUC)",
    "mac_roman": "Western European (Mac)",
    "cp850": "Western European (DOS)",
}


def encodings_of(job: Import) -> list[dict[str, Any]]:
    """The encodings that can be chosen for a file that waits for its mapping, the present one marked; none for a
    workbook, which says itself how it is written."""
    if job.state != Import.State.MAPPING or job.asked.get("sheets"):
        return []
    present = job.findings["encoding"]
    return [
        {"name": name, "words": words, "is_chosen": name == present}
        for name, words in (({} if present in WORDS else {present: present}) | WORDS).items()
    ]


def choose_encoding(job: Import, encoding: str, *, by: Member, at: datetime) -> Import:
    """Let a worker read the file in another encoding; its columns are then guessed anew. Raises BadInput,
    WorldMovedOn."""
    if encoding not in WORDS:
        known = ", ".join(WORDS)
        raise BadInput(f"An encoding is one of {known}.", field="encoding", code="no_such_encoding")
    if job.asked.get("sheets"):
        raise BadInput("A workbook says itself how it is written.", field="encoding", code="no_such_encoding")
    return read_again(job, {"encoding": encoding}, by=by, at=at)


def recoded(file: ImportFile, encoding: str) -> tuple[str, ...]:
    """From now on the text in this encoding is what the import reads; the file as it came stays for another choice.
    Returns what people should know of the text."""
    original = bytes(file.workbook or file.content)
    text, notes = decoded_as(unpacked(original), encoding)
    file.workbook, file.content = original, packed(text.encode("utf-8-sig"))
    file.save(update_fields=["workbook", "content"])
    return notes
