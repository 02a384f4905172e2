"""`python -m tests.flows.page` writes docs/flows.md anew from what the five pieces of work go through now."""

from __future__ import annotations

import os

import pytest

from devtools.stack.folders import ROOT
from tests.flows.trace import Step, Way

PAGE = ROOT / "docs" / "flows.md"
WRITE = "WRITE_FLOWS"
HEAD = """# Five ways through the house

What the product does most, and which functions do it, in the order of their first call. `python -m tests.flows.page`
writes this page; a test holds it to what happens. Listed are the main steps: functions that have others of ours
do their work. What serves only its own module (`_name`), and what calls nothing of ours, is left out.
"""
FRAME = "The frame of every request, told once"


def frame_of(way: Way) -> Way:
    """What a request passes before the view of its room: everything of core and integrations."""
    return way.until(lambda step: step.file.split("/")[0] not in ("core", "integrations", "revops"))


def page(ways: dict[str, Way]) -> str:
    """The whole page."""
    frame = frame_of(next(iter(ways.values())))
    told = {title: way.main_steps(but=frame) for title, way in ways.items()}
    return "\n".join([HEAD, *(section(title, steps) for title, steps in ({FRAME: frame.main_steps()} | told).items())])


def section(title: str, steps: list[Step]) -> str:
    lines = [f"{number}. `{step.file}` **{step.name}** {step.sentence}" for number, step in enumerate(steps, 1)]
    files = len({step.file for step in steps})
    return "\n".join(
        [f"## {title}", f"{len(steps)} steps in {files} files.", "", *(line.rstrip() for line in lines), ""]
    )


if __name__ == "__main__":
    os.environ[WRITE] = "1"
    raise SystemExit(pytest.main(["-q", "-p", "no:randomly", str(ROOT / "tests" / "flows")]))
