"""What can be proved of one line of a list."""

from enum import StrEnum


class ProvedOutcome(StrEnum):
    """What was proved of a line."""

    REACHED = "reached"
    NEVER = "never"
    SHADOWED = "shadowed"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"
