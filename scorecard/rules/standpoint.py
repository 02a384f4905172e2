"""From where the past is seen: whose records count as whose, and what was known."""

from __future__ import annotations

from dataclasses import dataclass

WAS, NOW = "was", "now"
READINGS = {WAS: "As it was then", NOW: "As it is now"}


@dataclass(frozen=True)
class Standpoint:
    """`reading`: owner, team, manager and source as they were on the day that counts (`was`), or as they are today
    (`now`). An amount is always what the closing was worth."""

    reading: str = WAS

    @property
    def is_usual(self) -> bool:
        """Whether readings are kept of it."""
        return self == USUAL

    @property
    def words(self) -> str:
        """What is said beside a figure."""
        return "Owners, teams and sources " + ("as they were then" if self.reading == WAS else "as they are now")


USUAL = Standpoint()
