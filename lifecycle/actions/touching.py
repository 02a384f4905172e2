"""Touches: what somebody did with a record, and what its score makes of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from blueprint.schema.vocabularies import TouchDirection, TouchKind
from core.errors import BadInput, WorldMovedOn
from core.history.actions import ask, tell
from core.history.actions import record as tell_history
from core.notices.mentions import tell_mentioned
from core.people.models import Member, Workspace
from core.people.permissions import permit
from lifecycle.actions.entering import Entry, lock_record, moment_of
from lifecycle.actions.journeys import move
from lifecycle.ask_again_sql import schedule
from lifecycle.facts import facts_of
from lifecycle.models import Activity, Record, ScoreChange
from lifecycle.rules.gates import auto_path
from lifecycle.rules.scoring import score
from lifecycle.rules.touches import is_qualifying

LONGEST_OUTCOME, LONGEST_NOTE, LONGEST_ID = 60, 5_000, 200
CLOCKS_DIFFER = timedelta(minutes=5)  # between the caller's clock and ours
LONGEST_AGO = timedelta(days=3_653)


@dataclass(frozen=True)
class Heard:
    """What whoever keeps first-touch clocks says of a touch: whether it stopped one, or why the clock goes on."""

    stops_clock: bool
    why: str = ""


def log_activity(
    record: Record,
    *,
    kind: str,
    by: Member,
    at: datetime,
    direction: str = "outbound",
    outcome: str = "",
    note: str = "",
    happened_at: datetime | None = None,
    external_id: str = "",
) -> Activity:
    """Keep a touch; where a first-touch clock waits for one, whoever keeps the clock says whether it has stopped, and
    why not (`heard`). The score is asked again, since activity is fresh.

    `happened_at` is when it took place, now unless told. It is testimony: a clock stops when we hear of the touch, so
    nobody is in time afterwards, and what took place before a handoff was offered is no touch of it. With the
    `external_id` that the caller's system gives it, a touch sent again is the one that is there.
    Beats: permit, lock, ask, write, record, tell. Raises BadInput, NotPermitted, NotFound, WorldMovedOn.
    """
    permit(by, "activity.log")
    _check(kind, direction, outcome, note, external_id)
    activity = Activity(member=by, kind=kind, direction=direction, outcome=outcome, note=note)
    activity.at = _when(happened_at, at)
    if external_id:
        activity.system, activity.external_id = by.came_with.system if by.came_with else "", external_id
    with transaction.atomic():
        present, _ = lock_record(record, at)  # a touch keeps the moment at which we heard of it
        if external_id and (known := _known(present, activity.system, external_id)):
            return known
        activity.record = present
        workspace = Workspace.objects.get(pk=present.workspace_id)
        _hear(workspace, activity, by, at)
        _keep(activity)
        _tell(activity, by, at)
        present.last_activity_at = max(activity.at, present.last_activity_at or activity.at)
        _score_again(workspace, blueprint_of(workspace), present, by, at)
    return activity


def _hear(workspace: Workspace, activity: Activity, by: Member, at: datetime) -> None:
    """What whoever keeps the record's first-touch clock says; a touch that no clock waits for is judged by its kind."""
    said = {"kind": activity.kind, "direction": activity.direction, "outcome": activity.outcome}
    answers = ask(
        "record.touched", workspace=workspace, record=activity.record, by=by, at=activity.at, logged_at=at, **said
    )
    activity.heard = next(iter(answers), None)
    activity.is_qualifying = activity.heard.stops_clock if activity.heard else is_qualifying(**said)


def _tell(activity: Activity, by: Member, at: datetime) -> None:
    facts = {
        "kind": activity.kind,
        "direction": activity.direction,
        "outcome": activity.outcome,
        "note": activity.note[:500],
        "is_qualifying": activity.is_qualifying,
    }
    if activity.at != at:
        facts["happened_at"] = activity.at.isoformat()
    tell_history("activity.logged", activity, at=at, actor=by, record_id=activity.record_id, facts=facts)
    if "@" in activity.note:
        record = activity.record
        tell_mentioned(activity.note, record.name, about="record", number=record.number, by=by, at=at)


def _check(kind: str, direction: str, outcome: str, note: str, external_id: str) -> None:
    if kind not in TouchKind.values:
        raise BadInput(f"A touch is one of: {', '.join(TouchKind.values)}.", field="kind")
    if direction not in TouchDirection.values:
        raise BadInput(f"A touch goes {' or '.join(TouchDirection.values)}.", field="direction")
    if len(outcome) > LONGEST_OUTCOME:
        raise BadInput(f"At most {LONGEST_OUTCOME} characters.", field="outcome")
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"At most {LONGEST_NOTE:,} characters.", field="note")
    if len(external_id) > LONGEST_ID:
        raise BadInput(f"At most {LONGEST_ID} characters.", code="too_long", field="external_id")


def _when(said: datetime | None, at: datetime) -> datetime:
    if said is None:
        return at
    if said > at + CLOCKS_DIFFER:
        raise BadInput("A touch cannot have taken place in the future.", code="in_the_future", field="at")
    if said < at - LONGEST_AGO:
        raise BadInput("A touch took place within the last ten years.", code="too_long_ago", field="at")
    return min(said, at)


def _known(record: Record, system: str, external_id: str) -> Activity | None:
    """The touch that the system has told of before. Raises WorldMovedOn where it was told of another record."""
    found: Activity | None = (
        Activity.objects.select_related("record", "member").filter(system=system, external_id=external_id).first()
    )
    if found and found.record_id != record.pk:
        facts = {"record": found.record.number}
        raise WorldMovedOn("This touch is kept with another record.", code="told_of_another", facts=facts)
    if found:
        found.was_known = True
    return found


def _keep(activity: Activity) -> None:
    """Raises WorldMovedOn where the same touch was told of another record in this moment."""
    try:
        with transaction.atomic():
            activity.save(force_insert=True)
    except IntegrityError:
        raise WorldMovedOn("This touch is kept with another record.", code="told_of_another") from None


def _score_again(workspace: Workspace, lifecycle: Blueprint, record: Record, by: Member, at: datetime) -> None:
    """The score as of now, its change kept; where it opens the way, the record goes on by itself.

    The change is not before what was written while we waited for the record."""
    record.updated_at = moment_of(record, at)
    facts = facts_of(record, workspace, at)
    now = score(lifecycle.scoring, lifecycle.catalogue, facts, at)
    if now.points != record.score:
        ScoreChange.objects.create(
            record=record,
            at=record.updated_at,
            before=record.score,
            after=now.points,
            cause="activity",
            reasons=list(now.reasons),
        )
    facts["score"] = record.score = now.points
    record.save(update_fields=["last_activity_at", "score", "updated_at"])
    schedule(workspace, {record.pk: record.kind}, at)
    tell("records.scored", workspace=workspace, record_ids=[record.pk], at=at)
    if path := auto_path(lifecycle, lifecycle.stages_by_id[record.stage_id], facts, at):
        move(workspace, lifecycle, [Entry(record, tuple(path), "auto")], by=by, at=at)
