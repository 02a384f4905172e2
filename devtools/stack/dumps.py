"""Backup and restore: `make backup`, `make restore FILE=…`; both as the owner, who sees every row.

A backup is one consistent moment, taken while the product runs. A restore goes into a new database beside the present
one and takes its name only when it is whole; the present one stays under another name until somebody drops it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
from psycopg2.extensions import cursor as Cursor

from core import roles
from devtools.stack.folders import CannotStart
from devtools.stack.servers.postgres import postgres_programs

FOLDER = Path("backups")


def backup(owner_url: str, file: Path) -> Path:
    """Write the whole database to `file`; a backup cut short is never mistaken for a whole one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.touch(mode=0o600, exist_ok=False)
    try:
        _run("pg_dump", ["--format=custom", f"--file={part}"], owner_url, "The backup could not be made")
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return file


def restore(urls: dict[str, str], file: Path, *, is_forced: bool = False) -> str:
    """Bring the database back as it was in `file`; the name under which the present one is kept.

    Refused while the present one holds a workspace, unless `is_forced`, and while anybody is connected to it."""
    owner_url = urls[roles.URLS["owner"]]
    name = urlsplit(owner_url).path.strip("/")
    if not file.is_file():
        raise CannotStart(f"There is no file {file}.")
    _run("pg_restore", ["--list", str(file)], owner_url, f"{file} is no backup of ours", is_quiet=True)
    if not is_forced and (many := _workspaces(owner_url)):
        raise CannotStart(
            f"The database {name} holds {many} workspace{'s' if many > 1 else ''}. To put the backup in its place: "
            f"make restore FILE={file} FORCE=1 (the present one is kept beside it)."
        )
    moment = f"{datetime.now(UTC):%Y%m%d_%H%M%S}"
    coming, leaving = f"{name}_restoring_{moment}", f"{name}_before_{moment}"
    with closing(roles.connect(owner_url, "postgres")) as server, server.cursor() as cursor:
        roles.say(cursor, "create database {} encoding 'UTF8' template template0", coming)
        try:
            _fill(urls, coming, file)
            _swap(cursor, name, coming, leaving)
        except BaseException:
            roles.say(cursor, "drop database if exists {}", coming)
            raise
    return leaving


def _fill(urls: dict[str, str], coming: str, file: Path) -> None:
    names = {role: roles.Login.from_url(urls[variable]).name for role, variable in roles.URLS.items()}
    there = roles.at(urls[roles.URLS["owner"]], coming)
    options = ["--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={coming}", str(file)]
    _run("pg_restore", options, there, "The backup could not be restored; nothing was changed")
    with closing(roles.connect(there)) as line, line.cursor() as cursor:
        # Who may come in is a property of the database, not of the backup. Afterwards: privileges given by default
        # to what a restore makes would stand beside those it gives back, and open functions to the scanner.
        roles.grant(cursor, coming, names)
        cursor.execute("analyze")


def _swap(cursor: Cursor, name: str, coming: str, leaving: str) -> None:
    try:
        roles.say(cursor, "alter database {} rename to {}", name, leaving)
    except psycopg2.errors.InvalidCatalogName:
        pass  # the database was lost: nothing has to make room
    except psycopg2.errors.ObjectInUse:
        raise CannotStart(f"Somebody is connected to {name}. Stop the product first; nothing was changed.") from None
    roles.say(cursor, "alter database {} rename to {}", coming, name)


def _workspaces(owner_url: str) -> int:
    """How many workspaces live there; none in a database that is empty or lost."""
    try:
        line = roles.connect(owner_url)
    except psycopg2.OperationalError as error:
        if "does not exist" in str(error):
            return 0
        raise CannotStart(f"The database does not answer: {error}") from error
    with closing(line), line.cursor() as cursor:
        cursor.execute("select to_regclass('public.workspaces_workspace') is not null")
        if not (cursor.fetchone() or (False,))[0]:
            return 0
        cursor.execute("select count(*) from workspaces_workspace")
        return int((cursor.fetchone() or (0,))[0])


def _run(program: str, options: list[str], url: str, sentence: str, *, is_quiet: bool = False) -> None:
    """One of PostgreSQL's own programs, told where to go by its environment: a command line is for all to read."""
    parts = urlsplit(url)
    env = {
        **os.environ,
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.strip("/"),
    }
    done = subprocess.run([_program(program), *options], env=env, capture_output=True, text=True)
    if done.returncode != 0:
        raise CannotStart(f"{sentence}:\n{done.stderr[-2000:]}")
    if done.stderr and not is_quiet:
        print(done.stderr, file=sys.stderr, end="")


def _program(name: str) -> str:
    shipped = postgres_programs() / name
    found = str(shipped) if shipped.exists() else shutil.which(name)
    if not found:
        raise CannotStart(f"{name} is not installed: it comes with PostgreSQL's client programs.")
    return found


def main(arguments: list[str]) -> int:
    """`backup [FILE]`, `restore FILE [--force]`; the roles' URLs come from the environment."""
    verb, *rest = arguments or [""]
    files = [Path(each) for each in rest if not each.startswith("--")]
    if verb == "backup":
        file = files[0] if files else FOLDER / f"revops-{datetime.now(UTC):%Y%m%d-%H%M%S}.dump"
        made = backup(os.environ[roles.URLS["owner"]], file)
        print(f"{made}: {made.stat().st_size:,} bytes")
        return 0
    if verb == "restore" and files:
        urls = {name: os.environ[name] for name in roles.URLS.values()}
        kept = restore(urls, files[0], is_forced="--force" in rest)
        print(f"Restored from {files[0]}. What was there before is kept as {kept}; drop it when all is well.")
        return 0
    print("Say which file: make restore FILE=backups/….dump")
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
