"""Reason codes as the gates need them, read from the version in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from blueprint.documents import per_version
from core.errors import BadInput

Reasons = Mapping[tuple[str, str], "Reason"]


@dataclass(frozen=True)
class Reason:
    """A code a person chooses to say why; some also need words."""

    key: str
    label: str
    purpose: str
    needs_note: bool


@per_version
def reasons_of(workspace_id: UUID, document: dict[str, Any]) -> dict[tuple[str, str], Reason]:
    """(purpose, key) → reason, for losses and overrides."""
    return {
        (each["purpose"], each["key"]): Reason(
            each["key"], each["label"], each["purpose"], each.get("needs_note", False)
        )
        for each in document["reason_codes"]
    }


def choose(reasons: Reasons, purpose: str, key: str, note: str) -> Reason:
    """The reason of that key. Raises BadInput when there is none for the purpose, or when it needs a note."""
    reason = reasons.get((purpose, key))
    if reason is None:
        raise BadInput(f"There is no {purpose} reason “{key[:60]}”.", code="unknown_reason", field="reason")
    if reason.needs_note and not note.strip():
        raise BadInput(f"“{reason.label}” needs a note.", code="note_needed", field="note")
    return reason


def choose_override(reasons: Reasons, key: str, note: str) -> Reason:
    """The reason an override gives. Raises BadInput, also when it gives none."""
    if not key:
        raise BadInput("An override needs a reason code.", code="reason_needed", field="reason")
    return choose(reasons, "override", key, note)
