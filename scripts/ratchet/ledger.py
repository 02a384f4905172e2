"""The list of present offenders, and what has changed against it."""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from scripts.ratchet.offence import Offence

LEDGER = Path("scripts/ratchet.toml")
HEAD = """\
# What is over a limit of `scripts/ratchet/measures.py` today: a name, and how much of it there is in each place.
# Only `make ratchet` writes this file, and only downward.
"""
Numbers = dict[str, list[int]]  # by name, the largest first


@dataclass(frozen=True)
class Change:
    """How one measure differs from its list."""

    over: list[Offence]  # neither listed nor a listed one under another name
    is_smaller: bool  # the list can be tightened


def numbers(offences: list[Offence]) -> Numbers:
    """The offenders as they are listed."""
    found: Numbers = defaultdict(list)
    for offence in sorted(offences, key=lambda one: -one.number):
        found[offence.name].append(offence.number)
    return dict(sorted(found.items()))


def compare(listed: Numbers, present: list[Offence]) -> Change:
    """Match each offender with a listed one: by name first, then with whatever listed one is left, as renamed."""
    room = {name: sorted(sizes, reverse=True) for name, sizes in listed.items()}
    over, renamed = [], []
    for offence in sorted(present, key=lambda one: -one.number):
        sizes = room.get(offence.name)
        if not sizes:
            renamed.append(offence)
        elif sizes[0] >= offence.number:
            sizes.pop(0)
        else:
            over.append(offence)
    left = sorted((size for sizes in room.values() for size in sizes), reverse=True)
    for offence in renamed:
        if left and left[0] >= offence.number:
            left.pop(0)
        else:
            over.append(offence)
    return Change(over, is_smaller=numbers(present) != listed)


def read(root: Path) -> dict[str, Numbers]:
    """The lists of all measures."""
    return tomllib.loads((root / LEDGER).read_text())


def write(root: Path, lists: dict[str, Numbers]) -> None:
    """Write the lists of all measures."""
    parts = [HEAD]
    for measure, names in lists.items():
        parts.append(f"\n[{measure}]\n")
        parts += [f"{json.dumps(name)} = {sizes}\n" for name, sizes in names.items()]
    (root / LEDGER).write_text("".join(parts))
