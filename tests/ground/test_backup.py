"""A backup brings everything back: rows, walls, guards and privileges; and a restore destroys nothing."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connection
from psycopg2 import sql

from core import roles
from devtools.stack.dumps import backup, main, restore
from devtools.stack.folders import CannotStart
from tests.cast import Cast
from tests.plugins import database
from tests.upgrade.catalog import catalog, differences
from tests.upgrade.test_upgrade import manage

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def name(cast: Cast) -> Iterator[str]:
    """A database with the cast in it, of its own; with whatever a restore leaves beside it, gone afterwards."""
    own = f"backup_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    database._copy(database.stage.templates["cast"], own)
    yield own
    with database.owner_on() as server:
        server.execute("select datname from pg_database where datname like %s", [f"{own}%"])
        for (found,) in server.fetchall():
            database._drop(server, found)


def urls(name: str) -> dict[str, str]:
    return {
        variable: urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
        for variable in roles.URLS.values()
    }


def seen(name: str) -> tuple[dict[str, set[str]], dict[str, int]]:
    with database.owner_on(name) as cursor:
        shape, rows = catalog(cursor), {}
        for table in connection.introspection.table_names():
            cursor.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table)))
            rows[table] = cursor.fetchone()[0]
        return shape, rows


def databases(name: str) -> set[str]:
    with database.owner_on() as server:
        server.execute("select datname from pg_database where datname like %s", [f"{name}%"])
        return {found for (found,) in server.fetchall()}


def test_what_was_dropped_comes_back_whole(name: str, tmp_path: Path) -> None:
    file = backup(urls(name)["DATABASE_OWNER_URL"], tmp_path / "deep" / "one.dump")
    assert file.stat().st_mode & 0o077 == 0, "nobody else may read it"
    shape, rows = seen(name)
    assert rows["workspaces_member"] == 8 and rows["lifecycle_stage"] > 10
    with database.owner_on() as server:
        database._drop(server, name)
    restore(urls(name), file)
    assert databases(name) == {name}
    found, counts = seen(name)
    assert counts == rows
    assert not differences(found, shape), "\n".join(differences(found, shape))
    with psycopg2.connect(urls(name)["DATABASE_URL"]) as line, line.cursor() as cursor:
        cursor.execute("select count(*) from workspaces_member")
        assert cursor.fetchone() == (0,), "the wall stands: outside a workspace the serving role sees nobody"
    audited = manage(name, "audit_identities")
    assert audited.returncode == 0, audited.stdout + audited.stderr[-2000:]


def test_a_living_database_is_not_overwritten_by_mistake_and_kept_when_meant(name: str, tmp_path: Path) -> None:
    file = backup(urls(name)["DATABASE_OWNER_URL"], tmp_path / "one.dump")
    with pytest.raises(CannotStart, match="holds 2 workspaces.*FORCE=1"):
        restore(urls(name), file)
    with psycopg2.connect(urls(name)["DATABASE_URL"]), pytest.raises(CannotStart, match="Stop the product first"):
        restore(urls(name), file, is_forced=True)
    assert databases(name) == {name}, "nothing half done is left"
    with database.owner_on(name) as cursor:
        cursor.execute("update workspaces_workspace set name = 'Later'")
    kept = restore(urls(name), file, is_forced=True)
    assert databases(name) == {name, kept}
    for place, names in ((name, {"Acme", "Globex"}), (kept, {"Later"})):
        with database.owner_on(place) as cursor:
            cursor.execute("select name from workspaces_workspace")
            assert {found for (found,) in cursor.fetchall()} == names


def test_what_is_no_backup_changes_nothing(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CannotStart, match="no file"):
        restore(urls(name), tmp_path / "nothing.dump")
    (tmp_path / "words.dump").write_text("select 1;")
    with pytest.raises(CannotStart, match="no backup of ours"):
        restore(urls(name), tmp_path / "words.dump", is_forced=True)
    assert databases(name) == {name} and connection is not None
    assert main(["restore"]) == 2 and "FILE=" in capsys.readouterr().out
