"""The limits of the code: what is new or has grown is refused, what has shrunk is written down, nothing else is."""

from pathlib import Path

import pytest

from scripts.ratchet import ledger
from scripts.ratchet.__main__ import main

PYPROJECT = '[tool.importlinter]\nroot_packages = ["shop"]\n'


def long_function(name: str, lines: int) -> str:
    """A function of so many lines that calls itself, so that somebody does."""
    return f"def {name}():\n" + "    pass\n" * (lines - 2) + f"    {name}()\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one function over the limit, which is listed."""
    for folder in ("scripts", "shop", "shop/sql", "shop/migrations", "other", "templates", "tests"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "shop/selling.py").write_text(long_function("sell", 50))
    ledger.write(tmp_path, {"functions": {"sell": [50]}})
    return tmp_path


def said(project: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code and the sentences."""
    code = main([*arguments], project)
    return code, capsys.readouterr().out


def test_what_is_listed_passes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(project, capsys) == (0, "")


def test_what_has_grown_is_refused_and_cannot_be_listed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "shop/selling.py").write_text(long_function("sell", 51))
    for arguments in ((), ("--tighten",)):
        code, words = said(project, capsys, *arguments)
        assert code == 1
        assert words == "shop/selling.py:1: sell is a function of 51 lines; 40 are allowed.\n"


def test_what_is_new_is_refused_also_under_the_same_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "shop/buying.py").write_text(long_function("buy", 41))
    assert "shop/buying.py:1: buy is a function of 41 lines" in said(project, capsys)[1]
    (project / "shop/buying.py").write_text(long_function("sell", 41))
    assert "shop/buying.py:1: sell is a function of 41 lines" in said(project, capsys, "--tighten")[1]


def test_what_has_shrunk_must_be_written_down(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "shop/selling.py").write_text(long_function("sell", 45))
    code, words = said(project, capsys)
    assert code == 1 and "Tighten the ratchet: make ratchet" in words
    assert said(project, capsys, "--tighten")[0] == 0
    assert ledger.read(project)["functions"] == {"sell": [45]}
    assert said(project, capsys) == (0, "")


def test_what_is_gone_must_not_stay_listed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "shop/selling.py").write_text(long_function("sell", 40))
    assert said(project, capsys)[0] == 1
    assert said(project, capsys, "--tighten")[0] == 0
    assert ledger.read(project)["functions"] == {}


def test_moving_a_file_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "shop/deep").mkdir()
    (project / "shop/selling.py").rename(project / "shop/deep/trading.py")
    assert said(project, capsys) == (0, "")


def test_a_new_name_for_the_same_thing_is_no_new_offender(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "shop/selling.py").write_text(long_function("trade", 50))
    assert said(project, capsys, "--tighten")[0] == 0
    assert ledger.read(project)["functions"] == {"trade": [50]}


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("shop/long.py", "\n" * 251, "long.py is a module of 251 lines; 250 are allowed."),
        ("templates/wide.html", "x" * 161 + "\n", "wide.html has 1 lines of more than 160 columns."),
        ("shop/a.py", 'ROWS = "select id from shop"\n', "ROWS holds 1 lines of SQL"),
        ("shop/a.py", 'def f(t):\n    return f(f"""delete\n    from {t}""")\n', "f holds 2 lines of SQL"),
        ("shop/a.py", 'X = "with due as (select 1 from t)\\nupdate shop set a = 1"\n', "X holds 2 lines of SQL"),
        ("shop/a.py", "def forgotten():\n    pass\n", "forgotten is defined 1 times and nothing but tests uses it."),
        ("tests/test_a.py", "def test_it_works():\n    work()\n", "test_it_works is a test without an assertion"),
    ],
)
def test_each_limit_is_held(
    project: Path, capsys: pytest.CaptureFixture[str], path: str, text: str, sentence: str
) -> None:
    (project / path).write_text(text)
    code, words = said(project, capsys)
    assert code == 1
    assert sentence in words


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/sql/rows.py", 'ROWS = "select id from shop"\n'),
        ("shop/migrations/0001_initial.py", 'ROWS = "select id from shop"\n' + "\n" * 300),
        ("shop/a.py", '"""How to select rows from the shop."""\n\nWORDS = "Select something from the list"\n'),
        ("shop/a.py", "def shown():\n    pass\n"),
        ("tests/test_a.py", "def test_a():\n    with pytest.raises(ValueError):\n        work()\n"),
        ("tests/test_a.py", "def test_a():\n    must_refuse('')\n\n\ndef helper():\n    pass\n"),
    ],
)
def test_what_is_allowed_is_not_found(project: Path, capsys: pytest.CaptureFixture[str], path: str, text: str) -> None:
    (project / "templates/page.html").write_text("{{ shop|shown }}")
    (project / path).write_text(text)
    assert said(project, capsys) == (0, "")


def test_a_name_means_one_thing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text('[tool.importlinter]\nroot_packages = ["shop", "other"]\n')
    for folder in ("shop", "other"):
        (project / folder / "models.py").write_text("class Cart:\n    pass\n\n\nCart()\n")  # the layout is common
        (project / folder / "asking.py").write_text("")
    code, words = said(project, capsys)
    assert code == 1
    assert "other/models.py:1: Cart names 2 public classes" in words
    assert "asking names 2 modules" in words
    assert "models names" not in words
