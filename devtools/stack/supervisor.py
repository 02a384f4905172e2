"""`manage.py run`: the servers, the tables, the sample company, then web, workers and beat until Ctrl-C."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.stack import Stack
from devtools.stack.children import Child
from devtools.stack.commands import AROUND, commands
from devtools.stack.folders import ROOT, STATE, CannotStart, take
from devtools.stack.kept import say
from devtools.stack.servers.server import die_with_parent, free_port, is_free
from devtools.stack.token import HEADER, VARIABLE, is_answer

STOP_PATIENCE_S = 4  # whatever is cut off is taken up at the next start
WEB_PATIENCE_S = 60
USUAL_PORT = 8000
SIGN_INS = """
import json, django; django.setup()
from revops.sample import SIGN_INS
print(json.dumps([list(line) if isinstance(line, (list, tuple)) else [str(line)] for line in SIGN_INS], default=str))
"""


def run(parts: list[str]) -> int:
    """Everything up, in order; down again on Ctrl-C or SIGTERM within ten seconds. With a part's name, only that."""
    if parts:
        return _run_only(parts[0])
    port = _port()
    address = f"http://localhost:{port}"  # a name: browsers give no passkeys to a bare number
    with _the_only_one(address):
        return _run_all(port, address)


def _run_all(port: int, address: str) -> int:
    children: list[Child] = []
    begun_at = time.monotonic()
    say("Starting PostgreSQL and Redis")
    with Stack() as stack:
        if stack.is_joined:
            say("The servers belong to another command here and end with it")
        try:
            env = {**os.environ, **stack.env, **AROUND, VARIABLE: secrets.token_hex(16)}
            env.setdefault("SITE_URL", address)
            _prepare(stack, env)
            schedule = (stack.folder or STATE) / "beat"
            children = [Child(name, line, env) for name, line in commands("127.0.0.1", port, env, schedule).items()]
            for child in children:
                child.start()
            _wait_for_web(children[0], port, env[VARIABLE])
            _greet(address, env, time.monotonic() - begun_at)
            while True:
                time.sleep(0.25)
                stack.watch()
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


@contextmanager
def _the_only_one(address: str) -> Iterator[None]:
    """Two of us from one folder would send everything twice: the second says where the first is, and ends."""
    folder = STATE / "run"
    folder.mkdir(parents=True, exist_ok=True)
    lock = take(folder)
    if lock is None:
        first = (folder / "address").read_text() if (folder / "address").exists() else "another address"
        raise CannotStart(f"It runs already, at {first}. Stop that one first, or set REVOPS_STATE to another folder.")
    try:
        (folder / "address").write_text(address)
        yield
    finally:
        lock.close()


def _run_only(part: str) -> int:
    """Become one part, for instance in a container: the servers are elsewhere, their URLs in the environment."""
    env = {**os.environ, **AROUND}
    lines = commands("0.0.0.0", int(env.get("PORT", "8000")), env, Path(tempfile.gettempdir()) / "revops-beat")
    if part not in lines:
        raise SystemExit(f"There is no part {part!r}: say one of {', '.join(lines)}, or nothing for all of it.")
    if _manage(env, "check", "--database", "default", "--fail-level", "ERROR") != 0:
        raise CannotStart("The checks found a fault; it stands above.")
    os.execve(lines[part][0], lines[part], env)


def _port() -> int:
    """$PORT, else 8000, else any free one. Raises CannotStart when somebody else has the one that was asked for."""
    given = os.environ.get("PORT")
    if given is None:
        if is_free(USUAL_PORT):
            return USUAL_PORT
        port = free_port()
        say(f"Port {USUAL_PORT} is taken by another program; using {port} instead")
        return port
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {given!r}.")
    try:
        if is_free(int(given)):
            return int(given)
    except PermissionError:
        raise CannotStart(f"Port {given} is not for this user: choose one from 1024 on.") from None
    raise CannotStart(f"Port {given} is taken by another program. Stop that one, or choose another: PORT=8001 make run")


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


def _wait_for_web(web: Child, port: int, token: str) -> None:
    until = time.monotonic() + WEB_PATIENCE_S
    while time.monotonic() < until:
        if web.process is not None and web.process.poll() is not None:
            raise CannotStart("The web server did not start; the reason stands above.")
        if _who_answers(port, token):
            return
        time.sleep(0.1)
    raise CannotStart("The web server did not answer within a minute.")


def _who_answers(port: int, token: str) -> bool:
    """Whether our own web server answers; nobody may yet. Raises CannotStart when a stranger does.

    Two programs may listen on one port when both allow it; then the system deals out the callers to either."""
    question = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={HEADER: token})
    for _ in range(4):
        try:
            with urllib.request.urlopen(question, timeout=5) as answer:
                is_ours = is_answer(answer.headers.get(HEADER, ""), token)
        except (urllib.error.HTTPError, http.client.BadStatusLine):  # before OSError, which they are too
            is_ours = False
        except OSError:
            return False
        if not is_ours:
            raise CannotStart(f"Another program answers on port {port}. Stop that one, or set PORT to another number.")
    return True


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
