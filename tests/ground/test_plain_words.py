"""A full disk is known by the server's own number, by the system's words, or by the disk itself."""

from __future__ import annotations

from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from devtools.stack.plain_words import in_plain_words, is_full

WORDS = [
    "FATAL:  could not write lock file: No space left on device",
    "Disk quota exceeded",
    'FATAL: could not extend file "base/1/3541_fsm": wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.',
    "Traceback …\npsycopg2.errors.DiskFull: no se pudo extender el archivo",
]


@pytest.mark.parametrize("said", WORDS)
def test_a_full_disk_is_known_by_what_is_said(said: str, tmp_path: Path) -> None:
    assert is_full(said, tmp_path)
    assert in_plain_words(said, tmp_path).startswith(f"The disk is full: {tmp_path}")


@pytest.mark.django_db
def test_a_full_disk_is_known_by_its_number_in_whatever_words(tmp_path: Path) -> None:
    with connection.cursor().cursor as cursor, pytest.raises(psycopg2.OperationalError) as raised:
        cursor.execute("do $$ begin raise exception 'nur halb geschrieben' using errcode = 'disk_full'; end $$")
    assert "disk" not in str(raised.value).lower()
    assert "The disk is full" in in_plain_words(str(raised.value), tmp_path, raised.value.pgcode)


def test_other_troubles_keep_their_own_words(tmp_path: Path) -> None:
    assert in_plain_words(" role is missing \n", tmp_path, "42704") == "role is missing"
    assert "may not be written" in in_plain_words("Permission denied", tmp_path)
    assert not is_full("role is missing", tmp_path)
