"""What a server or the system says when it cannot go on, in words that tell what to do."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT}
FULL_STATES = {"53100"}  # PostgreSQL's own number for a full disk, whatever words and language it says it in
# Where only words are left: the system's, the driver's name of that number, and the number's hint.
FULL_WORDS = ("No space left on device", "Disk quota exceeded", "errors.DiskFull", "Check free disk space")
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def in_plain_words(said: str, where: Path, state: str | None = None) -> str:
    """The sentence for what a server printed, or what it printed when we know no better one.

    `state` is its SQLSTATE where it gave one. On a full disk a server may also just die and say nothing of it."""
    if state in FULL_STATES or speaks_of_a_full_disk(said):
        return full(where)
    if "Permission denied" in said or "Read-only file system" in said:
        return closed(where)
    return full(where) if is_nearly_full(where) else said.strip()[-2000:]


def is_full(said: str, where: Path) -> bool:
    """Whether a full disk is why a command failed: by its words, or since the room is still wanting."""
    return speaks_of_a_full_disk(said) or is_nearly_full(where)


def speaks_of_a_full_disk(said: str) -> bool:
    """Whether these are words about a full disk."""
    return any(words in said for words in FULL_WORDS)


def of_error(error: OSError, where: object) -> str | None:
    """The sentence for a full disk or a closed folder; None for errors of another kind."""
    if error.errno in FULL:
        return full(error.filename or where)
    if error.errno in CLOSED:
        return closed(error.filename or where)
    return None


def is_nearly_full(folder: Path) -> bool:
    """Whether a database can write nothing more there: its log grows by pieces of 16 MB."""
    return shutil.disk_usage(folder).free < 16 * 1024 * 1024


def full(where: object) -> str:
    """Nothing more can be written."""
    return f"The disk is full: {where} cannot be written. Make room and start again, or set REVOPS_STATE elsewhere."


def closed(where: object) -> str:
    """We may not write."""
    return f"{where} may not be written by this user. Change its owner, or set REVOPS_STATE to a folder of your own."
