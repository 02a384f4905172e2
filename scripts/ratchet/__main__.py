"""`python -m scripts.ratchet` checks, `--tighten` writes what has become smaller."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.ratchet import ledger
from scripts.ratchet.measures import MEASURES
from scripts.ratchet.offence import Project

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str], root: Path = ROOT) -> int:
    """0 when nothing is over its limit but what is listed, and nothing is listed that is gone."""
    project = Project(root)
    present = {measure: list(find(project)) for measure, (_, find) in MEASURES.items()}
    listed = ledger.read(root)
    changes = {measure: ledger.compare(listed.get(measure, {}), found) for measure, found in present.items()}
    over = [(measure, offence) for measure, change in changes.items() for offence in change.over]
    for measure, offence in over:
        print(f"{offence.place}: {offence.name} {MEASURES[measure][0].format(offence.number)}.")
    if over:
        return 1
    if not any(change.is_smaller for change in changes.values()):
        return 0
    if arguments == ["--tighten"]:
        ledger.write(root, {measure: ledger.numbers(found) for measure, found in present.items()})
        print(f"{ledger.LEDGER} is as tight as the code.")
        return 0
    for measure in [measure for measure, change in changes.items() if change.is_smaller]:
        print(f"[{measure}]: something listed is smaller, renamed or gone. Tighten the ratchet: make ratchet")
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
