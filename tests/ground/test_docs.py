"""What the pages for developers name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*(ROOT / f"{name}.md" for name in ("README", "ARCHITECTURE", "CONTRIBUTING")), *ROOT.glob("docs/*.md")]
NAMED = re.compile(r"`([^`\n]+)`|\]\(([^)\s#]+)")
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
PATH = re.compile(r"[\w.-]+(/[\w.-]*)+")
NO_PATHS = {"lifecycle/mql", "blueprint/versions", "blueprint/gone-names"}  # a stage, and ends of addresses
FILE = re.compile(r"[A-Z]+\.md|Makefile|Dockerfile|[\w-]+\.(toml|lock|yml)")


def named(text: str) -> set[str]:
    """Paths from the root in backticks, alone or among the words of a command, and the targets of links."""
    words = {word for code, link in NAMED.findall(text) for word in (code or link).split()}
    words -= NO_PATHS
    return {word for word in words if FILE.fullmatch(word) or PATH.fullmatch(word) and word.split("/")[0] in FOLDERS}


def is_there(name: str, page: Path) -> bool:
    """A file, a folder, a module without its ending, or the beginning of a name, as `governance/migrations/0010`."""
    return any(
        place.exists() or any(place.parent.glob(f"{place.name}*")) for place in (ROOT / name, page.parent / name)
    )


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_every_file_that_a_page_names_is_there(document: Path) -> None:
    assert [name for name in sorted(named(document.read_text())) if not is_there(name, document)] == []


def test_a_file_that_is_gone_is_noticed() -> None:
    text = "Read `core/gone.py`, `make check`, `python scripts/lock.py --upgrade` and [this](docs/gone.md)."
    found = named(text)
    assert found == {"core/gone.py", "scripts/lock.py", "docs/gone.md"}
    assert [name for name in sorted(found) if not is_there(name, ROOT / "README.md")] == [
        "core/gone.py",
        "docs/gone.md",
    ]
