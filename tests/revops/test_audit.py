"""The accounting identities: whole on a company that lived, and each is caught when it is broken on purpose."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone

from core.database import as_owner
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from lifecycle.models import Import
from revops import sample
from revops.audit.running import audit
from scorecard.actions import fold
from tests.cast import Cast

# What is done to the rows, and the identity that must notice. As owner and without triggers: nobody else could.
FIRST = "(select id from {table} where workspace_id = %(ws)s {where} order by id limit 1)"


def first(table: str, where: str = "") -> str:
    return FIRST.format(table=table, where=f"and {where}" if where else "")


ONE_STAY = first("lifecycle_stagestay", "exited_at is null")
ENDED_STAY = first("lifecycle_stagestay", "exited_at > entered_at + interval '1 minute'")
OPEN = first("handoffs_handoff", "state = 'offered' and assignee_id is not null")
ANSWERED = first("handoffs_handoff", "state = 'accepted'")
IN_TIME = first("handoffs_handoff", "state = 'accepted' and breached_at is null and due_at - answered_at > '1 minute'")
BREACHED = first("handoffs_handoff", "breached_at is not null")
TASKED = first("handoffs_escalation", "action = 'task'")
TAKEN_NOW = first(
    "handoffs_escalation",
    "step < 90 and clock_run = (select clock_run from handoffs_handoff h where h.id = handoff_id)",
)
READING = first("scorecard_reading", "day = (now() at time zone 'Europe/Berlin')::date - 8 and numerator > 0")

BREAKS = {
    "rows_in": "update lifecycle_import set rejected_count = rejected_count + 1, done_rows = done_rows + 1 where id = "
    + first("lifecycle_import", "state = 'finished'"),
    "one_open_stay": f"update lifecycle_stagestay set exited_at = now() where id = {ONE_STAY}",
    "chain_of_stays": f"update lifecycle_stagestay set exited_at = exited_at - interval '1 second' where id = "
    f"{ENDED_STAY}",
    "chain_of_assignments": f"update handoffs_assignment set ended_at = at where ended_at is null "
    f"and handoff_id = {OPEN}",
    "somebody_and_a_due_time": "update workspaces_member set is_active = false where id = "
    f"(select assignee_id from handoffs_handoff where id = {OPEN})",
    "due_steps_are_taken": f"delete from handoffs_escalation where id = {TAKEN_NOW}",
    "steps_are_told": f"delete from handoffs_escalation where id = {TASKED}",
    "missed_touches_are_taken": "update handoffs_clock set stopped_at = null, state = 'running', started_at = due_at "
    "- interval '9 day', due_at = now() - interval '1 day' where id = "
    + first("handoffs_clock", "kind = 'first_touch' and state = 'met'"),
    "breaches_are_escalations": f"update handoffs_handoff set breached_at = null where id = {BREACHED}",
    "clocks_are_kept": "update handoffs_clock set due_at = due_at + interval '1 second' where id = "
    + first("handoffs_clock", "kind = 'answer' and state = 'running'"),
    "a_task_each": f"update handoffs_escalation set task_id = null where id = {TASKED}",
    "records_are_told": "delete from history_event where id = "
    + first("history_event", "kind = 'record.entered_stage'"),
    "owners_are_told": "update lifecycle_record set owner_id = null where id = "
    "(select record_id from history_event where workspace_id = %(ws)s and kind = 'record.owner_changed' "
    "and facts ->> 'to' is not null order by id limit 1)",
    "handoffs_are_told": f"update handoffs_handoff set state = 'rejected' where id = {ANSWERED}",
    "published_version": "update workspaces_workspace set blueprint_version = blueprint_version + 1 where id = %(ws)s",
    "configuration": "update lifecycle_stage set label = 'Another' where id = " + first("lifecycle_stage"),
    "readings": f"update scorecard_reading set numerator = numerator + 1 where id = {READING}",
}


def broken(workspace: Workspace, only: str = "") -> dict[str, int]:
    return {finding.key: finding.broken for finding in audit(workspace, only=only) if finding.broken}


@contextmanager
def as_nobody_may() -> Iterator[Any]:
    """A cursor of the owner's with the guards asleep, as after a bad restore; whatever it does is taken back."""
    with as_owner(), transaction.atomic():
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(f'alter table "{table}" disable trigger user')
            yield cursor
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_company_that_lived_is_whole_and_every_break_is_caught() -> None:
    workspace = sample.load(timezone.now(), say=lambda _: None, days=12)
    with workspace_scope(workspace):
        fold(workspace, timezone.now())
    assert broken(workspace) == {}
    assert run("--workspace", workspace.slug).endswith("whole\n")
    missed = []
    with as_nobody_may() as cursor:
        for key, change in BREAKS.items():
            with transaction.atomic():
                cursor.execute(change, {"ws": workspace.pk})
                assert cursor.rowcount == 1, f"{key}: the sample has no row to break"
                if not broken(workspace, key):
                    missed.append(key)
                transaction.set_rollback(True)
    assert not missed
    assert set(BREAKS) == {finding.key for finding in audit(workspace)}, "an identity nobody breaks"


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("audit_identities", *arguments, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_the_command_tells_every_workspace_and_its_code_how_many_are_broken(cast: Cast) -> None:
    assert run().endswith("whole\n")
    lines = [json.loads(line) for line in run("--json").splitlines()]
    assert {line["workspace"] for line in lines} == {"acme", "globex"}
    assert {line["broken"] for line in lines} == {0}
    with workspace_scope(cast.acme):  # a row that was rejected and is kept nowhere
        counts = {"total_rows": 1, "done_rows": 1, "rejected_count": 1, "state": "finished"}
        Import.objects.create(number=1, target="leads", file_name="a.csv", created_by=cast.ada, **counts)
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 1
    with pytest.raises(CommandError, match="no workspace “nowhere”"):
        run("--workspace", "nowhere")
