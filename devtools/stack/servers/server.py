"""What every embedded server has in common: a free port, a start that waits for its answer, an end of its own."""

from __future__ import annotations

import ctypes
import errno
import importlib.util
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from devtools.stack.folders import CannotStart, Runner
from devtools.stack.kept import Kept
from devtools.stack.plain_words import in_plain_words, speaks_of_a_full_disk

PR_SET_PDEATHSIG = 1
START_TRIES = 3  # another program may take the free port between our finding and our using it
CRASH_RECOVERY_S = 60
LOWEST_PORT = 15_000


def die_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """What a child runs first, so that the kernel ends it when we die, even by kill -9. Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(how))
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    return arm


def free_port() -> int:
    """A port nobody listens on, below those that the system gives to outgoing lines.

    A client that knocks again and again at a dead server's port would else be given that very port one day, talk to
    itself and keep the server from coming back."""
    for _ in range(50):
        port = random.randrange(LOWEST_PORT, max(LOWEST_PORT + 1_000, _lowest_outgoing_port()))
        if is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether nobody listens on the port of this machine, neither as 127.0.0.1 nor as the other `localhost`, ::1."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            if family == socket.AF_INET:
                raise
    return True


def _lowest_outgoing_port() -> int:
    try:
        return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, found without running any of it."""
    spec = importlib.util.find_spec(name)
    return Path(next(iter(spec.submodule_search_locations or ()))) if spec else None


class Server(Kept):
    """A server process of ours: started until it answers, stopped with its own clean ending."""

    name = "server"

    def __init__(self, folder: Path, runner: Runner) -> None:
        self.folder, self.runner = folder, runner
        self.log = folder / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.is_asked_to_end = False

    def start(self) -> str:
        """Bring it up and give its URL."""
        self.prepare()
        for attempt in range(1, START_TRIES + 1):
            self.port = free_port()
            try:
                self._spawn(self.command())
                return self.url()
            except CannotStart:
                self.clear_away()
                self.stop()
                if attempt == START_TRIES:
                    raise
        raise AssertionError("unreachable")

    def _spawn(self, command: list[str]) -> None:
        begins_at = self._launch(command)
        until = time.monotonic() + CRASH_RECOVERY_S
        assert self.process is not None
        while not self.answers():
            said = self.log.read_bytes()[begins_at:].decode(errors="replace")
            is_over = self.process.poll() is not None or time.monotonic() > until
            if is_over or speaks_of_a_full_disk(said):  # on a full disk it may live on and let nobody in
                raise CannotStart(f"{self.name} did not start. {in_plain_words(said, self.folder)}")
            time.sleep(0.03)

    def _launch(self, command: list[str]) -> int:
        """Begin the process; gives where in the log its words begin."""
        self.started_at, self.is_asked_to_end = time.monotonic(), False
        with self.log.open("ab") as log:
            begins_at = log.tell()
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C is for us; we stop the servers last
                preexec_fn=die_with_parent(signal.SIGINT),
                **self.process_options(),
            )
        return begins_at

    def start_again(self) -> None:
        """On the same port, since everybody knows it, and with the same data."""
        self._launch(self.command())

    def where_it_says_why(self) -> str:
        """The end of its log, or in plain words what it means."""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 1000))
            said = log.read().decode(errors="replace")
        return f"{in_plain_words(said, self.folder)} (all its words are in {self.log})"

    def ask_to_end(self) -> None:
        """PostgreSQL: fast shutdown; Valkey: save and exit. Asked twice, Valkey would leave without saving."""
        if self.process is not None and self.process.poll() is None and not self.is_asked_to_end:
            self.is_asked_to_end = True
            self.process.send_signal(signal.SIGINT)

    def stop(self, patience_s: float = 8) -> None:
        """Ask it to end, then make it."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.ask_to_end()
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                self.clear_away()
        self.process = None

    def prepare(self) -> None:
        """What must lie on disk before the first start."""

    def command(self) -> list[str]:
        """The command line that serves on `self.port`."""
        raise NotImplementedError

    def process_options(self) -> dict[str, Any]:
        """How the process differs from an ordinary child of ours."""
        return {}

    def answers(self) -> bool:
        """Whether it takes connections."""
        raise NotImplementedError

    def url(self) -> str:
        """Where it is reached, with its secret."""
        raise NotImplementedError
