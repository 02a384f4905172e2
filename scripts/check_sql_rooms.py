"""Which room's tables a `.sql` file touches: it may read those of its own room and of rooms to its left, and write
its own.

What crosses otherwise is named in sql_rooms.toml with its reason, and nothing there is out of date."""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = ROOT / "scripts" / "sql_rooms.toml"
# Rooms on one place do not read each other.
PLACES = {
    **{"core": 0, "blueprint": 1, "lifecycle": 2, "imports": 3, "handoffs": 3, "scorecard": 4, "governance": 5},
    **{"integrations": 6, "revops": 7, "devtools": 8},
}
# Tables are called after Django's app labels, which older rooms gave them.
LABELS = {"account": "core", "workspaces": "core", "history": "core", "operating": "core", "notices": "core"}
LABELS |= {room: room for room in ("blueprint", "lifecycle", "handoffs", "scorecard", "governance", "integrations")}
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
TABLE = re.compile(r"\b(insert into|delete from|update|from|join|table)\s+(?:only\s+)?([a-z]+)(_[a-z_]+)\b")


class Touch(NamedTuple):
    """One table that a file reads or writes."""

    file: str
    table: str
    how: str


def touches(file: str, text: str) -> set[Touch]:
    """The tables of rooms that a file names; the wait for another statement's rows (`for update of`) is no writing."""
    found = TABLE.findall(COMMENT.sub(" ", text))
    return {
        Touch(file, label + rest, "reads" if verb in ("from", "join", "table") else "writes")
        for verb, label, rest in found
        if label in LABELS
    }


def crosses(touch: Touch) -> bool:
    """Whether the file reaches where it may not without a reason."""
    room, owner = touch.file.split("/")[0], LABELS[touch.table.split("_")[0]]
    if touch.how == "writes":
        return room != owner
    return room != owner and PLACES[owner] >= PLACES[room]


def faults(files: Mapping[str, str], reasons: set[Touch]) -> Iterator[str]:
    """What crosses without a reason, and reasons for what does not cross."""
    found = {touch for file, text in files.items() for touch in touches(file, text) if crosses(touch)}
    for touch in sorted(found - reasons):
        yield f"{touch.file} {touch.how} {touch.table}: not its room's, and no reason in {CONTRACT.name}"
    for touch in sorted(reasons - found):
        yield f"{CONTRACT.name}: {touch.file} no longer {touch.how} {touch.table}"


def main() -> int:
    """Print every fault; the number of them is the exit code."""
    written = tomllib.loads(CONTRACT.read_text())["crossing"]
    reasons = {
        Touch(each["file"], table, each["how"]) for each in written for table in each["tables"] if each["reason"]
    }
    paths = (path for room in PLACES for path in (ROOT / room).rglob("sql/**/*.sql"))
    found = list(faults({str(path.relative_to(ROOT)): path.read_text() for path in paths}, reasons))
    print(*found, sep="\n", end="\n" if found else "")
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
