"""Sentences for the events of a timeline, one per kind of event."""

from collections.abc import Mapping
from typing import Any

from blueprint.schema import Blueprint
from core.figures import span
from core.history.models import Event
from core.tenancy.zones import in_words

SENTENCES = {
    "record.created": "Came in as {kind}",
    "record.updated": "{changed} changed",
    "record.entered_stage": "Entered {to}",
    "record.owner_changed": "Owner changed from {from_name} to {owner}",
    "record.merged": "Merged with another record",
    "record.history_corrected": "Its dated past was corrected",
    "record.restated": "Closed amount restated from {before} to {after}: {reason}",
    "record.undone": "Its import was undone",
    "record.move_undone": "Moving it was taken back",
    "record.write_refused": "{system} may not write {properties}",
    "score.changed": "Score {before} → {after}",
    "activity.logged": "{kind} logged: {outcome}",
    "handoff.offered": "Offered across {seam} to {assignee}",
    "handoff.accepted": "Accepted across {seam}",
    "handoff.acceptance_undone": "Accepting it across {seam} was taken back",
    "handoff.rejection_undone": "Rejecting it across {seam} was taken back",
    "handoff.recall_undone": "Recalling it from {seam} was taken back",
    "handoff.reassignment_undone": "Passing it on across {seam} was taken back",
    "handoff.rejected": "Rejected across {seam}: {reason}",
    "handoff.reassigned": "Passed on from {from} to {to}",
    "handoff.recalled": "Recalled from {seam}",
    "handoff.first_touched": "First touch after {minutes}",
    "handoff.packet_saved": "Packet filled in",
    "packet.drafted": "Packet for {seam} begun",
    "promise.made": "Promised: {title}",
    "promise.late": "Late: {title}",
    "promise.taken_back": "No promise any more: {title}",
    "promise.passed_on": "Promise “{title}” is kept by {to} from now on",
    "promise.decided": "Promise “{title}”: {state}",
    "promise.blamed": "Promise “{title}” led to {consequence}",
    "playbook.started": "Playbook {playbook} begun",
    "playbook.moved": "Playbook {playbook} counts from {counts_from} now",
    "playbook.skipped": "{playbook}, skipped “{step}”: {why}",
    "playbook.stopped": "Playbook {playbook} stopped: {why}",
    "playbook.done": "Playbook {playbook} is done",
    "handoff.warned": "{assignee} was reminded: time is nearly up",
    "handoff.breached": "SLA breached by {assignee}; task for {to}",
    "handoff.touch_missed": "No first touch in time by {assignee}; task for {to}",
    "handoff.clock_missed": "Not done in time by {assignee}: {clock}; task for {to}",
    "handoff.clock_kept": "Done: {clock}",
    "handoff.clock_ended": "No longer asked for: {clock}",
    "handoff.raised": "Raised to {to}",
    "handoff.escalated": "Escalated to {to}",
    "handoff.notified": "{to} was told",
    "handoff.prioritised": "Its priority was raised",
    "handoff.set_away": "{to} was set unavailable",
    "handoff.property_set": "The ladder set {property} to “{value}”",
    "handoff.queued": "Back in the queue, from {from}",
    "handoff.paused": "The clock stands still until {until}: {why}",
    "handoff.retimed": "Due {due_at}, no longer {from}: the agreed times changed",
    "handoff.resumed": "The clock goes on",
    "handoff.nobody_left": "Nobody left in the rotation to pass it on to",
    "task.created": "Task #{number}: {title}",
    "task.changed": "Task #{number} changed: {title}, for {assignee}",
    "task.reminded": "Task #{number} is late: {title}",
    "task.raised": "Task #{number} is late with {assignee}; raised to {to}",
    "record.aged": "In {stage} for longer than agreed: {words}",
    "task.put_off": "Task #{number} put off: {title}",
    "task.completed": "Task #{number} done: {outcome}",
}
KINDS = {"email": "e-mail"}
BLANKS = {
    "from_name": "nobody",
    "owner": "nobody",
    "assignee": "a queue",
    "outcome": "no outcome noted",
    "reason": "no reason given",
}


def labels_of(lifecycle: Blueprint) -> dict[str, str]:
    """What people call the keys that events carry: stages by path, seams and reason codes by key."""
    labels = {path: stage.label for path, stage in lifecycle.stages_by_path.items()}
    labels |= {reason.key: reason.label for reason in lifecycle.reason_codes}
    return labels | {seam.key: seam.label for seam in lifecycle.seams}


def sentence_of(event: Event, labels: Mapping[str, str]) -> str:
    """One event as a sentence; a kind without one is named as it is."""
    sentence = SENTENCES.get(event.kind)
    if sentence is None:
        return event.kind.replace(".", " ").replace("_", " ").capitalize()
    said = sentence.format_map(_Words(event.facts, labels))
    if event.kind == "record.created" and event.facts.get("history"):
        said += ", with its past as a file tells it"
    if event.facts.get("overridden"):
        said += ", past a shut gate"
    return said[:1].upper() + said[1:]


class _Words(dict[str, Any]):
    """The facts of an event in words; what is missing is nobody or nothing in particular."""

    def __init__(self, facts: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        super().__init__({key: _word(key, value, labels) for key, value in facts.items()})

    def __missing__(self, key: str) -> str:
        return BLANKS.get(key, "nobody" if key == "to" else "something")


def _word(key: str, value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(each).replace("_", " ").capitalize() for each in value) or "Nothing"
    if value in (None, ""):
        return BLANKS.get(key, "nobody")
    if isinstance(value, list):
        return ", ".join(labels.get(str(each), str(each)) for each in value)
    if key == "minutes":
        return span(value)
    if key == "kind":
        return KINDS.get(str(value), str(value))
    return labels.get(str(value)) or in_words(value)
