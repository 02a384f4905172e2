"""Asking scores and stages anew: a published version reaches the records that are open, behaviour fades day by day, and
what a gate or a score says of a record can change by time alone.

The next such moment of each record is a column, worked out whenever the record is written; a pass takes those whose
moment has come, and nobody else. What was decided stays decided: a record goes on where the way has opened, and never
back."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from psycopg2.extensions import AsIs

from blueprint.documents import blueprint_of, document
from blueprint.models import BlueprintVersion
from core.history.actions import record, tell
from core.operating.setting_aside import done_well, set_aside, take_all
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import current_id
from lifecycle.actions import journeys
from lifecycle.ask_again_sql import ask_again_of, pauses_in_time, schedule
from lifecycle.intake.batch_rows import Incoming, Outcome
from lifecycle.intake.upsert import upsert
from lifecycle.models import Record, Rescoring

BATCH = 500
RESCORING = "record_score"  # how its rows are set aside
Cause = Rescoring.Cause
WAITING = load("lifecycle", "rescoring_workspaces")
CAUSE = "time"
READ = ("scoring", "pipelines", "properties", "playbooks")  # what is asked of an open record
LATER = timedelta(hours=1)
NOW: Any = AsIs("now()")
DUE_WORKSPACES = load("lifecycle", "ask_again_workspaces")
CLAIM = load("lifecycle", "claim_ask_again")


def begin_where_changed(*, workspace: Workspace, version: BlueprintVersion, at: datetime, **news: Any) -> None:
    """A version was published: ask every open record anew if its scores or stages read otherwise than before."""
    if version.number == 1:
        return
    before = blueprint_of.parse(workspace.pk, document(workspace.pk, version.number - 1))
    after = blueprint_of.parse(workspace.pk, version.document)
    if gone := {each.key for each in before.playbooks} - {each.key for each in after.playbooks}:
        tell("playbooks.gone", keys=gone, at=at)
    is_otherwise = any(getattr(before, part) != getattr(after, part) for part in READ)
    if is_otherwise or pauses_in_time(before) != pauses_in_time(after):
        begin(workspace, Cause.PUBLISHED, at=at)


def begin_in_another_zone(*, workspace: Workspace, at: datetime) -> None:
    """The workspace has another time zone: its days begin at other moments, where records are asked by days."""
    if ask_again_of(workspace).kinds:
        begin(workspace, Cause.PUBLISHED, at=at)


def begin(workspace: Workspace, cause: str, *, at: datetime) -> Rescoring:
    """Start a walk of the workspace in scope; one that is under way starts over when a version was published, and
    is enough when behaviour fades."""
    fresh = {"cause": cause, "blueprint_version": workspace.blueprint_version, "started_at": at}
    walk, is_new = Rescoring.objects.select_for_update().get_or_create(finished_at__isnull=True, defaults=fresh)
    if not is_new and cause == Cause.PUBLISHED:
        walk.cause, walk.blueprint_version, walk.started_at = cause, workspace.blueprint_version, at
        walk.reached, walk.total_count, walk.asked_count, walk.changed_count = None, 0, 0, 0
        walk.save()
    return walk


def ask_batch(workspace: Workspace, *, at: datetime) -> int:
    """Ask the next records of the walk, and how many there were; nobody else's hands are in the walk meanwhile."""
    walk = Rescoring.objects.filter(finished_at__isnull=True).select_for_update(skip_locked=True).first()
    if walk is None:
        return 0
    records = _in_question(workspace, walk)
    if not walk.asked_count:
        walk.total_count = records.count()
    if walk.reached:
        records = records.filter(pk__gt=walk.reached)
    found = list(records.order_by("pk").values_list("pk", "kind", "stage_id")[:BATCH])
    if found:
        stages = blueprint_of(workspace).stages_by_id
        asked = [(pk, kind) for pk, kind, stage_id in found if walk.cause == Cause.FADED or stages[stage_id].is_open]
        walk.changed_count += ask_anew(
            workspace, asked, at, walk.cause, words="Score of record {}", later=timedelta(days=1)
        ).updated
        if walk.cause == Cause.PUBLISHED:
            won = ask_again_of(workspace).won_stages
            schedule(workspace, {pk: kind for pk, kind, stage_id in found if stage_id in won}, at)
            tell("records.walked", workspace=workspace, record_ids=[pk for pk, *_ in found], at=at)
        walk.reached = found[-1][0]
        walk.asked_count += len(found)
    else:
        walk.finished_at = at
        facts = {"cause": walk.cause, "asked": walk.asked_count, "changed": walk.changed_count}
        record("scores.asked_again", walk, at=at, facts=facts)
    walk.save()
    return len(found)


