"""The key that a call came with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class KeyInHand:
    """A key as the call that carries it needs it. `ceiling`: today's role of who made it; without one
    the key opens nothing."""

    scopes: frozenset[str]
    id: UUID | None = None
    label: str = ""
    system: str = ""
    per_minute: int = 600
    expires_at: datetime | None = None
    made_by_id: UUID | None = None
    ceiling: str | None = None
