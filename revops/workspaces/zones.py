"""The workspace's local time: active while its pages, mails, exports and tasks are put together.

Django's `date` filter, its forms and `localdate()` speak the active zone, whatever a filter did before. So nothing
converts by hand: whoever tells or reads a time for a workspace does so within `local_time`."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.utils import timezone

from revops.workspaces.models import Workspace


@contextmanager
def local_time(workspace: Workspace) -> Iterator[None]:
    """Inside, times are shown and read in the zone of `workspace`; the former zone comes back after."""
    with timezone.override(ZoneInfo(workspace.time_zone)):
        yield