def ask_anew(
    workspace: Workspace, found: Sequence[tuple[UUID, str]], at: datetime, cause: str, *, words: str, later: timedelta
) -> Outcome:
    """Ask these records, id and kind, for their score and the stages open to them. A batch that raises is asked one by
    one: the bad row stays as it is and is set aside, called `words`, the others go on."""
    outcome = Outcome()
    if not found:
        return outcome

    def ask(those: Sequence[tuple[UUID, str]]) -> None:
        outcome.add(_ask(workspace, those, at, cause))

    def put_aside(each: tuple[UUID, str], trouble: Exception) -> None:
        pk, _ = each
        Record.objects.filter(pk=pk, ask_again_at__lte=at).update(ask_again_at=at + later)
        what = words.format(Record.objects.values_list("number", flat=True).get(pk=pk))
        set_aside(RESCORING, pk, what=what, trouble=trouble, at=at, next_try_at=at + later)

    take_all(found, ask, put_aside)
    return outcome


def _ask(workspace: Workspace, found: Sequence[tuple[UUID, str]], at: datetime, cause: str) -> Outcome:
    rows = [
        Incoming(line, kind, record_id=pk, is_asked_again=True, is_read=True) for line, (pk, kind) in enumerate(found)
    ]
    outcome = upsert(workspace, rows, by=None, at=at, cause=cause)
    done_well(RESCORING, [pk for pk, _ in found])
    if outcome.updated:
        tell("records.scored", workspace=workspace, record_ids=list(outcome.ids.values()), at=at)
    tell("records.asked_again", workspace=workspace, record_ids=[pk for pk, _ in found], at=at)
    journeys.after_entering(workspace, outcome.entered, followers=outcome.followers, by=None, at=at)
    return outcome


def ask_due(workspace: Workspace, at: datetime | None = None, *, limit: int = BATCH) -> int:
    """Ask up to `limit` records of the workspace in scope whose moment has come, and how many there were.

    One transaction claims and asks them; whoever else asks skips them meanwhile. One that could not be asked is set
    aside for an hour. `at` None is the database's now."""
    with transaction.atomic():
        due = CLAIM.rows(at=at or NOW, most=limit)
        if not due:
            return 0
        found, at = [(record_id, kind) for record_id, kind, _ in due], due[0][2]
        words = "Record {}, asked because its time has come"
        ask_anew(workspace, found, at, CAUSE, words=words, later=LATER)
        asked = ask_again_of(workspace).kinds
        if done := [record_id for record_id, kind in found if kind not in asked]:  # kept for a former version
            Record.objects.filter(pk__in=done).update(ask_again_at=None)
        return len(due)


def ask_soon(record_ids: Collection[UUID], at: datetime) -> None:
    """Ask these records at the next pass, for instance when what held them in their stage is gone. One query."""
    Record.objects.filter(pk__in=record_ids).update(ask_again_at=at)


def ask_again(record_id: UUID, at: datetime) -> bool:
    """Ask one record that was set aside, now. True also where it is gone or closed."""
    workspace = Workspace.objects.get(pk=current_id())
    kind = Record.objects.filter(pk=record_id).values_list("kind", flat=True).first()
    if kind is not None:
        _ask(workspace, [(record_id, kind)], at, Cause.PUBLISHED)
    return True


def _in_question(workspace: Workspace, walk: Rescoring) -> Any:
    """The open records, those whose stage has a ladder, which may begin, and those won whose clocks time stops. Where
    time is the cause, those whose behaviour can have faded, and those in stages where the moment at which time changes
    an answer cannot be told beforehand."""
    blueprint = blueprint_of(workspace)
    open_stages = {each.id for each in blueprint.stages_by_id.values() if each.is_open}
    if walk.cause != Cause.FADED:
        asked = ask_again_of(workspace).won_stages | blueprint.limited_stages.keys()
        return Record.objects.filter(stage_id__in=open_stages | asked)
    records = Record.objects.filter(stage_id__in=open_stages)
    daily = ask_again_of(workspace).daily_stages
    return records.filter(Q(score__gt=0, last_activity_at__isnull=False) | Q(stage_id__in=daily))
