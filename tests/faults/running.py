"""The product as `make run` starts it, watched from outside: its words, its processes, its answers."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from devtools.stack.folders import ROOT
from devtools.stack.servers.server import free_port
from tests.ground.test_stack import bare_environment

PATIENCE_S = 180


def _began(pid: int) -> tuple[int, int]:
    """When a process began, in ticks: numbers of processes begin anew and say nothing of their age."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]), pid
    return sys.maxsize, pid


class Running:
    """Started from a shell's background job, which is born deaf to Ctrl-C."""

    def __init__(self, state: Path, **more: str) -> None:
        self.port = free_port()
        self.state = state
        self.log = state.with_suffix(".log")
        env = bare_environment(REVOPS_STATE=str(state), PORT=str(self.port), SAMPLE="0", WEB_WORKERS="1", WORKERS="1")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env={**env, **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
            )
        self.seen = {self.process.pid}
        try:
            self.until(lambda: "Ctrl-C stops everything" in self.said() and self.processes(), "it never came up")
        except BaseException:
            self.end()
            raise

    def said(self) -> str:
        return self.log.read_text()

    def until(self, holds: Callable[[], object], complaint: str, patience_s: float = PATIENCE_S) -> float:
        """Wait for it, and give how many seconds it took."""
        begun_at = time.monotonic()
        while not holds():
            assert time.monotonic() < begun_at + patience_s, f"{complaint}:\n{self.said()[-3000:]}"
            assert self.process.poll() is None or "it never came up" not in complaint, self.said()[-3000:]
            time.sleep(0.1)
        return time.monotonic() - begun_at

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
        return self.pids_of(words)[0]

    def pids_of(self, words: str) -> list[int]:
        """The living processes with these words in their command line, the oldest first."""
        return sorted((pid for pid, command in self.processes().items() if words in command), key=_began)

    def health(self) -> int:
        """What the product's own health page says; 0 when nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", "/health/")
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()

    def end(self) -> None:
        """Over, whatever has become of it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.until(lambda: not self.processes(), "something stayed behind")
