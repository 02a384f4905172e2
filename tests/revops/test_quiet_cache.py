"""Whatever Redis answers, or does not, the cache is quiet about it, and waits once."""

from __future__ import annotations

import signal
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from core.cache.quiet import QuietRedisCache
from devtools.stack.folders import Runner
from devtools.stack.servers.valkey import Valkey

ANSWERS = {
    "loading": b"-LOADING Redis is loading the dataset in memory\r\n",
    "full": b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    "only for reading": b"-READONLY You can't write against a read only replica.\r\n",
    "no password": b"-NOAUTH Authentication required.\r\n",
    "cannot save": b"-MISCONF Errors writing to the AOF file\r\n",
    "no rights": b"-NOPERM this user has no permissions\r\n",
    "cluster": b"-CLUSTERDOWN The cluster is down\r\n",
    "another program": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "half an answer": b"$100\r\nabc",
    "the line breaks": None,
    "silence": b"",
}
CALLS: dict[str, tuple[Callable[[QuietRedisCache], object], object]] = {
    "get": (lambda cache: cache.get("k", "otherwise"), "otherwise"),
    "get_many": (lambda cache: cache.get_many(["k"]), {}),
    "set": (lambda cache: cache.set("k", 1), None),
    "set_many": (lambda cache: cache.set_many({"k": 1}), ["k"]),
    "add": (lambda cache: cache.add("k", 1), True),
    "touch": (lambda cache: cache.touch("k"), False),
    "incr": (lambda cache: cache.incr("k"), 1),
    "decr": (lambda cache: cache.decr("k"), -1),
    "has_key": (lambda cache: "k" in cache, False),
    "delete": (lambda cache: cache.delete("k"), False),
    "delete_many": (lambda cache: cache.delete_many(["k"]), None),
    "get_or_set": (lambda cache: cache.get_or_set("k", "made"), "made"),
    "count": (lambda cache: cache.count("k", 60), None),
    "clear": (lambda cache: cache.clear() and None, None),
}


@contextmanager
def server(answer: bytes | None) -> Iterator[str]:
    """A Redis that gives this answer to every question; None breaks the line, nothing is silence."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while answer is not None and not over.is_set() and self.request.recv(65_536):
                self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        threading.Thread(target=listening.serve_forever, args=[0.05], daemon=True).start()
        try:
            yield f"redis://127.0.0.1:{listening.server_address[1]}/0"
        finally:
            over.set()
            listening.shutdown()


def cache_of(url: str) -> QuietRedisCache:
    return QuietRedisCache(url, {"OPTIONS": settings.CACHES["default"]["OPTIONS"]})


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_call_is_quiet_and_only_the_first_waits(answer: str) -> None:
    with server(ANSWERS[answer]) as url:
        cache, took = cache_of(url), []
        for name, (call, otherwise) in CALLS.items():
            begun_at = time.monotonic()
            assert call(cache) == otherwise, name
            took.append(time.monotonic() - begun_at)
    assert max(took) < 1.5 and sorted(took)[-2] < 0.6


def test_one_that_was_frozen_is_asked_again_once_it_goes_on(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path, Runner.here(), is_durable=False)
    cache = cache_of(valkey.start())
    try:
        cache.set("k", "kept")
        assert cache.get("k") == "kept" and valkey.process is not None
        valkey.process.send_signal(signal.SIGSTOP)
        assert cache.get("k") is None
        begun_at = time.monotonic()
        assert {cache.get("k") for _ in range(100)} == {None}
        assert time.monotonic() - begun_at < 0.2, "somebody else had to wait as well"
        valkey.process.send_signal(signal.SIGCONT)
        until = time.monotonic() + 15
        while cache.get("k") != "kept":
            assert time.monotonic() < until, "it was left alone for ever"
            time.sleep(0.05)
    finally:
        valkey.stop()


def test_a_real_one_counts_within_its_seconds() -> None:
    cache = cache_of(settings.REDIS_URL)
    cache.delete("counted")
    assert [cache.count("counted", 60) for _ in range(3)] == [1, 2, 3]
    assert 0 < cache._cache.get_client().ttl(cache.make_key("counted")) <= 60
