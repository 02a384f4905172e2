"""The product's other processes, for real: a Celery worker and beat on the test's own database and Redis."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from devtools.stack.folders import ROOT


def environment() -> dict[str, str]:
    """This process's environment with every database address pointing at the test's database."""
    env = dict(os.environ, DJANGO_SETTINGS_MODULE="revops.settings", C_FORCE_ROOT="1")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SCANNER_URL"):
        parts = urlsplit(env[name])
        env[name] = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return env


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """One process in a group of its own, ended with everything it started."""
    running = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()


QUEUES = "intake,sla,readings,imports,impact,notices,celery"
WORKER = ("celery", "-A", "revops", "worker", "-c", "1", "-Q", QUEUES, "--without-gossip", "--without-mingle")
BEAT = ("celery", "-A", "revops", "beat", "--pidfile=", "-s")


@pytest.fixture
def worker_and_beat(transactional_db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A running worker and beat, as a user has them."""
    schedule = tmp_path_factory.mktemp("beat") / "schedule"
    with process(*WORKER), process(*BEAT, str(schedule)):
        yield
