"""Reason codes as the gates need them, read from the version in force."""

from blueprint.schema import Blueprint, ReasonTerms
from blueprint.schema.vocabularies import ReasonPurpose
from core.errors import BadInput


def choose(lifecycle: Blueprint, purpose: str, key: str, note: str) -> ReasonTerms:
    """The reason of that key. Raises BadInput when there is none for the purpose, or when it needs a note."""
    try:
        reason = lifecycle.reason(purpose, key)
    except KeyError:
        raise BadInput(f"There is no {purpose} reason “{key[:60]}”.", code="unknown_reason", field="reason") from None
    if reason.needs_note and not note.strip():
        raise BadInput(f"“{reason.label}” needs a note.", code="note_needed", field="note")
    return reason


def choose_override(lifecycle: Blueprint, key: str, note: str) -> ReasonTerms:
    """The reason an override gives. Raises BadInput, also when it gives none."""
    if not key:
        raise BadInput("An override needs a reason code.", code="reason_needed", field="reason")
    return choose(lifecycle, ReasonPurpose.OVERRIDE, key, note)
