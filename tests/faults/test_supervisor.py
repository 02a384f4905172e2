"""`manage.py run`: everything comes up, a part that dies comes back, and nothing stays behind."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.running import Running

pytestmark = [
    pytest.mark.kills,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the processes from /proc"),
]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all tests here, so that the tables are made once."""
    return tmp_path_factory.mktemp("state") / "here"


@pytest.fixture
def running(state: Path) -> Iterator[Running]:
    product = Running(state)
    yield product
    product.end()


def test_it_serves_brings_back_what_dies_and_stops_within_ten_seconds(running: Running) -> None:
    assert re.search(rf"http://localhost:{running.port}$", running.said(), re.MULTILINE)
    assert running.health() == 200
    names = " ".join(running.processes().values())
    missing = [part for part in ("granian", "revops worker", "revops beat", "postgres", "valkey") if part not in names]
    assert missing == [], names

    beat = running.pid_of("celery --quiet -A revops beat")
    os.kill(beat, signal.SIGKILL)
    running.until(lambda: "beat ended with -9" in running.said(), "nobody noticed")
    running.until(
        lambda: any("revops beat" in command for pid, command in running.processes().items() if pid != beat),
        "it was not started again",
    )

    begun_at = time.monotonic()
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.process.wait(15) == 0
    assert time.monotonic() - begun_at < 10
    assert running.processes() == {}


def test_kill_9_of_the_supervisor_leaves_no_process(running: Running) -> None:
    running.process.kill()
    running.process.wait()
    running.until(lambda: not running.processes(), "something stayed behind")
    assert running.processes() == {}
