"""Functions of a workspace, as its blueprint says them."""

from collections.abc import Collection

from core.errors import BadInput
from core.history.actions import ask
from core.people.functions import Function
from core.people.models import Workspace
from core.tenancy.scope import current_id


def functions_of(workspace: Workspace) -> dict[str, str]:
    """Key → label of the workspace's functions, in their order; before its first blueprint, what that begins with."""
    said: list[dict[str, str]] = ask("functions.are_said", workspace=workspace)
    return said[0] if said else dict(Function.choices)


def functions_held() -> dict[str, str]:
    """The same, held until the transaction ends: no version is published meanwhile. One query."""
    return functions_of(Workspace.objects.select_for_update(no_key=True).get(pk=current_id()))


def function_named(key: str, known: Collection[str], *, field: str) -> str:
    """The key, where it is one of these. Raises BadInput."""
    if key not in known:
        raise BadInput("There is no such side of the house.", code="unknown_side", field=field)
    return key
