"""The ways through the house are as docs/flows.md tells them, and short."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.flows.page import PAGE, WRITE, page
from tests.flows.trace import Way
from tests.flows.ways import WAYS

pytestmark = pytest.mark.django_db(transaction=True)
# How many functions each may pass: a few more than on a working day, since nights and weekends take other turns. A new
# one earns its name, or two that always follow each other become one.
AT_MOST = {
    "A record is posted": 110,
    "A handoff is accepted": 100,
    "A late handoff is escalated": 50,
    "A row of a file is handed over": 250,
    "A change is published": 305,
}
TURNS = 0.06  # of the steps that the page lists, as many may be others at this hour
NAMESAKES = {"__init__.py"}


@pytest.fixture
def ways(cast: Cast) -> dict[str, Way]:
    """Each is walked three times, since what a process keeps at hand is made at the first time. On the way is what both
    of the others went through: one of them may have lasted a second and said so, or let somebody else have a turn."""
    found = {}
    for title, prepared in WAYS.items():
        prepared(cast, 1)()
        found[title], again = (walk(prepared(cast, time)) for time in (2, 3))
        found[title].steps = {place: step for place, step in found[title].steps.items() if place in again.steps}
    return found


def walk(work: Callable[[], object]) -> Way:
    way = Way()
    with way.traced():
        work()
    return way


def test_the_ways_are_short_and_the_page_tells_them(ways: dict[str, Way]) -> None:
    if os.environ.get(WRITE):
        PAGE.write_text(page(ways))
    assert {title: namesakes(way) for title, way in ways.items() if namesakes(way)} == {}
    longer = {title: way.steps for title, way in ways.items() if len(way.steps) > AT_MOST[title]}
    assert not longer, "\n".join(f"{title}: {len(steps)}: {list(steps)}" for title, steps in longer.items())
    told, walked = steps_on(PAGE.read_text()), steps_on(page(ways))
    assert len(told ^ walked) <= TURNS * len(walked), (
        f"python -m tests.flows.page writes it anew: {sorted(told ^ walked)}"
    )


def steps_on(text: str) -> set[tuple[str, ...]]:
    return set(re.findall(r"^\d+\. `(.+?)` \*\*(.+?)\*\*", text, re.MULTILINE))


def namesakes(way: Way) -> list[list[str]]:
    """Files of one name on one way: whoever follows it would open the wrong one."""
    by_name = defaultdict(list)
    for file in way.files:
        by_name[Path(file).name].append(file)
    return [files for name, files in by_name.items() if len(files) > 1 and name not in NAMESAKES]
