"""Threads for requests, in turn: two at once for each processor, and the thread that was used last first.

Requests at once beyond that make each other slow: they wait for the interpreter and for each other's locks in the
database, and each thread's session there has plans of its own to keep near the processor. So whatever comes in waits
for its turn. Whoever takes longer than `HELD_UP_S` no longer counts: the next one begins beside it."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

HELD_UP_S = 0.02
Thread = ThreadPoolExecutor  # of one thread


def share_of_processors() -> int:
    """How many requests a process begins at once: for each processor of its share, of which it has one at least, one
    that computes and one that waits for the database."""
    return 2 * max(1, (os.cpu_count() or 1) // int(os.environ.get("WEB_WORKERS", "2")))


class RequestTurns:
    """The threads of one process. All of it runs in the loop of the web server."""

    def __init__(self, threads: int, at_once: int) -> None:
        self.threads, self.at_once = threads, at_once
        self.idle = [Thread(1, thread_name_prefix=f"request-{place}") for place in range(threads)]
        self.held_up = set[Thread]()
        self.waiting = deque[asyncio.Future[Thread]]()

    @asynccontextmanager
    async def thread(self) -> AsyncIterator[Thread]:
        """A thread for as long as the block lasts, once it is our turn."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Thread] = loop.create_future()
        self.waiting.append(turn)
        self._begin()
        try:
            thread = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(turn.result())
            raise
        patience = loop.call_later(HELD_UP_S, self._let_others_begin, thread)
        try:
            yield thread
        finally:
            patience.cancel()
            self._give_back(thread)

    def _begin(self) -> None:
        """Whoever waits longest, while there is room."""
        while self.idle and self.waiting and self.threads - len(self.idle) - len(self.held_up) < self.at_once:
            turn = self.waiting.popleft()
            if not turn.done():  # else its caller is gone
                turn.set_result(self.idle.pop())

    def _let_others_begin(self, thread: Thread) -> None:
        self.held_up.add(thread)
        self._begin()

    def _give_back(self, thread: Thread) -> None:
        self.held_up.discard(thread)
        self.idle.append(thread)
        self._begin()
