"""The product's own processes under `manage.py run`: web, workers, beat."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress

from devtools.stack.folders import ROOT
from devtools.stack.kept import Kept
from devtools.stack.servers.server import die_with_parent


class Child(Kept):
    """One part of the product, started again when it dies."""

    def __init__(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.name, self.command, self.env = name, command, env

    def start(self) -> None:
        """Start it in a process group of its own, and hand its words to the screen."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        threading.Thread(target=self._show, args=[self.process], daemon=True).start()

    start_again = start

    def clear_away(self) -> None:
        """End the processes it had started: a web server's would go on answering beside the next one's."""
        self._kill_group()

    def _show(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip():
                print(f"{self.name:>6} | {line.rstrip()}", flush=True)

    def ask_to_end(self) -> None:
        """Let it finish what it has in hand; its own helpers hear it from it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, patience_s: float) -> None:
        """Wait for it, then end it and all it started."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience_s)
        self._kill_group()
        self.process.wait()

    def _kill_group(self) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
