"""What a server or the system says when it cannot go on, in words that tell what to do."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def in_plain_words(said: str, where: object) -> str:
    """The sentence for what a server printed, or what it printed when we know no better one."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return full(where)
    if "Permission denied" in said or "Read-only file system" in said:
        return closed(where)
    return said.strip()[-2000:]


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
