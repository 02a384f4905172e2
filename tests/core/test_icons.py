"""Every icon that a template names is one: a missing one is only found where it is drawn."""

import re
import zipfile
from pathlib import Path

import lucide

TEMPLATES = Path(__file__).parents[2] / "templates"
NAMED = re.compile(r"""(?:\{% lucide |\bicon=)"([a-z0-9-]+)\"""")


def test_every_icon_in_the_templates_exists() -> None:
    known = set(zipfile.ZipFile(Path(lucide.__file__).with_name("lucide.zip")).namelist())
    named = {name for file in TEMPLATES.rglob("*.html") for name in NAMED.findall(file.read_text(encoding="utf-8"))}
    assert len(named) > 50
    assert {name for name in named if f"{name}.svg" not in known} == set()
