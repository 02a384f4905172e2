"""Beat's own sign of life. It is written beside the schedule: a database that is away or frozen delays no tick."""

import logging
import threading
import time

from django.db import Error, connection

from core.operating.heartbeats import beat

log = logging.getLogger(__name__)
EVERY_S = 10.0
_last = float("-inf")
_writing: threading.Thread | None = None


def schedule_runs() -> None:
    """Called at each tick: says so every ten seconds, unless the last time is still being written."""
    global _last, _writing
    now = time.monotonic()
    if now - _last < EVERY_S or (_writing is not None and _writing.is_alive()):
        return
    _last, _writing = now, threading.Thread(target=_write, daemon=True)
    _writing.start()


def _write() -> None:
    try:
        beat("beat")
    except Error as away:
        log.warning("beat could not say that it runs: %s", away)
    finally:
        connection.close()  # this thread's own, and the thread ends here
