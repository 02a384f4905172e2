"""The limits: how long, how wide, in which folder, how many of one name."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from scripts.ratchet.assertions import without_assertion
from scripts.ratchet.offence import TOOLS, Offence, Project, Source, definitions
from scripts.ratchet.unused import unused

FUNCTION_LINES = 40
MODULE_LINES = 250
TEMPLATE_COLUMNS = 160

# What every room calls the same, so that knowing one room is knowing all of them.
LAYOUT = {
    *("__init__", "__main__", "apps", "models", "rules", "actions", "queries", "sql"),
    *("views", "forms", "urls", "api", "serializers", "tasks"),
}
NAMED_BY_DJANGO = {"Command"}
# Lower case only: a sentence for people begins with a capital.
SQL = re.compile(
    r"\bselect\s[\s\S]*?\sfrom\s"
    r"|\binsert\s+into\s+[\w{]"
    r"|\bdelete\s+from\s+[\w{]"
    r"|\bupdate\s+[\w.{}\"]+(\s+(as\s+)?\w+)?\s+set\s"
    r"|\bwith\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s+((not\s+)?materialized\s+)?\("
)


def functions(project: Project) -> Iterator[Offence]:
    """Functions of more than 40 lines."""
    for source in project.sources(*project.rooms, *TOOLS):
        for name, node in definitions(source.tree):
            lines = node.end_lineno - node.lineno + 1  # type: ignore[attr-defined]
            if not isinstance(node, ast.ClassDef) and lines > FUNCTION_LINES:
                yield Offence(name, lines, f"{source.place}:{node.lineno}")  # type: ignore[attr-defined]


def modules(project: Project) -> Iterator[Offence]:
    """Modules of more than 250 lines."""
    for source in project.sources(*project.rooms, *TOOLS):
        lines = source.text.count("\n")
        if lines > MODULE_LINES:
            yield Offence(source.path.name, lines, source.place)


def sql_outside(project: Project) -> Iterator[Offence]:
    """Lines of SQL in Python, by the function or the constant that holds them."""
    for source in project.sources(*project.rooms):
        if "sql" in source.path.parts:
            continue
        lines: dict[str, int] = defaultdict(int)
        first: dict[str, int] = {}
        for name, line, text in _strings(source):
            if SQL.search(text):
                lines[name] += text.strip().count("\n") + 1
                first.setdefault(name, line)
        for name, number in lines.items():
            yield Offence(name, number, f"{source.place}:{first[name]}")


def _strings(source: Source) -> Iterator[tuple[str, int, str]]:
    """Every string but docstrings: the name of what holds it, its line, its text with `{}` for values put in."""
    yield from _strings_below(source.tree, source.path.stem)


def _strings_below(node: ast.AST, holder: str) -> Iterator[tuple[str, int, str]]:
    children = list(ast.iter_child_nodes(node))
    if (
        isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    ):
        children.remove(node.body[0])
    for child in children:
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield holder, child.lineno, child.value
        elif isinstance(child, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in child.values]
            yield holder, child.lineno, "".join(str(part) for part in parts)
        else:
            yield from _strings_below(child, _holder(child, holder))


def _holder(node: ast.AST, outer: str) -> str:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
        return node.targets[0].id
    return outer


def class_names(project: Project) -> Iterator[Offence]:
    """Public classes of one name in more than one module."""
    found: dict[str, list[str]] = defaultdict(list)
    for source in project.sources(*project.rooms):
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name not in NAMED_BY_DJANGO:
                found[node.name].append(f"{source.place}:{node.lineno}")
    yield from _repeated(found)


def module_names(project: Project) -> Iterator[Offence]:
    """Modules of one name in more than one folder, the common layout excepted; a part's schema has the part's name."""
    found: dict[str, list[str]] = defaultdict(list)
    for source in project.sources(*project.rooms):
        if source.path.stem not in LAYOUT and source.path.parent.name != "schema":
            found[source.path.stem].append(source.place)
    yield from _repeated(found)


def _repeated(found: dict[str, list[str]]) -> Iterator[Offence]:
    for name, places in found.items():
        if len(places) > 1:
            yield Offence(name, len(places), ", ".join(places))


def templates(project: Project) -> Iterator[Offence]:
    """Templates with lines of more than 160 columns: how many lines."""
    for path in project.templates():
        wide = [number for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > TEMPLATE_COLUMNS]
        if wide:
            yield Offence(path.name, len(wide), project.place(path, wide[0]))


MEASURES: dict[str, tuple[str, Callable[[Project], Iterator[Offence]]]] = {
    "functions": (f"is a function of {{}} lines; {FUNCTION_LINES} are allowed", functions),
    "modules": (f"is a module of {{}} lines; {MODULE_LINES} are allowed", modules),
    "sql": ("holds {} lines of SQL; SQL lives in `sql/` folders", sql_outside),
    "class_names": ("names {} public classes; a name means one thing", class_names),
    "module_names": ("names {} modules; a name means one thing", module_names),
    "templates": (f"has {{}} lines of more than {TEMPLATE_COLUMNS} columns", templates),
    "unused": ("is defined {} times and nothing but tests uses it", unused),
    "without_assertion": ("is a test without an assertion, {} times; let it look at something", without_assertion),
}
