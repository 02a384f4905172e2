"""The mark of a database's shape changes with everything that a migration calls, and with nothing else."""

import inspect
from pathlib import Path
from types import FunctionType

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from core.tenancy.walls import Walls
from devtools.stack.fingerprint import ROOT, schema_fingerprint, shaping_files

FILES = {
    "shop/__init__.py": "",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": "from shop.walls import (\n    raise_walls,\n)\n\nraise_walls('guard.sql')\n",
    "shop/migrations/seeds.sql": "select 1",
    "shop/walls.py": "def raise_walls(name):\n    from .deeper import dig\n\n    dig(name)\n",
    "shop/deeper/__init__.py": "import shop.stones, shop.tools\n\n\ndef dig(name): ...\n",
    "shop/stones.py": "HARD = True\n",
    "shop/tools.py": "SPADE = 1\n",
    "shop/sql/guard.sql": "select 2",
    "shop/sql/listing.sql": "select 3",
    "shop/views.py": "from shop.walls import raise_walls\n",
    "revops/settings.py": "INSTALLED_APPS = []\n",
    "requirements.lock": "django==5.2\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose one migration calls helpers, which call others."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", sorted(set(FILES) - {"shop/views.py", "shop/sql/listing.sql", "shop/__init__.py"}))
def test_an_edit_of_what_a_migration_calls_changes_the_mark(project: Path, name: str) -> None:
    before = schema_fingerprint(project)
    with (project / name).open("a") as file:
        file.write("\n")
    assert schema_fingerprint(project) != before


@pytest.mark.parametrize("name", ["shop/views.py", "shop/sql/listing.sql"])
def test_what_no_migration_calls_leaves_the_mark(project: Path, name: str) -> None:
    before = schema_fingerprint(project)
    (project / name).write_text("nothing = 0\n")
    assert schema_fingerprint(project) == before


def test_everything_of_ours_that_a_loaded_migration_holds_is_covered(db: None) -> None:
    migrations = MigrationLoader(connection).disk_migrations.values()
    operations = [operation for migration in migrations for operation in migration.operations]
    values = [value for migration in migrations for value in vars(inspect.getmodule(migration)).values()]
    held = {type(operation) for operation in operations}
    held |= {value for value in values if isinstance(value, type | FunctionType)}
    files = {Path(inspect.getfile(value)).resolve() for value in held if value.__module__ != "builtins"}
    ours = {file for file in files if ROOT in file.parents and ".venv" not in file.parts}
    assert ROOT / inspect.getfile(Walls) in ours
    assert ours - shaping_files() == set()
