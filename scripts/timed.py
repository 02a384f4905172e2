"""How long each step of a `make` took: `python scripts/timed.py NAME COMMAND…` runs the step, `--total` sums them up.

The first step of a run is marked with `--first`. A step that fails ends with its own code, so `make` stops there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def spoken(seconds: float) -> str:
    """`3.2 s`, `9 min 05 s`."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def run(kept: Path, name: str, command: list[str]) -> int:
    """Run the step, say how long it took, and keep that for the total."""
    begun = time.monotonic()
    code = subprocess.run(command, cwd=ROOT).returncode
    seconds = time.monotonic() - begun
    print(f"· {name}: {spoken(seconds)}{'' if code == 0 else ', failed'}", flush=True)
    with kept.open("a") as file:
        file.write(f"{seconds}\n")
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    """The step's own exit code."""
    kept = Path(os.environ.get("REVOPS_STATE") or ROOT / ".state") / "step-times"
    kept.parent.mkdir(parents=True, exist_ok=True)
    if arguments == ["--total"]:
        times = [float(line) for line in kept.read_text().splitlines()]
        print(f"· {len(times)} steps: {spoken(sum(times))}")
        return 0
    if arguments[0] == "--first":
        kept.write_text("")
        arguments = arguments[1:]
    return run(kept, arguments[0], arguments[1:])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
