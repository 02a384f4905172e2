"""Reason codes as the gates need them, read from the version in force."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from revops.blueprint.documents import per_version


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


def loss_keys(reasons: dict[tuple[str, str], Reason]) -> frozenset[str]:
    """What a loss may be explained by."""
    return frozenset(key for purpose, key in reasons if purpose == "loss")
