"""Each piece of news has somebody who follows it, and each follower has somebody who tells."""

import ast
import tomllib

from devtools.stack.folders import ROOT


def kinds(*verbs: str) -> set[str]:
    """The first words of every call of these verbs of `core.history.actions`, in all rooms."""
    rooms = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    found = set()
    for path in (path for room in rooms for path in (ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text())
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        here = {name.name for node in imports if node.module == "core.history.actions" for name in node.names}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {*verbs} & here:
                assert isinstance(node.args[0], ast.Constant), f"{path}: say the kind where it is told"
                found.add(node.args[0].value)
    return found


def test_what_is_told_or_asked_is_followed_and_the_other_way_round() -> None:
    assert kinds("tell", "ask") == kinds("follow") != set()
