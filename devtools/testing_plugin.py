"""pytest plugin: real servers before the settings are read, and every test as the role that serves.

Loaded by `-p` in pyproject.toml, since a fixture would come too late. DATABASE_URL and REDIS_URL in the environment
win, and parallel workers inherit their first process's. Each run takes servers of its own, so two runs do not meet.
"""

from __future__ import annotations

import atexit
import os

from devtools.stack import Stack

REDIS_DATABASES = 16


def _use_servers() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _use_own_redis_database(int(worker.removeprefix("gw")) + 1)
        return
    stack = Stack("test", is_durable=False, is_alone=True).__enter__()
    atexit.register(stack.stop)
    os.environ.update(stack.env)


def _use_own_redis_database(number: int) -> None:
    """Parallel workers share one server; what one flushes must not be another's."""
    server, _, _ = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{number % REDIS_DATABASES}"


_use_servers()
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs an event loop in our thread
os.environ.setdefault("DEBUG", "false")
