"""Tests that look at nothing: such a test passes whatever the code does."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from scripts.ratchet.offence import Offence, Project, definitions

TESTS = "tests"
LOOKS = re.compile(r"(check|expect|must|assert|fail)(_.*)?|raises|warns|\w+_assert_\w+")


def without_assertion(project: Project) -> Iterator[Offence]:
    """Test functions without an `assert`, `raises`, or a call whose name says that it looks."""
    found: dict[str, list[str]] = defaultdict(list)
    for source in project.sources(TESTS):
        for name, node in definitions(source.tree):
            is_test = isinstance(node, ast.FunctionDef) and name.rpartition(".")[2].startswith("test_")
            if is_test and not any(map(_looks, ast.walk(node))):
                found[name].append(f"{source.place}:{node.lineno}")  # type: ignore[attr-defined]
    for name, places in found.items():
        yield Offence(name, len(places), ", ".join(places))


def _looks(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return LOOKS.fullmatch(called) is not None
