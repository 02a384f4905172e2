"""Which touches stop a handoff's first-touch clock: those that its seam counts, by a person of the receiving side."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from blueprint.schema import FirstTouch
from lifecycle.rules.touches import is_among

MANY = {"call": "calls", "email": "e-mails", "meeting": "meetings", "note": "notes"}


@dataclass(frozen=True)
class Touch:
    """What was logged, and by whom: a person (not a key, not a program), of which sides, and whether it is theirs."""

    kind: str
    direction: str
    outcome: str
    is_person: bool
    sides: Collection[str]
    is_assignee: bool = False


def why_not(terms: FirstTouch, touch: Touch) -> str:
    """Why a touch does not stop the clock, in a sentence; "" where it does."""
    if not touch.is_person:
        return "Only a person stops it, no key and no program."
    if touch.kind not in terms.kinds:
        return f"Only {_listed(MANY.get(each, each) for each in terms.kinds)} stop it."
    if touch.direction not in terms.directions:
        return "It came from them." if touch.direction == "inbound" else "It came from us."
    if not is_among(touch.outcome, terms.outcomes):
        said = f"“{touch.outcome.strip()}” is no" if touch.outcome.strip() else "It has no"
        return f"{said} outcome that stops it; those are: {_listed(terms.outcomes)}."
    if not touch.is_assignee and not set(touch.sides) & set(terms.sides):
        return f"Only people of {_listed(terms.side_labels)} stop it."
    return ""


def _listed(words: Any) -> str:
    return ", ".join(words) or "none"
