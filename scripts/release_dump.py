"""The last released database, kept for the test that upgrades it: `make release-dump`, once a release has landed.

Makes a database of its own on the running servers, migrates it, lets two small companies in, and writes it as plain
SQL to `tests/upgrade/released.sql.gz`. Nothing in it is anybody's.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from core import roles
from devtools.stack.servers.postgres import postgres_programs

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "tests/upgrade/released.sql.gz"
NAME = "release_dump"
COMPANIES = """
import django; django.setup()
from tests.cast import MONDAY_10, make_cast
from lifecycle.actions.intake import Incoming, take_in
from core.tenancy.scope import workspace_scope
from scorecard.actions import fold
cast = make_cast()
hot = {"demo_requested": True, "seniority": "VP", "employees": 900}
rows = [Incoming(n, "lead", core={"name": f"L {n}", "email": f"l{n}@co.example"}, properties=hot) for n in range(1, 9)]
with workspace_scope(cast.acme):
    take_in(cast.acme, rows, by=cast.ada, at=MONDAY_10)
    fold(cast.acme, MONDAY_10)
"""


def main() -> None:
    """Make, fill, write, drop."""
    env = dict(os.environ, DJANGO_SETTINGS_MODULE="revops.settings")
    for name in roles.URLS.values():
        env[name] = urlunsplit(urlsplit(env[name])._replace(path=f"/{NAME}"))
    _on_server(f"drop database if exists {NAME} with (force)", f"create database {NAME} template template0")
    try:
        with psycopg2.connect(env["DATABASE_OWNER_URL"]) as line, line.cursor() as cursor:
            names = {role: roles.Login.from_url(env[variable]).name for role, variable in roles.URLS.items()}
            roles.grant(cursor, NAME, names)
        for command in (["manage.py", "migrate", "--verbosity", "0"], ["-c", COMPANIES]):
            subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=True)
        dump = [str(postgres_programs() / "pg_dump"), "--no-owner", "--inserts", "--rows-per-insert=200"]
        said = subprocess.run([*dump, env["DATABASE_OWNER_URL"]], check=True, capture_output=True, text=True).stdout
    finally:
        _on_server(f"drop database if exists {NAME} with (force)")
    # Lines for psql and settings that older servers do not know are left out.
    lines = [line for line in said.splitlines() if not line.startswith(("\\", "SET transaction_timeout"))]
    TARGET.write_bytes(gzip.compress("\n".join([*lines, ""]).encode(), 9, mtime=0))
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")


def _on_server(*statements: str) -> None:
    parts = urlsplit(os.environ["DATABASE_OWNER_URL"])
    line = psycopg2.connect(urlunsplit(parts._replace(path="/postgres")))
    line.autocommit = True
    with line.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    line.close()


if __name__ == "__main__":
    main()
