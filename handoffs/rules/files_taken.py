"""Which files a packet takes, and under which name. No database."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

LARGEST_FILE = 10 * 1024 * 1024
MOST_OF_PACKET = 50 * LARGEST_FILE  # of one handoff, or of what is filled in before it
LONGEST_NAME = 120
SAFE = frozenset(" .,()&+@-_")  # beside letters with their marks, digits and pictures of every script
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
    stem, dot, end = last.rpartition(".")
    if not dot or not stem:
        return _safe(last)[:LONGEST_NAME] or "file"
    end = _safe(end)[:10].strip()
    return f"{_safe(stem)[: LONGEST_NAME - len(end) - 1].strip() or 'file'}.{end}"


def _safe(text: str) -> str:
    kept = (
        sign if sign in SAFE or unicodedata.category(sign)[0] in "LMN" or _is_picture(sign) else " " for sign in text
    )
    return " ".join("".join(kept).split()).strip(" .")


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) == "So"


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
