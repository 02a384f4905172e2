"""Bodies of requests, read whole before a thread is taken: bounded in size, in time, and in how many are large."""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

MEGABYTE = 1024 * 1024
MOST_OF_A_STRANGER = 128 * 1024  # a form and no more: nobody has shown a session or a key
MOST = 36 * MEGABYTE  # a call of many records: 32 MB of JSON, see DATA_UPLOAD_MAX_MEMORY_SIZE
MOST_OF_A_FILE = 80 * MEGABYTE  # a file of 64 MB in a form, see lifecycle/imports
KEPT_IN_MEMORY = MEGABYTE  # beyond it, on disk
LARGE_AT_ONCE = 4
PATIENCE_S = 10.0
LEAST_RATE = 64 * 1024  # bytes a second; slower lines cannot bring large files, and hold nobody up
CHUNK_S = 10.0


class BodyRefused(Exception):
    """The body is not read to its end."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


def _too_large(most: int) -> BodyRefused:
    return BodyRefused(
        413, "body_too_large", f"The request is larger than {most // 1024:,} kB, which is the most here."
    )


TOO_SLOW = BodyRefused(408, "body_too_slow", "The request came too slowly and was given up.")
TOO_MANY = BodyRefused(503, "busy", "Many large files are coming in just now. Send it again in a moment.")
BAD_LENGTH = BodyRefused(400, "bad_length", "The length of the request is not a number.")


@dataclass
class Reader:
    """Reads bodies for one process."""

    large_now: int = 0

    async def read(self, proto: Any, headers: dict[str, str]) -> BinaryIO:
        """The whole body. Raises Refused."""
        length = headers.get("content-length", "")
        if not length and "transfer-encoding" not in headers:
            return io.BytesIO()
        if length and not (length.isascii() and length.isdecimal() and len(length) < 19):
            raise BAD_LENGTH
        most = _most(headers)
        if length and int(length) > most:
            raise _too_large(most)
        if length and int(length) <= KEPT_IN_MEMORY:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    return io.BytesIO(await proto())
            except TimeoutError:
                raise TOO_SLOW from None
        if self.large_now >= LARGE_AT_ONCE:
            raise TOO_MANY
        self.large_now += 1
        try:
            return await _spooled(proto, most)
        finally:
            self.large_now -= 1


def _most(headers: dict[str, str]) -> int:
    if "authorization" not in headers and "session" not in headers.get("cookie", ""):
        return MOST_OF_A_STRANGER
    return MOST_OF_A_FILE if headers.get("content-type", "").startswith("multipart/form-data") else MOST


async def _spooled(proto: Any, most: int) -> BinaryIO:
    """Chunk by chunk, onto the disk when it is large; each byte buys a little time."""
    kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY))  # noqa: SIM115 - the request's, to its end
    begun_at, size = time.monotonic(), 0
    chunks = aiter(proto)
    try:
        while True:
            left = begun_at + PATIENCE_S + size / LEAST_RATE - time.monotonic()
            chunk = await asyncio.wait_for(anext(chunks), max(0.01, min(CHUNK_S, left)))
            size += len(chunk)
            if size > most:
                raise _too_large(most)
            kept.write(chunk)
    except StopAsyncIteration:
        kept.seek(0)
        return kept
    except TimeoutError:
        kept.close()
        raise TOO_SLOW from None
    except BaseException:
        kept.close()
        raise
