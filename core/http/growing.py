"""Files that leave as they are made: the first line at once, however many follow."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.utils import timezone

from core.http.requests import ApiRequest, WorkspaceRequest
from core.tenancy.scope import workspace_scope

NOT_WHOLE = "This file is not whole: something went wrong while it was made. Take it once more.\r\n"
log = logging.getLogger(__name__)


class GrowingFile(StreamingHttpResponse):
    """A CSV file to keep, piece by piece, read after the request's own transaction. What can be refused is refused
    before; whatever breaks off later is told in the file's last line, for a cut answer looks whole to who takes it."""

    def __init__(self, request: WorkspaceRequest | ApiRequest, name: str, pieces: Callable[[], Iterator[str]]) -> None:
        super().__init__(_told(request, pieces), content_type="text/csv; charset=utf-8")
        self["Content-Disposition"] = f'attachment; filename="{name}.csv"'


def _told(request: WorkspaceRequest | ApiRequest, pieces: Callable[[], Iterator[str]]) -> Iterator[str]:
    """The pieces, in the request's workspace and zone, all of one moment."""
    workspace_id, zone = request.workspace.pk, timezone.get_current_timezone()
    try:
        with transaction.atomic():
            if len(connection.atomic_blocks) == 1:  # where it is our own, it is seen as of one moment
                connection.cursor().execute("set transaction isolation level repeatable read")
            with workspace_scope(workspace_id), timezone.override(zone):
                yield from pieces()
    except Exception:
        log.exception("a file broke off", extra={"path": request.path})
        yield NOT_WHOLE
