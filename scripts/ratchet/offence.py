"""One place in the code that is over a limit, and the files that are looked at."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TOOLS = ("scripts",)


@dataclass(frozen=True)
class Offence:
    """What is over the limit: its name, by how much, and where it is found today."""

    name: str
    number: int
    place: str


@dataclass(frozen=True)
class Source:
    """One Python file, parsed."""

    path: Path
    place: str
    text: str
    tree: ast.Module


@dataclass
class Project:
    """The files of a checkout that the limits hold for."""

    root: Path
    _parsed: dict[Path, Source] = field(default_factory=dict)

    @property
    def settings(self) -> dict:
        """pyproject.toml."""
        return tomllib.loads((self.root / "pyproject.toml").read_text())

    @property
    def rooms(self) -> tuple[str, ...]:
        """The application's packages."""
        return tuple(self.settings["tool"]["importlinter"]["root_packages"])

    def sources(self, *folders: str) -> list[Source]:
        """Every Python file of these folders, migrations excepted."""
        return [
            self._source(path)
            for folder in folders
            for path in self._python_in(folder)
            if "migrations" not in path.parts
        ]

    def migrations(self) -> list[Source]:
        """Every migration."""
        return [
            self._source(path) for room in self.rooms for path in self._python_in(room) if "migrations" in path.parts
        ]

    def templates(self) -> list[Path]:
        """Every page template."""
        return sorted((self.root / "templates").rglob("*.html"))

    def place(self, path: Path, line: int | None = None) -> str:
        """A path as a person reads it, from the root of the checkout."""
        where = path.relative_to(self.root).as_posix()
        return where if line is None else f"{where}:{line}"

    def _python_in(self, folder: str) -> list[Path]:
        return sorted(path for path in (self.root / folder).rglob("*.py") if "benchmarks" not in path.parts)

    def _source(self, path: Path) -> Source:
        if path not in self._parsed:
            text = path.read_text()
            self._parsed[path] = Source(path, self.place(path), text, ast.parse(text))
        return self._parsed[path]


def definitions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every class and function with its full name: `Handoff`, `Handoff.accept`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{within}{node.name}"
            yield name, node
            yield from definitions(node, f"{name}.")
        else:
            yield from definitions(node, within)
