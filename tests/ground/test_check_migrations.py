"""A migration that has landed is never edited or deleted, and a check says so in a sentence."""

from pathlib import Path

import pytest

from scripts import check_migrations
from scripts.check_migrations import LOCK, ROOT, faults, main


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one landed migration."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "things/migrations").mkdir(parents=True)
    (tmp_path / "things/migrations/0001_initial.py").write_text("one = 1\n")
    assert main(["--add"], tmp_path) == 0
    return tmp_path


def test_this_project_has_edited_none() -> None:
    assert faults(ROOT) == []
    assert len(check_migrations.locked(ROOT)) >= 21


def test_an_edit_is_found_and_cannot_be_locked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], project) == 0
    (project / "things/migrations/0001_initial.py").write_text("one = 2\n")
    for arguments in ([], ["--add"]):
        assert main(arguments, project) == 1
        assert "things/migrations/0001_initial.py has landed and was edited" in capsys.readouterr().out


def test_a_deletion_is_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "things/migrations/0001_initial.py").unlink()
    assert main([], project) == 1
    assert "has landed and is gone" in capsys.readouterr().out


def test_a_new_one_is_welcome_and_locked_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "things/migrations/0002_more.py").write_text("two = 2\n")
    assert main([], project) == 0 and "1 migrations have not landed yet" in capsys.readouterr().out
    assert main(["--add"], project) == 0
    assert "things/migrations/0002_more.py" in (project / LOCK).read_text()
    (project / "things/migrations/0002_more.py").write_text("two = 3\n")
    assert main([], project) == 1
