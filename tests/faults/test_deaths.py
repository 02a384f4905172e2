"""Any process of the product is killed, and is back within ten seconds, unaided; nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.caller import Writer
from tests.faults.conftest import Product

pytestmark = [
    pytest.mark.kills,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the processes from /proc"),
]
IS_FULL = os.environ.get("FAULTS") == "full"
KILLS, LIMIT_S = (20, 10) if IS_FULL else (1, 30)  # other tests want the processors as well
# What to kill, by a word of its command line; and whether a helper of the first such process is meant.
KINDS = {
    "the postmaster": ("/postgres -D", False),
    "a session of PostgreSQL": ("postgres: app", True),
    "valkey": ("valkey-server", False),
    "the web server": ("granian", False),
    "the web server's process": ("granian", True),
    "the worker": ("-n worker@", False),
    "the worker's process": ("-n worker@", True),
    "the clocks": ("-n clocks@", False),
    "beat": ("revops beat", False),
}


def is_back(product: Product, words: str, before: list[int], victim: int) -> Callable[[], bool]:
    """As many of the kind as before without the victim, both workers wait for work, and page and API answer."""
    return lambda: (
        victim not in product.pids_of(words)
        and (words == "postgres: app" or len(product.pids_of(words)) >= len(before))
        and product.consumers() == 2
        and product.is_served()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_killed_is_back_within_ten_seconds_and_loses_nothing(product: Product, kind: str) -> None:
    words, is_helper = KINDS[kind]
    took = []
    with Writer(product.caller) as writer:
        for _ in range(KILLS):
            before = product.pids_of(words)
            victim = before[-1] if is_helper else before[0]
            os.kill(victim, signal.SIGKILL)
            took.append(product.until(is_back(product, words, before, victim), f"{kind} did not come back", 60))
            heard = len(writer.acknowledged)
            product.until(lambda: writer.strange or len(writer.acknowledged) > heard, "nothing is written", 30)  # noqa: B023
            assert not writer.strange
    print(f"{kind}: {KILLS} × killed, back after {statistics.median(took):.1f} s, at worst {max(took):.1f} s")
    counts = dict(product.rows("select name, count(*) from lifecycle_record where name like 'Written %%' group by 1"))
    assert [name for name in writer.acknowledged if name not in counts] == []
    assert [name for name, count in counts.items() if count != 1] == []
    assert max(took) < LIMIT_S


def test_after_all_that_the_books_are_whole(product: Product) -> None:
    product.until(product.is_served, "it was not well before", 60)
    assert product.manage("manage.py", "audit_identities") == "whole"
