"""How old an open handoff is for the time it has: in words, and how loudly they are said."""

from datetime import datetime
from typing import NamedTuple


class Ageing(NamedTuple):
    """A word, and the tone of its badge."""

    word: str
    tone: str


def ageing(since: datetime, due: datetime, at: datetime, paused_until: datetime | None = None) -> Ageing:
    """From when it was offered to when it is due, on the clock."""
    if due < at:
        return Ageing("late", "error")
    if paused_until and paused_until > at:
        return Ageing("stands still", "neutral")
    gone = (at - since) / (due - since) if due > since else 1.0
    if gone < 0.5:
        return Ageing("fresh", "success")
    return Ageing("half gone", "info") if gone < 0.8 else Ageing("due soon", "warning")
