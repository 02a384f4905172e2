"""Waking a worker now instead of at the next tick. The row is the order; a poke only spares the wait.

No request and no task waits for the broker: a thread of its own tells it, and what it cannot tell is dropped, since
the next tick finds the row."""

from __future__ import annotations

import logging
import os
import queue
import threading

log = logging.getLogger(__name__)
MOST_WAITING = 100

_waiting: queue.Queue[tuple[str, tuple[str, ...]]] = queue.Queue(MOST_WAITING)
_lock = threading.Lock()
_telling_in: int | None = None


def poke(task: str, *arguments: str) -> None:
    """Ask for a run of the task soon. Returns at once and never fails; call it after the commit."""
    try:
        _waiting.put_nowait((task, arguments))
    except queue.Full:
        log.warning("the broker is silent, the next tick will do for %s", task)
        return
    if _telling_in != os.getpid():  # the first poke, or the first since a fork
        _begin()


def _begin() -> None:
    global _telling_in
    with _lock:
        if _telling_in == os.getpid():
            return
        _telling_in = os.getpid()
    threading.Thread(target=_tell, name="waking", daemon=True).start()


def _tell() -> None:
    from celery import current_app

    while True:
        task, arguments = _waiting.get()
        try:
            current_app.send_task(task, arguments, retry=False)
        except Exception as silent:  # whatever the broker answers, the next tick will do
            log.warning("the broker is silent, the next tick will do for %s: %s", task, silent)
