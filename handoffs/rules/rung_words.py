"""Steps of ladders in words."""

from collections.abc import Mapping
from typing import Any

ACTIONS = {
    "warn": "Remind",
    "breach": "Stamp the breach",
    "task": "Task for",
    "reassign": "Give it to",
    "queue": "Put it back into the queue",
    "raise": "Raise to",
    "touch": "Task for the missing first touch",
    "late": "Task where it is late:",
    "priority": "Raise its priority",
    "away": "Set unavailable:",
    "set": "Change",
}
USUAL = {
    "warn": "the assignee",
    "task": "the manager",
    "reassign": "the next in rotation",
    "raise": "the seam's owner",
    "away": "whoever has it",
}
ROLES = {"owner": "the owners", "admin": "the RevOps admins", "manager": "the managers", "rep": "the reps"}
TARGETS = {
    "assignee": "whoever has it",
    "manager": "the manager",
    "deputy": "the deputy of whoever has it",
    "owner": "the seam's owner",
}


def rung_words(rung: Mapping[str, Any]) -> str:
    """What a rung does and for whom, as a clock or a blueprint writes it."""
    action = rung["action"]
    said = ACTIONS.get(action, action)
    if action == "set":
        key = rung.get("property") or rung.get("property_key", "")
        return f"{said} {key} to “{rung['value']}”" if rung.get("value") else f"Clear {key}"
    if action == "late":
        return f"{said} {rung.get('label', 'a clock of the seam')}"
    if action not in USUAL:
        return said
    return f"{said} {_whom(rung)}"


def _whom(rung: Mapping[str, Any]) -> str:
    match rung.get("target", "usual"):
        case "person":
            return str(rung.get("person") or "nobody yet")
        case "role":
            return ROLES.get(rung.get("role", ""), "nobody yet")
        case target:
            return TARGETS.get(target, USUAL[rung["action"]])
