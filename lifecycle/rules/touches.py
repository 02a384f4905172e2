"""Which touches count: only these stop the first-touch clock."""

KINDS = ("call", "email", "meeting", "note")
DIRECTIONS = ("outbound", "inbound")


def is_qualifying(kind: str, direction: str, outcome: str) -> bool:
    """A touch from us that reached for the person: an e-mail, or a call or meeting whose outcome is written down.

    A note is no touch, and what came from them does not show that we answered.
    """
    if direction != "outbound":
        return False
    return kind == "email" or (kind in ("call", "meeting") and bool(outcome.strip()))
