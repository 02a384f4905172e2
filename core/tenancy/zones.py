"""The workspace's local time: active while its pages, mails, exports and tasks are put together.

Django's `date` filter, its forms and `localdate()` speak the active zone, whatever a filter did before. So nothing
converts by hand: whoever tells or reads a time for a workspace does so within `local_time`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

from core.people.models import Workspace


@contextmanager
def local_time(workspace: Workspace) -> Iterator[None]:
    """Inside, times are shown and read in the zone of `workspace`; the former zone comes back after."""
    with timezone.override(ZoneInfo(workspace.time_zone)):
        yield


def day_of(workspace: Workspace, at: datetime) -> date:
    """The day it is in the workspace."""
    return at.astimezone(ZoneInfo(workspace.time_zone)).date()


INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)")


def kept_instant(value: object) -> datetime | None:
    """The moment that a kept ISO text names, such as facts of events carry; None for any other value."""
    if isinstance(value, str) and INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:  # the 31st of June
            return None
    return None


def in_words(value: object) -> str:
    """A kept value as a page says it: an instant in local time, anything else as it is."""
    moment = kept_instant(value)
    return str(value) if moment is None else date_format(timezone.localtime(moment), "j M Y, H:i")


def near(moment: datetime, now: datetime) -> str:
    """A moment as briefly as it is clear at `now`: `16:00` today, `Tue 09:00` within the days ahead, else with its day
    and, in another year, that too."""
    then, today = timezone.localtime(moment), timezone.localtime(now)
    ahead = (then.date() - today.date()).days
    if 0 <= ahead < 6:
        return f"{then:%a %H:%M}" if ahead else f"{then:%H:%M}"
    return f"{then:%a} {then.day} {then:%b, %H:%M}" if then.year == today.year else in_full(moment)


def in_full(moment: datetime) -> str:
    """`Tue 3 Nov 2026, 09:00`; as Django's filter says it, at a tenth of the time."""
    then = timezone.localtime(moment)
    return f"{then:%a} {then.day} {then:%b} {then.year}, {then:%H:%M}"


def iso(moment: datetime) -> str:
    """For a page's own counting: the instant with its offset."""
    return timezone.localtime(moment).isoformat()


def last_day(ends_at: datetime) -> date:
    """The last local day of a time that is over at `ends_at`: over at midnight, it holds nothing of the next day."""
    return timezone.localtime(ends_at - timedelta(microseconds=1)).date()
