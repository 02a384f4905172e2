"""`manage.py run`: everything comes up, a part that dies comes back, and nothing stays behind.

Last of the faults, since it ends their product; a product of its own would make all the tables once more."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import Product
from tests.faults.running import Running

pytestmark = [
    pytest.mark.kills,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the processes from /proc"),
]


@pytest.fixture
def running(product: Product) -> Iterator[Running]:
    """The product of the faults; once it has ended, another that starts in its folder."""
    running = product if product.process.poll() is None else Running(product.state)
    yield running
    running.end()


def test_it_serves_brings_back_what_dies_and_stops_within_ten_seconds(running: Running) -> None:
    running.until(lambda: running.health() == 200, "it was not well before", 60)
    assert re.search(rf"http://localhost:{running.port}$", running.said(), re.MULTILINE)
    names = " ".join(running.processes().values())
    missing = [part for part in ("granian", "revops worker", "revops beat", "postgres", "valkey") if part not in names]
    assert missing == [], names

    beat, deaths = running.pid_of("celery --quiet -A revops beat"), running.said().count("beat ended with -9")
    os.kill(beat, signal.SIGKILL)
    running.until(lambda: running.said().count("beat ended with -9") > deaths, "nobody noticed")
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
