"""Which files a packet takes, and under which name. No database."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

LARGEST_FILE = 10 * 1024 * 1024
MOST_FILES = 20  # of a record
LONGEST_NAME = 120
UNSAFE = re.compile(r"[^\w .,()&+@-]", re.UNICODE)
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
ZIP, TEXT = (b"PK\x03\x04",), ()
# by the end of the name: what it is served as, and how it begins; text by what it holds
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "docx": (f"{OFFICE}wordprocessingml.document", ZIP),
    "xlsx": (f"{OFFICE}spreadsheetml.sheet", ZIP),
    "pptx": (f"{OFFICE}presentationml.presentation", ZIP),
    "odt": (f"{OPEN}text", ZIP),
    "ods": (f"{OPEN}spreadsheet", ZIP),
    "odp": (f"{OPEN}presentation", ZIP),
    "txt": ("text/plain; charset=utf-8", TEXT),
    "csv": ("text/csv; charset=utf-8", TEXT),
}


class BadFile(ValueError):
    """A file that no packet takes; says why."""


@dataclass(frozen=True)
class SentFile:
    """A file as somebody sent it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ReadFile:
    """A file that is taken: its name, what it is served as, and what it holds."""

    name: str
    kind: str
    content: bytes


def read_file(sent: SentFile) -> ReadFile:
    """The file with a name that does no harm. What it says it is, it must begin like. Raises BadFile."""
    if len(sent.content) > LARGEST_FILE:
        raise BadFile(f"A file has at most {LARGEST_FILE // 1024 // 1024} MB.")
    if not sent.content:
        raise BadFile("The file is empty.")
    name = clean_name(sent.name)
    end = name.rpartition(".")[2].lower()
    if end not in KINDS or "." not in name:
        raise BadFile(f"A packet takes {', '.join(KINDS)}.")
    kind, begins = KINDS[end]
    if not (sent.content.startswith(begins) if begins else _is_text(sent.content)):
        raise BadFile(f"This is no {end} file, whatever its name says.")
    return ReadFile(name, kind, sent.content)


def clean_name(given: str) -> str:
    """The last part of a path, without what could mislead who opens it, its end kept; “file” where nothing is left."""
    last = PurePosixPath(given.replace("\\", "/")).name
    said = " ".join(UNSAFE.sub(" ", last).split()).strip(" .")
    stem, dot, end = said.rpartition(".")
    if not dot or not stem:
        return said[:LONGEST_NAME] or "file"
    end = end[:10].strip()
    return f"{stem[: LONGEST_NAME - len(end) - 1].strip()}.{end}"


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
