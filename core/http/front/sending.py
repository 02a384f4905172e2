"""Long answers on their way to a caller, who may read slowly: the thread that makes one waits for no single piece."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from tempfile import TemporaryFile
from typing import Any

MOST_UNDER_WAY = 16 * 1024 * 1024  # bytes; a file of a hundred thousand rows is less
KEPT_IN_MEMORY = 1024 * 1024  # of that; the rest waits on disk, as large bodies do: many may read slowly at once
SEND_PATIENCE_S = 30.0


class Sender:
    """Sends the pieces of one answer, in their order."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.transport, self.loop = transport, loop
        self.turn = asyncio.Lock()
        self.under_way: deque[tuple[int, Future[None]]] = deque()
        self.size, self.is_gone = 0, False
        self.disk: Any = None

    def send(self, piece: bytes) -> None:
        """From the thread. Waits only while very much is under way. Raises what the sending of a piece raised, so that
        nothing more is made for a caller who is gone."""
        sending = self._sent(self._kept(piece))
        self.under_way.append((len(piece), asyncio.run_coroutine_threadsafe(sending, self.loop)))
        self.size += len(piece)
        while self.under_way and (self.size > MOST_UNDER_WAY or self.under_way[0][1].done()):
            size, sent = self.under_way.popleft()
            sent.result()
            self.size -= size

    async def finished(self) -> None:
        """When the caller has all of it. Raises what the sending of a piece raised."""
        try:
            while self.under_way:
                await asyncio.wrap_future(self.under_way.popleft()[1])
        finally:
            if self.disk:
                self.disk.close()

    def _kept(self, piece: bytes) -> Callable[[], bytes]:
        """How a piece is had when its turn comes."""
        if self.size + len(piece) <= KEPT_IN_MEMORY:
            return lambda: piece
        disk = self.disk = self.disk or TemporaryFile()  # noqa: SIM115 - closed when all is sent
        start, size = disk.tell(), len(piece)
        disk.write(piece)
        disk.flush()
        return lambda: os.pread(disk.fileno(), size, start)

    async def _sent(self, piece: Callable[[], bytes]) -> None:
        async with self.turn:
            if self.is_gone:
                return
            self.is_gone = True  # unless this piece is taken
            async with asyncio.timeout(SEND_PATIENCE_S):
                await self.transport.send_bytes(piece())
            self.is_gone = False
