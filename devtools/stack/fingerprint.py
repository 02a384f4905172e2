"""Short marks of the code behind a database: when a mark changes, what was made with the former code is made anew."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from devtools.stack.folders import ROOT

# Read as text: parsing would take longer than a test. What a docstring shows as an import is looked for in vain.
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|.+)|import[ \t]+(.+))$", re.MULTILINE
)
WORD = re.compile(r"\w+")
# They shape every database, whichever migration runs: the locked Django, the roles, the installed apps.
ALWAYS = ("requirements.lock", "core/roles.py", "revops/settings.py")


def schema_fingerprint(root: Path = ROOT) -> str:
    """It changes when a migration changes, a function that a migration calls, or a dependency."""
    return fingerprint(root, shaping_files(root))


def shaping_files(root: Path = ROOT) -> set[Path]:
    """The migrations, every module of ours they import at whatever distance, and the SQL files all these name."""
    migrations = files_of(root, "migrations/*.py")
    code = with_imports(root, migrations)
    words = {word for path in code for word in WORD.findall(path.read_text())}
    named = {path for path in files_of(root, "*.sql") if path.parent.name == "migrations" or path.stem in words}
    return code | named | {root / name for name in ALWAYS if (root / name).exists()}


def files_of(root: Path, pattern: str) -> set[Path]:
    """The files of our packages that fit the pattern, at any depth."""
    packages = [init.parent for init in root.glob("[!.]*/__init__.py")]
    return {path for package in packages for path in package.rglob(pattern)}


def fingerprint(root: Path, files: Iterable[Path]) -> str:
    """Sixteen digits that stand for these files and where they lie."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def with_imports(root: Path, files: Iterable[Path]) -> set[Path]:
    """These Python files and all that they import below `root`, imports inside functions included."""
    found, waiting = set(files), list(files)
    while waiting:
        path = waiting.pop()
        for module in _imported(root, path):
            file = _file_of(root, module)
            if file and file not in found:
                found.add(file)
                waiting.append(file)
    return found


def _imported(root: Path, path: Path) -> Iterator[str]:
    """The modules a file names; of `from a import b` both `a` and `a.b`, since `b` may be a module."""
    package = path.relative_to(root).parent.parts
    for dots, module, names, modules in IMPORT.findall(path.read_text()):
        if modules:
            yield from re.findall(r"[\w.]+", modules)
            continue
        above = package[: len(package) - len(dots) + 1] if dots else ()
        base = ".".join([*above, *([module] if module else [])])
        yield base
        yield from (f"{base}.{name}" for name in WORD.findall(names))


def _file_of(root: Path, module: str) -> Path | None:
    place = root.joinpath(*module.split("."))
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)
