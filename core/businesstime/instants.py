"""Instants and lengths as whole microseconds since 1970: exact sums, quick comparisons."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 1_440 * MINUTE


def instant_of(at: datetime) -> int:
    """A moment as microseconds. Raises TypeError for one without a zone."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def moment(instant: int) -> datetime:
    """Microseconds as a moment in UTC."""
    return EPOCH + timedelta(microseconds=instant)


def length_of(minutes: float) -> int:
    """Working minutes as microseconds. Raises ValueError below 0 and beyond all bounds."""
    if not 0 <= minutes < float("inf"):
        raise ValueError(f"Working minutes are 0 or more, not {minutes}.")
    return round(minutes * MINUTE)


@lru_cache(maxsize=1_024)
def new_year(number: int) -> int:
    """The instant a year of UTC begins."""
    return instant_of(datetime(number, 1, 1, tzinfo=UTC))
