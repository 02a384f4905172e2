"""Promises as they are written into a packet: one a line, each with the day it is due where somebody said one."""

import re
from dataclasses import dataclass
from datetime import date

LONGEST_PROMISE = 300
MOST_PROMISES = 40
DUE = re.compile(r"[\s,;:(-]*\b(?:by|until|due)\s+(\d{4}-\d{2}-\d{2})\)?\.?$", re.IGNORECASE)
NONE = {"none", "no", "nothing", "no promises"}


@dataclass(frozen=True)
class WrittenPromise:
    """One line: what was promised, and by which day."""

    title: str
    due_on: date | None


def promises_in(said: str) -> list[WrittenPromise]:
    """The promises of a text such as “SSO by 2026-06-30”; “None” is no promise. Raises ValueError for a day that is
    none, a line that is too long, and too many lines."""
    lines = [line.strip(" \t-*•") for line in said.splitlines()]
    found = [_written(line) for line in lines if line and line.casefold().rstrip(".") not in NONE]
    if len(found) > MOST_PROMISES:
        raise ValueError(f"At most {MOST_PROMISES} promises go into one packet.")
    return found


def _written(line: str) -> WrittenPromise:
    due = DUE.search(line)
    title = (line[: due.start()] if due else line).strip()
    if len(title) > LONGEST_PROMISE:
        raise ValueError(f"A promise has at most {LONGEST_PROMISE} letters; one stands on each line.")
    if not due or not title:
        return WrittenPromise(title or line, None)
    try:
        return WrittenPromise(title, date.fromisoformat(due[1]))
    except ValueError:
        raise ValueError(f"There is no day {due[1]}.") from None
