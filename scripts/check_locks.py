"""The lock files must install anywhere: no address of any host in them. Run by `make check`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "frontend/package-lock.json", "frontend/.npmrc")
ADDRESS = re.compile(
    r"""\b(?:https?|file|git\+\w+|ssh)://|--(?:extra-)?index-url|--find-links|"resolved":|\bregistry\s*=""",
    re.IGNORECASE,
)
# npm copies each package's own "funding" note; it is never fetched.
HARMLESS = re.compile(r'^\s*"(?:url|funding)":\s*"https://')


def faults(text: str) -> list[int]:
    """The numbers of the lines that name a host."""
    lines = enumerate(text.splitlines(), start=1)
    return [number for number, line in lines if ADDRESS.search(line) and not HARMLESS.match(line)]


if __name__ == "__main__":
    found = [f"{name}:{line}" for name in LOCKS for line in faults((ROOT / name).read_text())]
    if found:
        sys.exit("These lines name a host, so the lock would not install elsewhere: " + ", ".join(found))
    print("locks name no host")
