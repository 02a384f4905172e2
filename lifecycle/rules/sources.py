"""Which system may write a property. `system` "" is a person or a program without a name.

latest_wins           anybody; the last word stands
prefer_unless_blank   the owning system; others only fill a blank
always                the owning system alone
never                 nobody from outside: only people in the page
"""

from enum import Enum

from blueprint.schema.vocabularies import SourceRule

PEOPLE = frozenset({"", "crm"})  # what somebody types is nobody's system, or the customer file that everybody keeps


def system_of(key_system: str | None, named: str) -> str | None:
    """The system a call speaks for, or None where it names another than its own. `key_system` is None for a person."""
    if key_system is None:
        return named if named in PEOPLE else None
    return key_system if named in ("", key_system) else None


class Write(Enum):
    """What becomes of a value that a system sends."""

    TAKE = "take"
    FILL = "fill"
    HOLD = "hold"


def write_of(source_rule: SourceRule, owner: str, system: str) -> Write:
    """Take the value, fill a blank with it, or hold it back (and say so)."""
    if source_rule is SourceRule.NEVER:
        return Write.HOLD if system else Write.TAKE
    if not owner or system == owner or source_rule is SourceRule.LATEST_WINS:
        return Write.TAKE
    return Write.FILL if source_rule is SourceRule.PREFER_UNLESS_BLANK else Write.HOLD
