"""The tenant scope: which workspace the running code may see. PostgreSQL is the wall, this module is the alarm."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg2.extensions import AsIs

NOW: Any = AsIs("now()")  # the database's moment, where a statement asks for one

_current: ContextVar[UUID | None] = ContextVar("workspace", default=None)


class NoWorkspace(RuntimeError):
    """A tenant table was touched outside a scope; row security alone would have answered with zero rows, in silence."""


def current_id() -> UUID:
    """The workspace in scope. Raises NoWorkspace outside one."""
    workspace_id = _current.get()
    if workspace_id is None:
        raise NoWorkspace("no workspace in scope: open one with workspace_scope()")
    return workspace_id


def is_in_scope() -> bool:
    """Whether a workspace is in scope."""
    return _current.get() is not None


def here() -> Any:
    """The workspace in scope as a parameter for SQL of one's own; not its id but where PostgreSQL keeps it.

    Of an id that its statistics have not met the planner believes that no row has it, and takes any index that begins
    with the workspace for as good as the right one: a new workspace would be slow among old ones."""
    current_id()
    return AsIs("(select nullif(current_setting('app.workspace_id', true), '')::uuid)")


def _tell_database(workspace_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.workspace_id', %s, true)", [str(workspace_id or "")])


@contextmanager
def workspace_scope(workspace: "UUID | object") -> Iterator[None]:
    """Open a transaction in which only `workspace` (or its id) exists; the former scope comes back after."""
    workspace_id = workspace if isinstance(workspace, UUID) else workspace.pk  # type: ignore[attr-defined]
    with transaction.atomic():
        _tell_database(workspace_id)
        with entered(workspace_id):
            yield


@contextmanager
def entered(workspace_id: UUID) -> Iterator[None]:
    """Note that the running transaction is already set to `workspace_id` (by `workspace_scope` or an entrance)."""
    outer = _current.get()
    token = _current.set(workspace_id)
    try:
        yield
        # Within a longer transaction the setting would outlive the scope; where ours ends the transaction, it cannot.
        if len(connection.atomic_blocks) > 1 and not connection.needs_rollback:
            _tell_database(outer)
    finally:
        _current.reset(token)
