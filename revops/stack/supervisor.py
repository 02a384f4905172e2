"""`manage.py run`: the servers, the tables, the sample company, then web, worker and beat until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from revops.stack import Stack, say
from revops.stack.places import ROOT, CannotStart
from revops.stack.servers import die_with_parent, free_port

QUEUES = "intake,sla,readings,imports,impact,celery"
STOP_PATIENCE_S = 6
LONGEST_PAUSE_S = 30
STEADY_AFTER_S = 60
# The worker takes no pickles, so running it as root on a developer's machine is no danger worth a page of warning.
QUIET = {"PYTHONUNBUFFERED": "1", "C_FORCE_ROOT": "1", "PYTHONWARNINGS": "ignore::UserWarning,ignore::RuntimeWarning"}
SIGN_INS = """
import json, django; django.setup()
from revops.sample import SIGN_INS
print(json.dumps([list(line) if isinstance(line, (list, tuple)) else [str(line)] for line in SIGN_INS], default=str))
"""


@dataclass
class Child:
    """One process of the product, started again when it dies."""

    name: str
    command: list[str]
    env: dict[str, str]
    process: subprocess.Popen[str] | None = None
    started_at: float = 0
    deaths: int = 0
    starts_again_at: float = field(default=0)

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

    def _show(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip():
                print(f"{self.name:>6} | {line.rstrip()}", flush=True)

    def watch(self) -> None:
        """Start it again after a death, waiting longer each time, unless it had been steady."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if self.starts_again_at == 0:
            self.deaths = 1 if now - self.started_at > STEADY_AFTER_S else self.deaths + 1
            pause = min(LONGEST_PAUSE_S, 2 ** (self.deaths - 1))
            self.starts_again_at = now + pause
            say(f"{self.name} ended with {self.process.returncode}; starting it again in {pause} s")
        elif now >= self.starts_again_at:
            self.starts_again_at = 0
            self.start()

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
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def run(parts: list[str]) -> int:
    """Everything up, in order; down again on Ctrl-C or SIGTERM within ten seconds. With a part's name, only that."""
    if parts:
        return _run_only(parts[0])
    children: list[Child] = []
    begun_at = time.monotonic()
    say("Starting PostgreSQL and Redis")
    with Stack() as stack:
        if stack.is_joined:
            say("The servers belong to another command here and end with it")
        try:
            port = _port()
            address = f"http://localhost:{port}"  # a name: browsers give no passkeys to a bare number
            env = {**os.environ, **stack.env, **QUIET}
            env.setdefault("SITE_URL", address)
            _prepare(stack, env)
            schedule = (stack.folder or ROOT / ".state") / "beat"
            commands = _commands("127.0.0.1", port, env, schedule)
            children = [Child(name, command, env) for name, command in commands.items()]
            for child in children:
                child.start()
            _wait_for_web(children[0], port)
            _greet(address, env, time.monotonic() - begun_at)
            while True:
                time.sleep(0.5)
                for child in children:
                    child.watch()
        except KeyboardInterrupt:
            return 0
        except SystemExit as end:
            if end.code != 128 + signal.SIGTERM:
                raise
            return 0
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave half of it behind
                signal.signal(number, signal.SIG_IGN)
            say("Stopping")
            _stop(children)


def _run_only(part: str) -> int:
    """Become one part, for instance in a container: the servers are elsewhere, their URLs in the environment."""
    env = {**os.environ, **QUIET}
    commands = _commands("0.0.0.0", int(env.get("PORT", "8000")), env, Path(tempfile.gettempdir()) / "revops-beat")
    if part not in commands:
        raise SystemExit(f"There is no part {part!r}: say one of {', '.join(commands)}, or nothing for all of it.")
    if _manage(env, "check", "--database", "default", "--fail-level", "ERROR") != 0:
        raise CannotStart("The checks found a fault; it stands above.")
    os.execve(commands[part][0], commands[part], env)


def _port() -> int:
    """$PORT, else 8000, else any free one."""
    if given := os.environ.get("PORT"):
        return int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", 8000))
        except OSError:
            return free_port()
    return 8000


def _prepare(stack: Stack, env: dict[str, str]) -> None:
    """Tables and the sample company; a role that could bypass row security stops us here."""
    if stack.has_own_database:
        stack.migrate(is_needed=True)
    else:
        say("Bringing the tables up to date")
        if _manage(env, "migrate", "--verbosity", "0") != 0:
            raise CannotStart("The tables could not be brought up to date; the reason stands above.")
    if _manage(env, "check", "--database", "default", "--fail-level", "ERROR") != 0:
        raise CannotStart("The checks found a fault; it stands above.")
    if env.get("SAMPLE") != "0":
        say("Loading the sample company")
        if _manage(env, "sample") != 0:
            say("The sample company could not be loaded; going on without")


def _manage(env: dict[str, str], *arguments: str) -> int:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, preexec_fn=die_with_parent(signal.SIGTERM)
    )
    return done.returncode


def _commands(host: str, port: int, env: dict[str, str], schedule: Path) -> dict[str, list[str]]:
    """The command of each part; the same on a developer's machine and in a container."""
    programs = Path(sys.executable).parent
    granian, celery = (str(programs / name) for name in ("granian", "celery"))
    # One blocking thread a worker: measured twice as fast as threads, and a request holds one connection.
    web = [granian, "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws", "--no-access-log"]
    web += ["--workers", env.get("WEB_WORKERS", "2"), "--blocking-threads", "1", "--backpressure", "64"]
    web += ["--respawn-failed-workers", "--log-level", "warning", "revops.wsgi:application"]
    worker = [celery, "--quiet", "-A", "revops", "worker", "-c", env.get("WORKERS", "2"), "-Q", QUEUES]
    worker += ["-l", "warning", "--without-gossip", "--without-mingle"]
    schedule.mkdir(parents=True, exist_ok=True)
    for left_over in schedule.glob("schedule*"):  # may be half written after a kill; every schedule may start anew
        left_over.unlink()
    beat = [celery, "--quiet", "-A", "revops", "beat", "-l", "warning", "--pidfile=", "-s", str(schedule / "schedule")]
    return {"web": web, "worker": worker, "beat": beat}


def _wait_for_web(web: Child, port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        if web.process is not None and web.process.poll() is not None:
            raise CannotStart("The web server did not start; the reason stands above.")
        time.sleep(0.1)
    raise CannotStart("The web server did not answer within a minute.")


def _greet(address: str, env: dict[str, str], took_s: float) -> None:
    """The address and who may sign in, last, so that it is found."""
    print(f"\n  RevOps is up after {took_s:.0f} s:  {address}\n", flush=True)
    asked = subprocess.run(
        [sys.executable, "-c", SIGN_INS],
        cwd=ROOT,
        env={**env, "DJANGO_SETTINGS_MODULE": "revops.settings"},
        capture_output=True,
        text=True,
    )
    if asked.returncode == 0:
        print("  Sign in as", flush=True)
        for line in json.loads(asked.stdout.splitlines()[-1]):
            print("    " + "   ".join(f"{part:<24}" for part in map(str, line)).rstrip(), flush=True)
    print("\n  Ctrl-C stops everything.\n", flush=True)


def _stop(children: list[Child]) -> None:
    """All at once, politely, then not."""
    for child in children:
        child.ask_to_end()
    until = time.monotonic() + STOP_PATIENCE_S
    for child in children:
        child.end(max(0.1, until - time.monotonic()))
