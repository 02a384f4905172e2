"""Touches: what somebody did with a record, and what its score makes of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lifecycle.actions import journeys
from lifecycle.actions.entering import Entry, enter, locked
from lifecycle.blueprint import Lifecycle, lifecycle_of
from lifecycle.facts import facts_of
from lifecycle.intake.schedule import schedule
from lifecycle.models import Activity, Record, ScoreChange
from lifecycle.rules.gates import auto_path
from lifecycle.rules.scoring import score
from lifecycle.rules.touches import DIRECTIONS, KINDS, is_qualifying
from revops.errors import BadInput, NotFound
from revops.history.actions import ask, tell
from revops.history.actions import record as tell_history
from revops.workspaces.models import Member, Workspace
from revops.workspaces.permissions import permit

LONGEST_OUTCOME, LONGEST_NOTE = 60, 5_000


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
) -> Activity:
    """Keep a touch; where a first-touch clock waits for one, whoever keeps the clock says whether it has stopped, and
    why not (`heard`). The score is asked again, since activity is fresh.

    Beats: permit, lock, ask, write, record, tell. Raises BadInput, NotPermitted, NotFound.
    """
    permit(by, "activity.log")
    _check(kind, direction, outcome, note)
    with transaction.atomic():
        found = locked([record.pk])
        if not found:
            raise NotFound
        present = found[0]
        workspace = Workspace.objects.get(pk=present.workspace_id)
        said = {"kind": kind, "direction": direction, "outcome": outcome}
        answers = ask("record.touched", workspace=workspace, record=present, by=by, at=at, logged_at=at, **said)
        heard = next(iter(answers), None)
        activity = Activity.objects.create(
            record=present,
            member=by,
            kind=kind,
            direction=direction,
            outcome=outcome,
            note=note,
            at=at,
            is_qualifying=heard.stops_clock if heard else is_qualifying(kind, direction, outcome),
        )
        facts = {"kind": kind, "direction": direction, "outcome": outcome, "note": note[:500]}
        facts["is_qualifying"] = activity.is_qualifying
        tell_history("activity.logged", activity, at=at, actor=by, record_id=present.pk, facts=facts)
        present.last_activity_at = max(at, present.last_activity_at or at)
        _score_again(workspace, lifecycle_of(workspace), present, by, at)
    activity.heard = heard
    return activity


def _check(kind: str, direction: str, outcome: str, note: str) -> None:
    if kind not in KINDS:
        raise BadInput(f"A touch is one of: {', '.join(KINDS)}.", field="kind")
    if direction not in DIRECTIONS:
        raise BadInput(f"A touch goes {' or '.join(DIRECTIONS)}.", field="direction")
    if len(outcome) > LONGEST_OUTCOME:
        raise BadInput(f"At most {LONGEST_OUTCOME} characters.", field="outcome")
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"At most {LONGEST_NOTE:,} characters.", field="note")


def _score_again(workspace: Workspace, lifecycle: Lifecycle, record: Record, by: Member, at: datetime) -> None:
    """The score as of now, its change kept; where it opens the way, the record goes on by itself."""
    facts = facts_of(record)
    now = score(lifecycle.score_model, lifecycle.catalogue, facts, at)
    if now.points != record.score:
        ScoreChange.objects.create(
            record=record, at=at, before=record.score, after=now.points, cause="activity", reasons=list(now.reasons)
        )
    facts["score"] = record.score = now.points
    record.updated_at = at
    record.save(update_fields=["last_activity_at", "score", "updated_at"])
    schedule(workspace, [record.pk], at)
    tell("records.scored", record_ids=[record.pk], at=at)
    path = auto_path(lifecycle, lifecycle.stages_by_id[record.stage_id], facts, at)
    if path:
        entered = enter(workspace, lifecycle, [Entry(record, tuple(path), "auto")], by=by, at=at)
        journeys.after_entering(workspace, entered, by=by, at=at)
