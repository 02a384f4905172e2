"""Requests take turns: few at once, the thread that was used last first, and nobody waits long for one that is slow."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.http.front import request_turns
from core.http.front.request_turns import RequestTurns, Thread, share_of_processors


async def begun_and_ended(own: RequestTurns) -> Thread:
    async with own.thread() as thread:
        return thread


async def walked() -> RequestTurns:
    own = RequestTurns(threads=2, at_once=1)
    async with own.thread() as first:
        second, gone = (asyncio.create_task(begun_and_ended(own)) for _ in range(2))
        await asyncio.sleep(0)
        assert len(own.waiting) == 2 and not second.done()
        gone.cancel()
    assert await second is first, "whose session is still warm"
    await asyncio.wait([gone])
    assert len(own.idle) == 2 and not own.held_up

    async with own.thread() as slow, asyncio.timeout(10):
        other = await begun_and_ended(own)
        assert other is not slow and own.held_up == {slow}, "who is slow holds nobody up"
        async with own.thread() as third:
            assert third is other and not own.idle
    return own


def test_requests_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_turns, "HELD_UP_S", 0.001)
    with ThreadPoolExecutor(1) as own:  # a browser of another test may keep a loop in this thread
        left = own.submit(lambda: asyncio.run(walked())).result()
    assert len(left.idle) == 2 and not left.held_up and not left.waiting


def test_a_process_begins_two_for_each_processor_of_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    for processors, workers, share in ((2, 2, 2), (1, 4, 2), (16, 4, 8), (3, 1, 6)):
        monkeypatch.setattr("os.cpu_count", lambda processors=processors: processors)
        monkeypatch.setenv("WEB_WORKERS", str(workers))
        assert share_of_processors() == share
