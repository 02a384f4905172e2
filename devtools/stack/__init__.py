"""PostgreSQL and Redis for a bare machine: `manage.py stack COMMAND…` runs any command with both up.

    with Stack() as stack:
        subprocess.run([...], env={**os.environ, **stack.env})

DATABASE_URL and REDIS_URL in the environment win; that half is then not started. A DATABASE_URL alone is an
administrator's: the three roles and the database are made on that server. With DATABASE_OWNER_URL beside it, the
URLs are used as they are. A second command joins the servers of the first, and loses them when the first ends.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import psycopg2

from core import roles
from devtools.stack import plain_words
from devtools.stack.fingerprint import schema_fingerprint
from devtools.stack.folders import ROOT, STATE, CannotStart, Runner, kept_secret, state_folder, take
from devtools.stack.kept import say
from devtools.stack.servers.postgres import Postgres
from devtools.stack.servers.server import Server, die_with_parent
from devtools.stack.servers.valkey import Valkey

__all__ = ["CannotStart", "Stack", "main", "say"]
JOIN_PATIENCE_S = 90


class Stack:
    """The servers a command needs, and the environment that names them."""

    def __init__(self, name: str = "dev", *, is_durable: bool = True, is_alone: bool = False) -> None:
        """`name` is the folder below .state; `is_alone` refuses to join, and takes the next free folder instead."""
        self.name, self.is_durable, self.is_alone = name, is_durable, is_alone
        self.env: dict[str, str] = {}
        self.servers: list[Server] = []
        self.folder: Path | None = None
        self.has_own_database = False
        self.is_joined = False
        self._lock: IO[str] | None = None

    def __enter__(self) -> Stack:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self) -> None:
        self.env["SECRET_KEY"] = os.environ.get("SECRET_KEY") or kept_secret(STATE / "secret_key")
        (STATE / "static").mkdir(parents=True, exist_ok=True)  # where collected files would lie; may stay empty
        given_database, given_redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if given_database:
            self._use_given(given_database)
            if given_zones := os.environ.get("PYTHONTZPATH"):  # whoever named the server names its table of time zones
                self.env["PYTHONTZPATH"] = given_zones
        if given_redis:
            self.env["REDIS_URL"] = given_redis
        if given_database and given_redis:
            return
        runner = Runner.here()
        self._take_folder(runner)
        assert self.folder is not None
        if self.is_joined:
            return
        if not given_database:
            postgres = Postgres(self.folder, runner, is_durable=self.is_durable)
            self.servers.append(postgres)
            admin_url = postgres.start()
            urls = roles.derived_urls(admin_url, self.env["SECRET_KEY"])
            try:
                roles.ensure(admin_url, urls)
            except psycopg2.Error as error:
                said = plain_words.in_plain_words(str(error), self.folder, error.pgcode)
                raise CannotStart(f"The roles and the database could not be made. {said}") from error
            self.env |= urls
            self.has_own_database = True
            if postgres.zones:  # one table of time zones for days named by SQL and clocks run by Python
                self.env["PYTHONTZPATH"] = str(postgres.zones)
        if not given_redis:
            valkey = Valkey(self.folder, runner, is_durable=self.is_durable)
            self.servers.append(valkey)
            self.env["REDIS_URL"] = valkey.start()
        self._tell_joiners(self.folder)

    def _use_given(self, url: str) -> None:
        """A server of the user's own: as three roles already, or to be set up by its administrator."""
        if os.environ.get("DATABASE_OWNER_URL"):
            self.env |= {name: os.environ[name] for name in roles.URLS.values() if os.environ.get(name)}
            return
        urls = roles.derived_urls(url, self.env["SECRET_KEY"])
        try:
            roles.ensure(url, urls)
        except psycopg2.Error as error:
            raise CannotStart(f"The roles could not be made with DATABASE_URL: {error}") from error
        self.env |= urls

    def _take_folder(self, runner: Runner) -> None:
        """Our own folder; when another process has it, join that process or take the next one."""
        for number in range(50):
            name = self.name if number == 0 else f"{self.name}-{number + 1}"
            self.folder = state_folder(name, runner)
            if self._take_or_join(self.folder):
                return
        raise CannotStart(f"Fifty sets of servers run already below {STATE}.")

    def _take_or_join(self, folder: Path) -> bool:
        """Hold the folder, or learn from its holder where the servers are; a holder just starting is waited for."""
        told = folder / "env.json"
        until = time.monotonic() + JOIN_PATIENCE_S
        while True:
            self._lock = take(folder)
            if self._lock is not None:
                told.unlink(missing_ok=True)
                return True
            if self.is_alone:
                return False
            with suppress(FileNotFoundError, ValueError):
                self.env = {**json.loads(told.read_text()), **self.env}
                self.is_joined = True
                return True
            if time.monotonic() > until:
                raise CannotStart(f"Another command holds {folder} and does not say where its servers are.")
            time.sleep(0.2)

    def _tell_joiners(self, folder: Path) -> None:
        part = folder / "env.part"
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(self.env, file)
        part.rename(folder / "env.json")

    def watch(self) -> None:
        """Start our servers again when they died. Called a few times a second; never waits."""
        for server in self.servers:
            server.watch()

    def stop(self) -> None:
        """Stop what we started, last first, and let the folder go."""
        if self.servers and self.folder is not None:
            (self.folder / "env.json").unlink(missing_ok=True)
        for server in self.servers:
            server.ask_to_end()
        while self.servers:
            self.servers.pop().stop()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def migrate(self, *, is_needed: bool) -> None:
        """Bring our own database's tables up to date when a migration has changed since the last time."""
        if not self.has_own_database or self.folder is None:
            return
        mark, wanted = self.folder / "schema", schema_fingerprint()
        if mark.exists() and mark.read_text() == wanted:
            return
        say("Bringing the tables up to date")
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env={**os.environ, **self.env},
            stdout=sys.stderr,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode != 0 and is_needed and plain_words.is_full(done.stderr, self.folder):
            raise CannotStart(plain_words.full(self.folder))
        sys.stderr.write(done.stderr)
        if done.returncode == 0:
            mark.write_text(wanted)
        elif is_needed:
            raise CannotStart("The tables could not be brought up to date; the reason stands above.")
        else:
            say("The tables could not be brought up to date; going on without")


def main(arguments: list[str]) -> int:
    """`stack COMMAND…` runs the command with the servers up; `run` runs the whole product, `run web` only that part."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        return _main(arguments)
    except OSError as error:
        if sentence := plain_words.of_error(error, STATE):
            raise CannotStart(sentence) from None
        raise


def _main(arguments: list[str]) -> int:
    if arguments[0] == "run":
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is born deaf to it
        from devtools.stack.supervisor import run

        return run(arguments[1:])
    command = arguments[2:] if arguments[1:2] == ["--"] else arguments[1:]
    if not command:
        raise SystemExit("Say which command to run with the servers up: manage.py stack COMMAND…")
    with Stack() as stack:
        stack.migrate(is_needed=False)
        return _attend(command, stack.env)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def _attend(command: list[str], env: dict[str, str]) -> int:
    """Run the command in the foreground; Ctrl-C is its affair, and our end is its end."""
    try:
        child = subprocess.Popen(command, env={**os.environ, **env}, preexec_fn=die_with_parent(signal.SIGTERM))
    except FileNotFoundError:
        raise SystemExit(f"There is no command {command[0]!r}.") from None
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = child.wait()
    except SystemExit:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(10)
        child.kill()
        raise
    finally:
        signal.signal(signal.SIGINT, former)
    return code if code >= 0 else 128 - code
