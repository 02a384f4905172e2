"""The records' door for programs: the same actions as the pages, the same refusals."""

from lifecycle.api.accounts import AccountByNumber, Accounts
from lifecycle.api.batches import RecordsBatch
from lifecycle.api.journey import Activities, Advance, Timeline
from lifecycle.api.records import RecordByNumber, Records, Search

__all__ = [
    "AccountByNumber",
    "Accounts",
    "Activities",
    "Advance",
    "RecordByNumber",
    "Records",
    "RecordsBatch",
    "Search",
    "Timeline",
]
