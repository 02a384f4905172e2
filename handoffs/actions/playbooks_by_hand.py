"""What people do with playbooks: begin one, skip a step, stop it."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from blueprint.documents import blueprint_of
from blueprint.schema import PlaybookTerms
from blueprint.schema.vocabularies import PlaybookStart
from core.businesstime.working_hours import zone_of
from core.errors import BadInput, NotPermitted, RuleSaysNo, WorldMovedOn
from core.history.actions import record as tell_history
from core.people.models import Member, Team, Workspace
from core.people.permissions import ADMINS, may, permit
from handoffs.actions.running_playbooks import LOCK, begin, finish, stop
from handoffs.actions.tasking import finish as finish_task
from handoffs.models import PlaybookRun, RunStep
from handoffs.rules.playbook_ends import is_worked
from lifecycle.actions.entering import lock_record
from lifecycle.facts import facts_of
from lifecycle.models import Record

LONGEST_REASON = 300


def begin_playbook(record: Record, key: str, *, by: Member, at: datetime) -> PlaybookRun:
    """Begin a playbook for a record of its pipeline, whatever its trigger says; its steps count from the record's date,
    or from today. Raises NotPermitted, BadInput, RuleSaysNo, WorldMovedOn where it is running."""
    permit(by, "record.write")
    with transaction.atomic():
        workspace = Workspace.objects.get(pk=record.workspace_id)
        playbook = blueprint_of(workspace).playbooks_by_key.get(key)
        if playbook is None:
            raise BadInput("There is no such playbook.", code="unknown_playbook", field="playbook")
        present, at = lock_record(record, at)
        stage = blueprint_of(workspace).stages_by_id[present.stage_id]
        if stage.pipeline_key != playbook.pipeline:
            said = f"{playbook.label} is for records of another pipeline."
            raise RuleSaysNo(said, code="another_pipeline", field="playbook")
        if not is_worked(playbook, stage):
            raise RuleSaysNo(f"The record is in {stage.label}: nothing is done with it.", code="record_closed")
        counts_from = _counts_from(workspace, playbook, present, at)
        begun = begin(workspace, present.pk, playbook.key, counts_from=counts_from, stage_id=stage.id, by=by, at=at)
        if not begun:
            raise WorldMovedOn("It is running already.", code="already_running", field="playbook")
    found: PlaybookRun = PlaybookRun.objects.get(pk=begun[0])
    return found


def _counts_from(workspace: Workspace, playbook: PlaybookTerms, record: Record, at: datetime) -> date:
    """The day that its steps count from. Raises BadInput where the record has no such date."""
    zone = zone_of(workspace.time_zone)
    if playbook.starts != PlaybookStart.DATE:
        return at.astimezone(zone).date()
    said = facts_of(record, workspace, at).get(playbook.date_field)
    if isinstance(said, str):
        said = datetime.fromisoformat(said)
    if isinstance(said, datetime):
        return said.astimezone(zone).date() if said.tzinfo else said.date()
    if not isinstance(said, date):
        raise BadInput("The record has no such date yet.", code="date_needed", field=playbook.date_field)
    return said


def may_steer(record: Record, member: Member) -> bool:
    """Whether they skip steps of its playbooks and stop them: who owns the record, who manages its team or one its
    owner sits in, and admins; of a record that nobody has, who manages the side that works it. Up to one query."""
    if not may(member, "record.write"):
        return False
    if member.role in ADMINS or record.owner_id == member.pk:
        return True
    teams = Q(pk=record.team_id) | Q(seats__member_id=record.owner_id, seats__member_id__isnull=False)
    if record.owner_id is None and record.team_id is None:
        teams = Q(function=record.stage.team_function)
    return Team.objects.filter(teams, manager=member).exists()


def _permit_steering(run: PlaybookRun, by: Member) -> None:
    permit(by, "record.write")
    if not may_steer(run.record, by):
        raise NotPermitted("Only who has the record, or leads them, skips and stops its playbooks.", code="not_yours")


def stop_playbook(run: PlaybookRun, reason: str, *, by: Member, at: datetime) -> PlaybookRun:
    """Stop it: what is still to come is let go, and its open tasks are closed. Raises NotPermitted, BadInput,
    WorldMovedOn where it ended before."""
    _permit_steering(run, by)
    reason = _reason(reason)
    with transaction.atomic():
        if not LOCK.rows(runs=[run.pk]):
            raise _ended()
        stop({run.pk: reason}, by=by, at=at)
    run.refresh_from_db()
    return run


def skip_step(run: PlaybookRun, key: str, reason: str, *, by: Member, at: datetime) -> PlaybookRun:
    """Skip a step that is to come or open, with the reason; its task is closed with it. Raises NotPermitted, NotFound,
    BadInput, WorldMovedOn where it is decided."""
    _permit_steering(run, by)
    reason = _reason(reason)
    with transaction.atomic():
        LOCK.rows(runs=[run.pk])
        step: RunStep = RunStep.objects.select_related("task", "run").one(run=run, key=key)
        if step.decided_at:
            raise WorldMovedOn(f"It was {step.get_state_display().lower()} already.", code="step_decided")
        step.state, step.decided_at, step.reason = RunStep.State.SKIPPED, at, reason
        step.save(update_fields=["state", "decided_at", "reason"])
        facts = {"playbook": run.label, "step": step.label, "why": reason}
        tell_history("playbook.skipped", run, at=at, actor=by, record_id=run.record_id, facts=facts)
        if step.task:
            finish_task(step.task, f"Skipped: {reason}", by=by, at=at)
        finish([run.pk], at)
    run.refresh_from_db()
    return run


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise BadInput("Say why.", code="reason_needed", field="reason")
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"A reason has at most {LONGEST_REASON} letters.", code="too_long", field="reason")
    return reason


def _ended() -> WorldMovedOn:
    return WorldMovedOn("It ended before.", code="playbook_ended")
