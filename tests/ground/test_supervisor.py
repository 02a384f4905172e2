"""`manage.py run`: everything comes up, a part that dies comes back, and nothing stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from revops.stack.places import ROOT
from revops.stack.servers import free_port
from tests.ground.test_stack import bare_environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the processes from /proc"),
]
PATIENCE_S = 180


class Running:
    """The product as `make run` starts it: from a shell's background job, which is born deaf to Ctrl-C."""

    def __init__(self, state: Path) -> None:
        self.port = free_port()
        self.log = state.with_suffix(".log")
        env = bare_environment(REVOPS_STATE=str(state), PORT=str(self.port), SAMPLE="0", WEB_WORKERS="1", WORKERS="1")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
            )
        self.seen = {self.process.pid}
        self.until(lambda: "Ctrl-C stops everything" in self.said() and self.processes(), "it never came up")

    def said(self) -> str:
        return self.log.read_text()

    def until(self, holds: Callable[[], object], complaint: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, f"{complaint}:\n{self.said()[-3000:]}"
            assert self.process.poll() is None or "it never came up" not in complaint, self.said()[-3000:]
            time.sleep(0.2)

    def processes(self) -> dict[int, str]:
        """Every living process at or below this one that we have ever seen, with its command line."""
        parents, commands = {}, {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    commands[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
                    parents[int(folder.name)] = int(parent)
            except OSError:
                continue
        grown = True
        while grown:
            below = {pid for pid, parent in parents.items() if parent in self.seen}
            grown = not below <= self.seen
            self.seen |= below
        return {pid: commands[pid] for pid in self.seen if pid in commands}

    def pid_of(self, words: str) -> int:
        return min(pid for pid, command in self.processes().items() if words in command)

    def health(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as answer:
            return int(answer.status)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all tests here, so that the tables are made once."""
    return tmp_path_factory.mktemp("state") / "here"


@pytest.fixture
def running(state: Path) -> Iterator[Running]:
    product = Running(state)
    yield product
    if product.process.poll() is None:
        os.killpg(product.process.pid, signal.SIGKILL)
        product.process.wait()
    product.until(lambda: not product.processes(), "something stayed behind")


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
