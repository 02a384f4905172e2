"""People as they are written into a packet: one a line, each with the role they have."""

import re
from dataclasses import dataclass

LONGEST_LINE = 300
MOST_PEOPLE = 40
BETWEEN = re.compile(r"\s*[,;|]\s*|\s+[–—-]\s+|:\s+")
NOBODY = {"none", "nobody", "unknown"}


@dataclass(frozen=True)
class WrittenPerson:
    """One line: who, their role, and how to reach them where somebody said it."""

    name: str
    role: str
    reach: str

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.role, self.reach)))


def people_in(said: str) -> list[WrittenPerson]:
    """The people of a text such as “Ann Lee, decides, ann@initech.example”. “Nobody” is none. Raises ValueError for a
    line without a role, one that is too long, and too many lines."""
    lines = [line.strip(" \t-*•") for line in said.splitlines()]
    found = [_person(line) for line in lines if line and line.casefold().rstrip(".") not in NOBODY]
    if len(found) > MOST_PEOPLE:
        raise ValueError(f"At most {MOST_PEOPLE} people go into one packet.")
    return found


def _person(line: str) -> WrittenPerson:
    if len(line) > LONGEST_LINE:
        raise ValueError(f"A line has at most {LONGEST_LINE} letters; one person stands on each.")
    name, *rest = (part.strip() for part in BETWEEN.split(line, maxsplit=2))
    if not name or not rest or not rest[0]:
        raise ValueError(f"“{line[:60]}” has no role; write it behind the name, such as “Ann Lee, decides”.")
    return WrittenPerson(name, rest[0], rest[1] if len(rest) > 1 else "")
