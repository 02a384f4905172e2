"""History in sentences: one table of how each kind of event is told on a timeline."""

from collections.abc import Mapping
from typing import Any

from revops.history.models import Event

SENTENCES = {
    "record.created": "Came in as {kind}",
    "record.updated": "{changed} changed",
    "record.entered_stage": "Entered {to}",
    "record.owner_changed": "Owner changed",
    "record.merged": "Merged with another record",
    "score.changed": "Score {before} → {after}",
    "activity.logged": "{kind} logged: {outcome}",
    "handoff.offered": "Offered across {seam} to {assignee}",
    "handoff.accepted": "Accepted across {seam}",
    "handoff.rejected": "Rejected across {seam}: {reason}",
    "handoff.reassigned": "Passed on from {from} to {to}",
    "handoff.recalled": "Recalled from {seam}",
    "handoff.first_touched": "First touch after {minutes} min",
    "handoff.packet_saved": "Packet filled in",
    "handoff.warned": "{assignee} was reminded: time is nearly up",
    "handoff.breached": "SLA breached by {assignee}; task for {to}",
    "handoff.touch_missed": "No first touch in time by {assignee}; task for {to}",
    "handoff.raised": "Raised to {to}",
    "handoff.escalated": "Escalated to {to}",
    "handoff.nobody_left": "Nobody left in the rotation to pass it on to",
}


def labels_of(document: Mapping[str, Any]) -> dict[str, str]:
    """What people call the keys that events carry: stages by path, seams and reason codes by key."""
    labels = {
        f"{pipeline['key']}/{stage['key']}": stage["label"]
        for pipeline in document["pipelines"]
        for stage in pipeline["stages"]
    }
    labels |= {each["key"]: each["label"] for each in document["reason_codes"]}
    return labels | {each["key"]: each["label"] for each in document["seams"]}


def told(event: Event, labels: Mapping[str, str]) -> str:
    """One event as a sentence; a kind without one is named as it is."""
    sentence = SENTENCES.get(event.kind)
    if sentence is None:
        return event.kind.replace(".", " ").replace("_", " ").capitalize()
    return sentence.format_map(_Words(event.facts, labels))


class _Words(dict[str, Any]):
    """The facts of an event in words; what is missing is nobody or nothing in particular."""

    def __init__(self, facts: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        super().__init__({key: _word(value, labels) for key, value in facts.items()})

    def __missing__(self, key: str) -> str:
        return "a queue" if key == "assignee" else "nobody" if key == "to" else "something"


def _word(value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(key).replace("_", " ").capitalize() for key in value) or "Nothing"
    if value in (None, ""):
        return "nobody"
    return labels.get(str(value), str(value))
