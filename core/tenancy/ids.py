"""Ids: UUIDs that sort by time, and ids that follow from a key."""

import os
import time
from uuid import UUID, uuid5

from django.db import models


def new_id() -> UUID:
    """A UUIDv7: 48 bits of milliseconds, 12 of their fraction, then randomness. Source: RFC 9562, sections 5.7 and 6.2
    (method 3)."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    bits = (milliseconds << 80) | ((rest << 12) // 1_000_000 << 64) | int.from_bytes(os.urandom(8), "big")
    bits |= 0x7 << 76
    bits = (bits & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=bits)


class NewId(models.Func):
    """The same, made by the database for rows that SQL inserts."""

    function = "new_id"
    arity = 0
    output_field = models.UUIDField()


def key_id(workspace_id: UUID, kind: str, *path: str) -> UUID:
    """The id of a configuration row: it follows from its key, so a version compiles without asking the database."""
    return uuid5(workspace_id, f"{kind}:{'/'.join(path)}")


# PostgreSQL 18 brings uuidv7(); before that the same bits are put together in SQL.
CREATE_NEW_ID = """
do $do$ begin
  if current_setting('server_version_num')::int >= 180000 then
    create or replace function new_id() returns uuid language sql volatile as 'select uuidv7()';
  else
    create or replace function new_id() returns uuid language sql volatile as $f$
      select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6), 52, 1), 53, 1), 'hex')::uuid $f$;
  end if;
end $do$;
"""
