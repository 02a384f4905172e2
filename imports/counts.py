"""What became of some rows: rows in = created + updated + unchanged + refused."""

from dataclasses import dataclass, field

from lifecycle.intake.batch_rows import Refused


@dataclass
class Tally:
    """Counts of one chunk, and the rows refused in it."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )

    @property
    def rows(self) -> int:
        """Every row that came in."""
        return self.created + self.updated + self.unchanged + len(self.refused)
