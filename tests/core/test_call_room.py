"""Calls within a request cross no border at which the system is asked for memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from resource import RUSAGE_THREAD, getrusage

from core.call_room import with_room

TURNS, DEEPEST = 200, 150


def leaf(*_: object) -> None:
    """A call that returns at once."""


def faults_at(depth: int) -> int:
    """How often the system had to give a page while a loop at this depth made calls."""
    if depth:
        return faults_at(depth - 1)
    leaf()
    before = getrusage(RUSAGE_THREAD).ru_minflt
    for turn in range(TURNS):
        leaf(turn, turn, turn, turn, turn, turn, turn, turn, turn, turn, turn, turn)
    return getrusage(RUSAGE_THREAD).ru_minflt - before


def most(around: Callable[[Callable[[], int]], int]) -> int:
    return max(around(partial(faults_at, depth)) for depth in range(DEEPEST))


def test_a_loop_asks_the_system_for_nothing_however_deep_it_stands() -> None:
    assert most(with_room) < TURNS / 10
