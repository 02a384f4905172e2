"""The ten promises, each held over a company that has lived for a while. The map to them is in ARCHITECTURE.md.

The sample company lives for some days by the product's own actions (`devtools/sample/`); then the database is asked.
"""

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from blueprint.models import BlueprintVersion
from core.early_release import ON_DISK
from core.people.actions import found_workspace
from core.people.functions import Function
from core.people.models import Member, User, Workspace
from core.tenancy.scope import workspace_scope
from handoffs.actions import scanning
from handoffs.models import Escalation, Handoff, Task
from handoffs.queries.limbo import limbo_page
from lifecycle.actions import advancing
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record, Rejection, Stage, StageStay
from lifecycle.rules.gates import GateClosed
from tests.cast import join

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(six_days: Workspace) -> Workspace:
    """A company with some days of real history."""
    return six_days


@pytest.fixture
def globex() -> Workspace:
    """Somebody else's company."""
    founder = User.objects.create_user("otto@globex.example", None, name="Otto")
    return found_workspace(name="Globex", founder=founder, at=timezone.now())


def ask(question: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def tenant_tables() -> Iterator[str]:
    for (table,) in ask(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' "
        "where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
    ):
        yield table


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(
        User.objects.get(email=f"{name}@acme.example"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_promise_1_no_tenant_sees_counts_or_references_anothers_rows(acme: Workspace, globex: Workspace) -> None:
    with workspace_scope(globex):
        for table in tenant_tables():
            assert ask(f"select count(*) from {table} where workspace_id = %s", acme.pk) == [(0,)], table
            assert ask(f"select count(*) from {table} where workspace_id <> %s", globex.pk) == [(0,)], table
        with workspace_scope(acme):
            theirs = Record.objects.first()
        with pytest.raises(Error), transaction.atomic():
            ask(
                "insert into lifecycle_activity (workspace_id, record_id, kind, direction, note, at, is_qualifying) "
                "values (%s, %s, 'call', 'outbound', '', now(), true) returning id",
                globex.pk,
                theirs.pk,
            )
            ask("set constraints all immediate; select 1")


def test_promise_2_no_record_without_exactly_one_open_stay(acme: Workspace) -> None:
    with workspace_scope(acme):
        assert Record.objects.count() > 20
        assert (
            ask(
                "select r.number from lifecycle_record r left join lifecycle_stagestay s on s.record_id = r.id "
                "and s.exited_at is null group by r.id having count(s.id) <> 1 "
                "or bool_or(s.stage_id <> r.stage_id) or bool_or(s.entered_at <> r.entered_stage_at)"
            )
            == []
        )


def test_promise_3_no_open_handoff_without_somebody_and_a_due_time(acme: Workspace) -> None:
    with workspace_scope(acme):
        assert Handoff.objects.open().exists()
        limbo = Handoff.objects.open().filter(assignee__isnull=True, queue__isnull=True)
        assert not limbo.exists()
        assert not Handoff.objects.filter(due_at__isnull=True).exists()
        waits_for_nobody, *_ = limbo_page(acme, timezone.now())
        assert [(each.cause, each.name) for each in waits_for_nobody] == []
        with pytest.raises(Error), transaction.atomic():
            Handoff.objects.open().update(assignee=None, queue=None)


def test_promise_4_a_breach_makes_one_owned_task_once_stamped_at_its_due_time(acme: Workspace) -> None:
    with workspace_scope(acme):
        breached = Handoff.objects.filter(breached_at__isnull=False, clock_run=1)
        assert breached.exists() and all(each.breached_at == each.due_at for each in breached)
        later = timezone.now() + timedelta(days=3)
        while scanning.scan(acme, at=later):
            pass
        tasks = Task.objects.count()
        assert scanning.scan(acme, at=later) == 0 and Task.objects.count() == tasks
        steps = Escalation.objects.filter(action="task")
        assert steps.exists()
        for step in steps.select_related("task", "handoff"):
            assert step.task is not None and step.task.assignee_id is not None
            assert step.due_at <= step.taken_at


def test_promise_5_no_row_is_lost_on_the_way_in(acme: Workspace) -> None:
    dice = random.Random(5)
    with workspace_scope(acme):
        ada = Member.objects.get(role="owner")
        kept = Rejection.objects.count()
        for _ in range(8):
            rows = [_row(dice, line) for line in range(1, 41)]
            done = take_in(acme, rows, by=ada, at=timezone.now())
            assert done.created + done.updated + done.unchanged + len(done.rejected) == len(rows)
            assert set(done.numbers) | {each.line for each in done.rejected} == {row.line for row in rows}
            kept += len(done.rejected)
        assert Rejection.objects.count() == kept


def _row(dice: random.Random, line: int) -> Incoming:
    """A row that may be new, known, repeated or wrong."""
    who = dice.randint(1, 60)
    core: dict[str, Any] = {"name": f"Person {who}", "email": f"p{who}@x.example", "amount": dice.choice([None, 5])}
    if dice.random() < 0.2:
        core["amount"] = "a lot"
    properties = {"employees": dice.choice([10, 900, "many", None])}
    stage = dice.choice(["", "", "mql", "no such stage"])
    return Incoming(
        line=line,
        kind="lead",
        system="crm",
        external_id=f"X{who}",
        core=core,
        properties=properties,
        stage=stage,
        raw=core,
    )


def test_promise_6_no_configuration_changes_outside_an_approved_change_request(acme: Workspace) -> None:
    with workspace_scope(acme):
        for table in [each for each in tenant_tables() if _is_configuration(each)]:
            with pytest.raises(Error, match="approved change request"), transaction.atomic():
                ask(f"update {table} set is_retired = is_retired returning id")


def _is_configuration(table: str) -> bool:
    return bool(ask("select 1 from pg_attribute where attrelid = %s::regclass and attname = 'is_retired'", table))


def test_promise_7_a_published_version_never_changes_and_never_judges_the_past(acme: Workspace) -> None:
    from governance.actions import deciding, drafting, publishing, submitting, working_out

    with workspace_scope(acme):
        ada, vera = Member.objects.get(email="ada@acme.example"), Member.objects.get(email="vera@acme.example")
        before = list(Handoff.objects.order_by("id").values_list("id", "due_at", "breached_at", "blueprint_version"))
        stays = list(StageStay.objects.order_by("id").values_list("id", "entered_at", "exited_at", "blueprint_version"))
        at = timezone.now()
        edits = [(["seams", {"key": "marketing_to_sales"}, "answer_minutes"], 30)]
        change = drafting.draft(ada, title="Answer in half an hour", edits=edits, at=at)
        submitting.submit(change, by=ada, at=at)
        while working_out.next_step(at):
            pass
        deciding.approve(change, by=vera, at=at)
        publishing.publish(change, by=ada, at=at)
        assert before == list(
            Handoff.objects.order_by("id").values_list("id", "due_at", "breached_at", "blueprint_version")
        )
        assert stays == list(
            StageStay.objects.order_by("id").values_list("id", "entered_at", "exited_at", "blueprint_version")
        )
        for statement in (
            "update blueprint_blueprintversion set number = number",
            "delete from blueprint_blueprintversion",
        ):
            with pytest.raises(Error, match="never changed"), transaction.atomic():
                ask(f"{statement} returning id")
        assert BlueprintVersion.objects.count() >= 2


def test_promise_8_one_number_per_metric_wherever_it_is_read_and_it_opens_to_its_rows(acme: Workspace) -> None:
    vera = signed_in("vera")
    page = vera.get("/w/acme/scorecard/acceptance_rate/", {"period": "all"}).content.decode()
    told = vera.get("/api/v1/w/acme/metrics/acceptance_rate", {"period": "all"}).json()
    with workspace_scope(acme):
        accepted = Handoff.objects.filter(seam__key="marketing_to_sales", state="accepted").count()
        answered = accepted + Handoff.objects.filter(seam__key="marketing_to_sales", state="rejected").count()
    assert answered > 5
    assert f"{accepted} accepted of {answered} answered" in page
    assert round(float(_value_of(told)), 6) == round(accepted / answered, 6)


def _value_of(told: dict[str, Any]) -> Any:
    """The figure, wherever the answer keeps it."""
    for key in ("value", "figure", "now"):
        if key in told:
            return told[key]["value"] if isinstance(told[key], dict) else told[key]
    raise AssertionError(json.dumps(told)[:500])


def test_promise_9_no_gate_has_a_side_door(acme: Workspace) -> None:
    unmet = "Score has reached 60"
    with workspace_scope(acme):
        dana = Member.objects.get(email="dana@acme.example")
        new = Incoming(line=1, kind="lead", core={"name": "Low", "email": "low@x.example"}, raw={})
        number = take_in(acme, [new], by=dana, at=timezone.now()).numbers[1]
        record = Record.objects.select_related("stage", "account").get(number=number)
        with pytest.raises(GateClosed, match=unmet):
            advancing.advance(record, "mql", by=dana, at=timezone.now())
        again = Incoming(line=1, kind="lead", core={"email": "low@x.example"}, stage="mql", raw={})
        [refused] = take_in(acme, [again], by=dana, at=timezone.now()).rejected
        assert refused.code == "gate_closed" and unmet in refused.detail
    client = signed_in("dana")
    client.get("/w/acme/records/")
    page = client.post(f"/w/acme/records/{number}/advance/", {"to": "mql"})
    assert page.status_code == 422 and unmet in page.content.decode()
    api = client.post(f"/api/v1/w/acme/records/{number}/advance", {"to": "mql"}, content_type="application/json")
    assert api.status_code == 422 and api.json()["code"] == "gate_closed" and unmet in api.json()["detail"]
    with workspace_scope(acme):
        assert Record.objects.get(number=number).stage_id == Stage.objects.get(key="lead", pipeline__key="lifecycle").pk


@pytest.mark.django_db(transaction=True)
def test_promise_10_an_action_cut_off_at_any_statement_leaves_nothing_half_done() -> None:
    """Every statement of an intake and its offer is in turn the last one that the database answers. Cut off when all is
    done and only the disk is waited for, all of it is there, and nobody was told so."""
    founder = User.objects.create_user("ada@acme.example", None, name="Ada")
    acme = found_workspace(name="Acme", founder=founder, at=timezone.now())
    join(acme, "Rick", "rep", Function.SALES)
    with workspace_scope(acme):
        ada = Member.objects.get(role="owner")
    hot = {"demo_requested": True, "seniority": "VP", "employees": 900}
    row = Incoming(line=1, kind="lead", core={"name": "Hot", "email": "hot@x.example"}, properties=hot, raw={})
    for survives in range(1, 40):
        cut_at = _cut_off_after(survives, lambda: _take(acme, row, ada, timezone.now()))
        with workspace_scope(acme):
            whole = (Record.objects.count(), StageStay.objects.filter(exited_at=None).count(), Handoff.objects.count())
        assert whole == ((1, 1, 1) if cut_at in (FINISHED, ON_DISK) else (0, 0, 0)), f"after {survives} statements"
        if cut_at == FINISHED:
            return
    raise AssertionError("the action never came to its end")


def _take(acme: Workspace, row: Incoming, by: Member, at: datetime) -> None:
    with workspace_scope(acme):
        take_in(acme, [row], by=by, at=at)


FINISHED = "finished"


class CutOff(Exception):
    """The line to the database is gone."""


def _cut_off_after(statements: int, deed: Any) -> str:
    """Run the deed, and end its database connection for real after so many statements; the one that had no answer."""
    left, cut_at = statements, FINISHED

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left, cut_at
        if left == 0:
            cut_at = sql
            connection.connection.close()
            raise CutOff
        left -= 1
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(wrapper):
            deed()
    except (CutOff, Error):
        connection.close()
    return cut_at
