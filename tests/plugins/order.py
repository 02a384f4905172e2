"""In which order tests run and which of them stay together: the longest first, so that all workers end at once.

The tests of a file stay together on one worker, those of SPREAD go their own ways. How long each takes was measured:
`make test MEASURE=1` writes `tests/durations.json`. What is not listed there is short.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

MEASURED = Path(__file__).resolve().parents[1] / "durations.json"
SHORT_S = 5.0
# Long tests that need nothing of the other tests in their file.
SPREAD = {
    "tests/doors/test_table.py::test_every_role_at_every_door",
    "tests/doors/test_table.py::test_every_scope_at_every_door",
    "tests/e2e/test_every_page.py::test_every_page_of_a_workspace_is_whole_accessible_and_silent",
    "tests/isolation/test_addresses.py::test_a_member_asking_for_anothers_row_learns_nothing",
    "tests/isolation/test_bad_input.py::test_no_word_in_a_form_breaks_it",
    "tests/isolation/test_bad_input.py::test_no_word_in_the_address_of_a_page_breaks_it",
    "tests/test_openapi.py::test_nothing_that_nearly_fits_the_schema_breaks_the_server",
}
# Files that share a running product, which takes long to start and would slow down another one beside it.
OF_ONE_PRODUCT = {
    f"tests/faults/test_{name}.py" for name in ("bodies", "deaths", "ready", "silence", "starting", "supervisor")
}
# Of them, at the end: whether it is ready, which it is once everything has run for a while; and what ends it.
LAST = ("tests/faults/test_ready.py", "tests/faults/test_supervisor.py")


def group_of(nodeid: str) -> str:
    """What a test stays together with: its file; a spread one is alone, with each of its parameters."""
    if nodeid.partition("[")[0] in SPREAD:
        return nodeid
    file = nodeid.partition("::")[0]
    return "tests/faults" if file in OF_ONE_PRODUCT else file


class TogetherByFile(LoadScopeScheduling):
    """Hands out groups in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherByFile:
    """However many workers there are."""
    config.option.loadscopereorder = False
    return TogetherByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the groups into their order. The tests of a group stay in theirs, but those that want the same database
    follow each other: to go to another is to open a line anew, which knows no table and no statement yet."""
    from tests.plugins.database import kind_of  # Django is there only by now

    measured: dict[str, float] = json.loads(MEASURED.read_text())
    places: dict[str, int] = {}

    def place(item: pytest.Item) -> tuple[float, int, int, str]:
        group, file = group_of(item.nodeid), item.nodeid.partition("::")[0]
        at = places.setdefault(group, len(places))
        return -measured.get(group, 0.0), at, LAST.index(file) + 1 if file in LAST else 0, kind_of(item)

    items.sort(key=place)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that measures."""
    parser.addoption("--measure", action="store_true", help="write tests/durations.json")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write down how long each group took, when that was asked for."""
    if not config.getoption("--measure"):
        return
    seconds: dict[str, float] = defaultdict(float)
    for report in (each for reports in terminalreporter.stats.values() for each in reports):
        if isinstance(report, pytest.TestReport):
            seconds[group_of(report.nodeid)] += report.duration
    long = sorted(((taken, group) for group, taken in seconds.items() if taken >= SHORT_S), reverse=True)
    MEASURED.write_text(json.dumps({group: round(taken) for taken, group in long}, indent=1) + "\n")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Without a test that uses Hypothesis, its plugin would import it now to find that there is nothing to tell."""
    plugins = session.config.pluginmanager
    plugin = plugins.get_plugin("hypothesispytest")
    if plugin is not None and "hypothesis" not in sys.modules and not plugins.get_plugin("dsession"):
        plugins.unregister(plugin)
