"""When the database cannot serve: away, starting, full, or too busy with others. Never our fault, so never a 500."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import django.db
import psycopg2


@dataclass(frozen=True)
class Outage:
    """What the caller is told, and when to ask again."""

    code: str
    title: str
    detail: str
    retry_after_s: int
    status: int = 503

    def as_json(self) -> dict[str, Any]:
        """The one envelope every error of the API comes in."""
        facts = {"retry_after_seconds": self.retry_after_s}
        return {"code": self.code, "detail": self.detail, "field": None, "facts": facts}


AWAY = Outage(
    "database_away",
    "One moment, please",
    "The database does not answer just now. What was saved is safe; what was just sent may not have been saved.",
    3,
)
BUSY = Outage(
    "database_busy",
    "Very busy just now",
    "Others were changing the same things, or it took too long, so nothing was changed. Try again in a moment.",
    1,
)
# By PostgreSQL's own error codes, longer beginnings first.
OUTAGES = {
    "57014": BUSY,  # took longer than a statement may
    "55P03": BUSY,  # waited longer for a lock than one may
    "40P01": BUSY,  # a deadlock, of which we were the one to give way
    "40001": BUSY,
    "25P03": BUSY,  # paused in a transaction for too long
    "25P04": BUSY,
    "25006": AWAY,  # only for reading: a stand-by, or in the middle of a change-over
    "57P0": AWAY,  # shut down, crashed, starting
    "08": AWAY,  # the line broke
    "53": AWAY,  # no disk, memory or connections left
    "58": AWAY,  # the system below it failed
}
LINE_ERRORS = (
    django.db.OperationalError,
    django.db.InterfaceError,
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
)


def outage_in(problem: BaseException | None) -> Outage | None:
    """The outage behind an error, or None when the error is of another kind."""
    errors = list(_chain(problem))
    codes = [code for error in errors if (code := getattr(error, "pgcode", None))]
    for code in codes:
        for beginning, outage in OUTAGES.items():
            if code.startswith(beginning):
                return outage
    # A bare DatabaseError is the driver's word for an answer that was cut off in the middle.
    if not codes and any(isinstance(error, LINE_ERRORS) or type(error) is psycopg2.DatabaseError for error in errors):
        return AWAY
    return None


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    """The error and those behind it, nearest first."""
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        yield problem
        problem = problem.__cause__ or problem.__context__
