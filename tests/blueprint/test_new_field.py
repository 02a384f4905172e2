"""A field of a seam is written in one place; reading, checks, differences, files, forms and help know it from there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from blueprint.help_page import help_page
from devtools.stack.folders import ROOT

BEFORE = '    owner: Email = Field(default="", title="Owner"'
FIELD = """    quiet_minutes: Annotated[int, Whole(0, 90)] = Field(
        default=5, title="Minutes of quiet", description="Nobody is called then."
    )
"""


def test_a_field_more_is_one_line_of_the_schema(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "blueprint", tmp_path / "blueprint", ignore=shutil.ignore_patterns("__pycache__"))
    seams = tmp_path / "blueprint" / "schema" / "seams.py"
    written = seams.read_text(encoding="utf-8")
    assert BEFORE in written
    seams.write_text(written.replace(BEFORE, FIELD + BEFORE), encoding="utf-8")
    script = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; import blueprint, django, runpy;"
        " django.setup(); runpy.run_path('tests/blueprint/new_field.py')"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "revops.settings"}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.stdout.strip() == "known everywhere", done.stderr[-3000:]


ROOMS = ("core", "blueprint", "lifecycle", "imports", "handoffs", "scorecard", "governance", "integrations", "revops")


@pytest.mark.parametrize("field", ["offer_again_minutes", "reverify_days"])
def test_a_field_is_spelled_in_at_most_four_files(field: str) -> None:
    """Its class, what uses it, and where the map of the blueprint shows it."""
    files = [path for folder in (*ROOMS, "templates") for path in (ROOT / folder).rglob("*.*")]
    sources = [path for path in files if path.suffix in (".py", ".sql", ".html") and "migrations" not in path.parts]
    spelled = [str(path.relative_to(ROOT)) for path in sources if field in path.read_text("utf-8")]
    assert "blueprint/schema" in " ".join(spelled) and len(spelled) <= 4, spelled


def test_the_page_of_help_is_what_the_schema_says() -> None:
    page = ROOT / "docs" / "blueprint-fields.md"
    assert page.read_text(encoding="utf-8") == help_page(), "run manage.py blueprint_fields"
