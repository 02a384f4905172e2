"""Migrations that have landed are never edited or deleted: their sums lie in `scripts/migrations.lock`.

`python scripts/check_migrations.py` checks, `--add` (`make lock-migrations`) adds the sums of files that are new. A
database that was made before an edit keeps what the old text made, and nothing tells: write another migration instead.
Where a module lies is no part of a sum: a room may move, and the migrations' imports follow it.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = Path("scripts/migrations.lock")
NOT_OURS = {".venv", "node_modules", ".state"}


ROOMS = r"(?:core|blueprint|lifecycle|imports|handoffs|scorecard|governance|integrations|revops|devtools)"
MODULES = re.compile(rf"\b{ROOMS}(?:\.[a-z_]+)+\.(?=[A-Za-z_])")


def sum_of(text: str) -> str:
    """The sum of a migration's text without the places of our modules: its imports, the paths of names, comments."""
    imports = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
    gone = {line for node in imports for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    lines = (line for number, line in enumerate(text.splitlines(), 1) if number not in gone)
    kept = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return hashlib.sha256(MODULES.sub("", "\n".join(kept)).encode()).hexdigest()


def sums(root: Path) -> dict[str, str]:
    """The sum of every migration, by its path below `root`."""
    files = [path for path in root.glob("**/migrations/[0-9]*.py") if not NOT_OURS & {*path.relative_to(root).parts}]
    return {path.relative_to(root).as_posix(): sum_of(path.read_text()) for path in sorted(files)}


def locked(root: Path) -> dict[str, str]:
    """The sums of those that have landed."""
    lines = (root / LOCK).read_text().splitlines() if (root / LOCK).exists() else []
    pairs = [line.split() for line in lines if line and not line.startswith("#")]
    return {path: found for found, path in pairs}


def faults(root: Path) -> list[str]:
    """What is wrong, in sentences; empty when every landed migration is as it was."""
    present, known = sums(root), locked(root)
    edited = [path for path, found in known.items() if path in present and present[path] != found]
    gone = [path for path in known if path not in present]
    said = [f"{path} has landed and was edited: take the edit back and write another migration." for path in edited]
    return said + [f"{path} has landed and is gone: databases out there have applied it; put it back." for path in gone]


def add(root: Path) -> list[str]:
    """Lock the files that are not yet; their paths. What is locked already stays as it is, edited or not."""
    present, known = sums(root), locked(root)
    new = [path for path in present if path not in known]
    lines = [f"{found}  {path}" for path, found in sorted({**present, **known}.items())]
    head = "# Sums of the migrations that have landed; made by `make lock-migrations`, never by hand."
    (root / LOCK).write_text("\n".join([head, *lines]) + "\n")
    return new


def main(arguments: list[str], root: Path = ROOT) -> int:
    """0 when all is well, 1 with a sentence for each fault."""
    found = faults(root)
    for sentence in found:
        print(sentence)
    if found:
        return 1
    if arguments == ["--add"]:
        new = add(root)
        print(f"{len(new)} migrations locked that were not." if new else "Every migration is locked already.")
    else:
        waiting = [path for path in sums(root) if path not in locked(root)]
        if waiting:
            print(f"{len(waiting)} migrations have not landed yet; `make lock-migrations` before they do.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
