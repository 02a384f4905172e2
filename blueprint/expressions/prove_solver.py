"""Asking z3 within bounds: yes with a model, no with the fewest conditions that exclude each other, or unknown."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import z3

MOST_MS = 15_000  # for one question, however busy the machine is
MOST_WORK = 8_000_000  # for one question by z3's own count: some two seconds of a processor
MOST_MEMORY_MB = 600
MOST_NAMED = 12  # of longer cores it is not asked which conditions could be left out
z3.set_param("memory_max_size", MOST_MEMORY_MB)


@dataclass(frozen=True, slots=True)
class Solved:
    """`answer` True with a `model`, False with the names in `core`, None where the solver does not know."""

    answer: bool | None
    model: Any = None
    core: tuple[str, ...] = ()


def solve(asserted: list[Any], named: dict[str, Any]) -> Solved:
    """Whether all of it can hold at once."""
    solver = z3.Solver()
    solver.set("timeout", MOST_MS)
    solver.set("rlimit", MOST_WORK)
    try:
        solver.add(asserted)
        for name, each in named.items():
            solver.assert_and_track(each, name)
        result = solver.check()
        if result == z3.sat:
            return Solved(True, solver.model())
        if result == z3.unsat:
            return Solved(False, core=tuple(map(str, solver.unsat_core())))
    except z3.Z3Exception:  # out of memory, or a shape it has no answer for
        pass
    return Solved(None)


def fewest(asserted: list[Any], named: dict[str, Any], core: tuple[str, ...], until: float) -> tuple[str, ...]:
    """The core without the names that are not needed for it, as far as there is time until a moment of
    `time.monotonic()`. What is asserted can hold without all of them."""
    kept = list(core)
    for each in core if len(core) <= MOST_NAMED else ():
        fewer = [name for name in kept if name != each]
        if not fewer or time.monotonic() > until:
            break
        if solve(asserted, {name: named[name] for name in fewer}).answer is False:
            kept = fewer
    return tuple(kept)
