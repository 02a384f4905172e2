"""Promises as they are written into a packet: one a line, each with the day it is due where somebody said one."""

import re
from dataclasses import dataclass
from datetime import date

from core.bounds import FIRST_YEAR, LAST_YEAR

LONGEST_PROMISE = 300
MOST_PROMISES = 40
DUE = re.compile(r"[\s,;:(-]*\b(?:by|until|due)\s+(\d{4}-\d{2}-\d{2})\)?\.?$", re.IGNORECASE)
MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?|januar|februar|märz|mai|juni|juli|oktober|dezember"
)
OTHER_DAY = re.compile(  # a day in another spelling, or one that does not end the line
    r"\b(?:by|until|due)\s+(?:\d{4}-\d{2}-\d{2}\b"
    r"|(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.\d{1,2}\.|\d{1,2}/\d{1,2})(?=[\s).,;]*$)"
    rf"|(?:\d{{1,2}}\.?\s+)?(?:{MONTHS})\b\.?(?:\s+\d{{1,2}}\b)?(?:,?\s+\d{{4}})?(?=[\s).,;]*$))",
    re.IGNORECASE,
)
NONE = {"none", "no", "nothing", "no promises"}


@dataclass(frozen=True)
class WrittenPromise:
    """One line: what was promised, and by which day."""

    title: str
    due_on: date | None


def promises_in(said: str) -> list[WrittenPromise]:
    """The promises of a text such as “SSO by 2026-06-30”; “None” is no promise. Raises ValueError for a day that is
    none or is written otherwise, a line that is too long, and too many lines."""
    found = [_written(line) for line in _lines_of(said)]
    if len(found) > MOST_PROMISES:
        raise ValueError(f"At most {MOST_PROMISES} promises go into one packet.")
    return found


def all_promises_in(said: str) -> list[WrittenPromise]:
    """The same of a text that nobody has checked, as it was written before its item held promises: a line that cannot
    be read is a promise without a day."""
    found = []
    for line in _lines_of(said):
        try:
            found.append(_written(line))
        except ValueError:
            found.append(WrittenPromise(line[:LONGEST_PROMISE].strip(), None))
    return found


def _lines_of(said: str) -> list[str]:
    lines = [line.strip(" \t-*•") for line in said.splitlines()]
    return [line for line in lines if line and line.casefold().rstrip(".") not in NONE]


def _written(line: str) -> WrittenPromise:
    due = DUE.search(line)
    title = (line[: due.start()] if due else line).strip()
    if len(title) > LONGEST_PROMISE:
        raise ValueError(f"A promise has at most {LONGEST_PROMISE} letters; one stands on each line.")
    if due and not title:
        raise ValueError(f"Say what is promised by {due[1]}.")
    if not due:
        if other := OTHER_DAY.search(line):
            raise ValueError(f"“{other[0]}”: end the line with the day as “by 2026-06-30”.")
        return WrittenPromise(title, None)
    try:
        day = date.fromisoformat(due[1])
    except ValueError:
        raise ValueError(f"There is no day {due[1]}.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"Choose a day of the years {FIRST_YEAR} to {LAST_YEAR}.")
    return WrittenPromise(title, day)
