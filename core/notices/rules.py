"""When somebody is mailed: never in their quiet hours, at most once an hour, and again when a mail was not taken."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
# Minutes from one try to the next: ten tries, the last three days after the first.
WAITS = (1, 5, 15, 60, 180, 360, 720, 1440, 1560)
TRIES = len(WAITS) + 1


@dataclass(frozen=True)
class Quiet:
    """When a person gets no mail, by their own clock: from `since` until `until`, over midnight where it is later, and
    on whole days of the week, Monday 0."""

    zone: ZoneInfo
    since: time | None = None
    until: time | None = None
    days: frozenset[int] = frozenset()

    def over(self, at: datetime) -> datetime:
        """The first moment from `at` on that is not quiet."""
        here = at.astimezone(self.zone)
        while (ends := self._ends(here)) is not None:
            here = ends.astimezone(UTC).astimezone(self.zone)  # an hour that a clock leaves out is the one after it
        return here.astimezone(UTC)

    def _ends(self, here: datetime) -> datetime | None:
        """When the quiet stretch around this moment ends, None where it is in none."""
        tomorrow = here.date() + timedelta(days=1)
        if here.weekday() in self.days:
            return datetime.combine(tomorrow, time(), self.zone)
        now, since, until = here.time(), self.since, self.until
        if since is None or until is None:
            return None
        is_before_end = now < until and (since > until or now >= since)
        if is_before_end:
            return datetime.combine(here.date(), until, self.zone)
        return datetime.combine(tomorrow, until, self.zone) if since > until and now >= since else None


def mailed_at(at: datetime, last: datetime | None, quiet: Quiet) -> datetime:
    """When what was told at `at` is mailed to somebody whose last mail was, or will be, sent at `last`."""
    return quiet.over(max(at, last + HOUR) if last else at)


def tried_again_at(tries: int, at: datetime) -> datetime | None:
    """When a mail that was not taken for the so manieth time is tried again; None once that is enough."""
    return None if tries >= TRIES else at + timedelta(minutes=WAITS[tries - 1])
