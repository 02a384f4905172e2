"""Touches: what somebody did with a record, and which of them count as having reached for the person."""

from blueprint.schema import FirstTouch

USUAL = FirstTouch.model_validate({})
"""What counts where the blueprint says nothing else: we reached for them, and it is written down what came of it."""


def is_qualifying(kind: str, direction: str, outcome: str) -> bool:
    """A touch from us that reached for the person, with what came of it; where no clock waits for one.

    A note is no touch, and what came from them does not show that we answered."""
    return kind in USUAL.kinds and direction in USUAL.directions and is_among(outcome, USUAL.outcomes)


def is_among(outcome: str, outcomes: tuple[str, ...]) -> bool:
    """Whether an outcome is one of these, however it is written."""
    return outcome.strip().casefold() in {each.strip().casefold() for each in outcomes}
