"""Which system may write a property. `system` "" is a person or a program without a name.

latest_wins           anybody; the last word stands
prefer_unless_blank   the owning system; others only fill a blank
always                the owning system alone
never                 nobody from outside: only people in the page
"""

from enum import Enum


class Write(Enum):
    """What becomes of a value that a system sends."""

    TAKE = "take"
    FILL = "fill"
    HOLD = "hold"


SOURCE_RULES = ("latest_wins", "prefer_unless_blank", "always", "never")


def write_of(source_rule: str, owner: str, system: str) -> Write:
    """Take the value, fill a blank with it, or hold it back (and say so)."""
    if source_rule == "never":
        return Write.HOLD if system else Write.TAKE
    if not owner or system == owner or source_rule == "latest_wins":
        return Write.TAKE
    return Write.FILL if source_rule == "prefer_unless_blank" else Write.HOLD
