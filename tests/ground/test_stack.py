"""The embedded servers: they come, they are the three roles', they go, whatever ends us."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from core import roles
from devtools.stack.folders import ROOT

pytestmark = pytest.mark.kills
NAMES = {*roles.URLS.values(), "REDIS_URL", "PYTEST_XDIST_WORKER"}
HOLD = """
import json, signal, sys, time
from devtools.stack import Stack
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is born deaf to it
with Stack("trial", is_durable=False, is_alone=True) as stack:
    pids = [server.process.pid for server in stack.servers]
    print(json.dumps({"env": stack.env, "pids": pids, "admin": stack.servers[0].url()}), flush=True)
    time.sleep(60)
"""


def bare_environment(**more: str) -> dict[str, str]:
    """As on a machine where nothing is set."""
    return {**{name: value for name, value in os.environ.items() if name not in NAMES}, **more}


def python(source: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines on a machine where nothing else is set."""
    return subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=bare_environment(**more),
        capture_output=True,
        text=True,
        timeout=90,
    )


class Held:
    """Servers held by another process, which the test may end as it likes."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD], cwd=ROOT, env=bare_environment(), stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        told = json.loads(self.process.stdout.readline())
        self.env: dict[str, str] = told["env"]
        self.pids: list[int] = told["pids"]
        self.admin_url: str = told["admin"]

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.wait(20)

    def living(self) -> list[int]:
        return [pid for pid in self.pids if is_alive(pid)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def held() -> Iterator[Held]:
    servers = Held()
    yield servers
    if servers.process.poll() is None:
        servers.end(signal.SIGINT)


def asked(url: str, question: str) -> tuple[object, ...]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return tuple(cursor.fetchone() or ())
    finally:
        connection.close()


def test_the_three_roles_are_what_they_should_be(held: Held) -> None:
    question = """
        select current_user::text, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,
               pg_get_userbyid(datdba)::text, current_setting('statement_timeout')
        from pg_roles, pg_database where rolname = current_user and datname = current_database()
    """
    found = {variable: asked(held.env[variable], question) for variable in roles.URLS.values()}
    assert found["DATABASE_URL"] == ("app", False, False, False, False, "owner", "30s")
    assert found["DATABASE_OWNER_URL"] == ("owner", False, True, True, False, "owner", "0")
    assert found["DATABASE_SCANNER_URL"] == ("scanner", False, False, False, False, "owner", "0")


def test_what_owner_makes_app_may_use_but_not_change(held: Held) -> None:
    connection = psycopg2.connect(held.env["DATABASE_OWNER_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("create table if not exists thing (id bigint generated always as identity primary key)")
    connection.close()
    rights = "select has_table_privilege('thing', 'insert'), has_table_privilege('thing', 'truncate')"
    assert asked(held.env["DATABASE_URL"], rights) == (True, False)
    assert asked(held.env["DATABASE_SCANNER_URL"], "select has_table_privilege('thing', 'select')") == (False,)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        asked(held.env["DATABASE_URL"], "alter table thing disable row level security")


def test_making_the_roles_again_changes_nothing(held: Held) -> None:
    for _ in range(2):
        roles.ensure(held.admin_url, roles.derived_urls(held.admin_url, held.env["SECRET_KEY"]))
    assert asked(held.env["DATABASE_URL"], "select 1") == (1,)


def test_an_administrators_url_alone_becomes_three_roles_of_that_server(held: Held) -> None:
    admin = held.admin_url.removesuffix("/postgres") + "/theirs"
    done = python(
        "import json; from devtools.stack import Stack\nwith Stack() as s: print(json.dumps([s.env, len(s.servers)]))",
        DATABASE_URL=admin,
        REDIS_URL=held.env["REDIS_URL"],
        SECRET_KEY="another",
    )
    env, started = json.loads(done.stdout)
    assert started == 0
    assert asked(env["DATABASE_URL"], "select current_user::text, current_database()::text") == ("app", "theirs")
    assert env["REDIS_URL"] == held.env["REDIS_URL"]


def test_three_given_urls_are_used_as_they_are(held: Held) -> None:
    done = python(
        "import json; from devtools.stack import Stack\nwith Stack() as s: print(json.dumps(s.env))",
        **held.env,
    )
    assert json.loads(done.stdout) == held.env


def test_an_ordinary_end_stops_the_servers(held: Held) -> None:
    assert len(held.living()) == 2
    held.end(signal.SIGINT)
    assert held.living() == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent died")
def test_kill_9_leaves_nothing_behind_and_the_next_start_recovers(held: Held) -> None:
    held.end(signal.SIGKILL)
    until = time.monotonic() + 15
    while held.living() and time.monotonic() < until:
        time.sleep(0.1)
    assert held.living() == []
    again = Held()
    try:
        assert asked(again.env["DATABASE_URL"], "select 1") == (1,)
    finally:
        again.end(signal.SIGINT)


def test_a_second_command_joins_the_servers_of_the_first() -> None:
    joined = """
import json, subprocess, sys
from devtools.stack import Stack
ask = 'from devtools.stack import Stack\\nwith Stack("trial-joined") as s: print(s.is_joined, s.env["DATABASE_URL"])'
with Stack("trial-joined", is_durable=False) as first:
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True).stdout
    print(said.split() == ["True", first.env["DATABASE_URL"]])
"""
    assert python(joined).stdout.strip() == "True"


@pytest.mark.parametrize("code", [0, 7])
def test_the_commands_exit_code_is_ours(code: int, held: Held) -> None:
    env = bare_environment(**held.env)
    done = subprocess.run([sys.executable, "manage.py", "stack", "sh", "-c", f"exit {code}"], cwd=ROOT, env=env)
    assert done.returncode == code


def test_a_command_that_does_not_exist_is_named(held: Held) -> None:
    env = bare_environment(**held.env)
    done = subprocess.run(
        [sys.executable, "manage.py", "stack", "no-such-program"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "no-such-program" in done.stderr and "Traceback" not in done.stderr
