"""From where the past is seen: whose records count as whose, and what was known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WAS, NOW = "was", "now"
READINGS = {WAS: "As it was then", NOW: "As it is now"}


@dataclass(frozen=True)
class Standpoint:
    """`reading`: owner, team, manager and source as they were on the day that counts (`was`), or as they are today
    (`now`). An amount is always what the closing was worth. `known_on`: only what was known at the end of that day."""

    reading: str = WAS
    known_on: date | None = None

    @property
    def is_usual(self) -> bool:
        """Whether readings are kept of it."""
        return self == USUAL

    @property
    def words(self) -> str:
        """What is said beside a figure."""
        told = "Owners, teams and sources " + ("as they were then" if self.reading == WAS else "as they are now")
        return f"{told}; as known on {self.known_on:%-d %b %Y}" if self.known_on else told


USUAL = Standpoint()
