"""Answers do not depend on the sender's gates, dispositions follow categories, and what moves by itself waits."""

from datetime import timedelta
from typing import Any

import pytest

from blueprint.documents import document
from core.history.models import Event
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.submitting import submit
from governance.models import Impact
from handoffs.actions import answering
from handoffs.models import Handoff, Task
from lifecycle.actions import editing, rescoring
from lifecycle.actions.advancing import advance
from lifecycle.actions.touching import log_activity
from lifecycle.actions.waiting import AnswerFirst
from lifecycle.models import Record, Rescoring, StageStay
from lifecycle.rules.gates import GateClosed
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = MONDAY_10 + HOUR
MQL: list[Any] = ["pipelines", {"key": "lifecycle"}, "stages", {"key": "mql"}]
SAL: list[Any] = [*MQL[:3], {"key": "sal"}]
RECYCLED: list[Any] = [*MQL[:3], {"key": "recycled"}]
BUDGET = [{"label": "A budget is written down", "expression": "known(budget)"}]


@pytest.fixture
def acme(cast: Cast):  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        yield cast


def published(cast: Cast, edits: list[tuple[list[Any], Any]]) -> Workspace:
    change = draft(cast.dana, title="Other gates", reason="We try them", edits=edits, at=MONDAY_10)
    submit(change, by=cast.dana, at=MONDAY_10)
    Impact.objects.filter(change=change).update(state=Impact.State.DONE, progress_ratio=1)
    approve(change, by=cast.vera, at=MONDAY_10, note="Fine")
    publish(change, by=cast.ada, at=MONDAY_10)
    return Workspace.objects.get(pk=cast.acme.pk)


def offered(cast: Cast, workspace: Workspace, **fields: Any) -> tuple[Handoff, Member]:
    [handoff] = offer_records(workspace, make_records(workspace, **fields), by=cast.dana)
    return handoff, cast.rick if handoff.assignee_id == cast.rick.pk else cast.rosa


def stage_of(handoff: Handoff) -> str:
    return Record.objects.select_related("stage").get(pk=handoff.record_id).stage.key


def test_neither_exit_criteria_nor_the_matrix_keep_a_receiver_from_answering(acme: Cast) -> None:
    workspace = published(acme, [([*MQL, "exit"], BUDGET), ([*MQL, "moves_to"], [])])
    taken, rep = offered(acme, workspace)
    answering.accept(taken, by=rep, at=LATER)
    refused, rep = offered(acme, workspace)
    answering.reject(refused, "no_budget", by=rep, at=LATER)
    by_moving, rep = offered(acme, workspace)
    advance(by_moving.record, "sal", by=rep, at=LATER)
    assert [stage_of(each) for each in (taken, refused, by_moving)] == ["sal", "recycled", "sal"]
    entries = Event.objects.filter(kind="record.entered_stage")
    for event in entries:
        assert [line["part"] for line in event.facts["passed_over"]] == ["exit", "move"]
        assert "overridden" not in event.facts
    assert set(StageStay.objects.filter(exited_at=None).values_list("cause", flat=True)) == {"handoff"}
    taken_back, _ = offered(acme, workspace)
    assert answering.recall(taken_back, by=acme.dana, at=LATER).state == "recalled"


def test_what_the_accept_stage_asks_for_is_asked_of_who_accepts(acme: Cast) -> None:
    workspace = published(acme, [([*SAL, "required"], ["budget"])])
    handoff, rep = offered(acme, workspace)
    with pytest.raises(GateClosed) as refused:
        answering.accept(handoff, by=rep, at=LATER)
    assert [line["label"] for line in refused.value.facts["unmet"]] == ["Budget is filled in"]
    handoff.refresh_from_db()
    assert handoff.state == "offered"
    answering.reject(handoff, "no_budget", by=rep, at=LATER)
    assert stage_of(handoff) == "recycled"


def test_a_required_field_of_the_stage_it_is_refused_to_traps_nobody(acme: Cast) -> None:
    workspace = published(acme, [([*RECYCLED, "required"], ["budget"]), ([*RECYCLED, "entry"], BUDGET)])
    handoff, rep = offered(acme, workspace)
    answering.reject(handoff, "no_budget", by=rep, at=LATER)
    assert stage_of(handoff) == "recycled"


def renamed(document: list[dict[str, Any]], former: str, name: str) -> list[dict[str, Any]]:
    stages = [{**each, "key": name} if each["key"] == former else dict(each) for each in document]
    for each in stages:
        if "moves_to" in each:
            each["moves_to"] = [name if key == former else key for key in each["moves_to"]]
    return stages


def test_a_refused_record_goes_to_the_stage_of_its_category_whatever_it_is_called(acme: Cast) -> None:
    stages = document(acme.acme.pk, 1)["pipelines"][0]["stages"]
    stages = renamed(renamed(stages, "recycled", "nurture"), "disqualified", "parked")
    workspace = published(acme, [(["pipelines", {"key": "lifecycle"}, "stages"], stages)])
    handoff, rep = offered(acme, workspace)
    answering.reject(handoff, "no_budget", by=rep, at=LATER)
    other, rep = offered(acme, workspace)
    advance(other.record, "parked", by=rep, at=LATER, reason_key="junk")
    assert (stage_of(handoff), stage_of(other)) == ("nurture", "parked")
    assert not Task.objects.exists()


def test_of_several_stages_of_a_category_the_first_is_taken_and_of_none_the_sender_hears(acme: Cast) -> None:
    workspace = published(acme, [([*MQL[:3], {"key": "subscriber"}, "category"], "recycled")])
    handoff, rep = offered(acme, workspace)
    answering.reject(handoff, "no_budget", by=rep, at=LATER)
    assert stage_of(handoff) == "subscriber"
    deal = make_records(workspace, path="sales/closed_won", amount=5, owner=acme.rick)
    [won] = offer_records(workspace, deal, seam_key="sales_to_success", by=acme.rick)
    answering.reject(won, "no_interest", by=acme.cleo, at=LATER)
    assert stage_of(won) == "closed_won"
    assert Task.objects.get(handoff=won).assignee_id == acme.rick.pk


def test_what_a_record_would_enter_by_itself_waits_for_the_answer(acme: Cast) -> None:
    workspace = published(acme, [([*SAL, "auto_enter"], True), ([*SAL, "entry"], BUDGET)])
    touched, _ = offered(acme, workspace, properties={"budget": 5})
    edited, _ = offered(acme, workspace)
    asked, rep = offered(acme, workspace, properties={"budget": 5})
    log_activity(touched.record, kind="call", by=acme.dana, at=LATER)
    editing.edit_record(edited.record, properties={"budget": 9}, by=acme.dana, at=LATER)
    rescoring.begin(workspace, Rescoring.Cause.PUBLISHED, at=LATER)
    while rescoring.ask_batch(workspace, at=LATER):
        pass
    assert {stage_of(each) for each in (touched, edited, asked)} == {"mql"}
    assert Handoff.objects.open().count() == 3
    assert Record.objects.get(pk=edited.record_id).properties["budget"] == 9  # the edit itself is taken
    answering.accept(asked, by=rep, at=LATER)
    assert stage_of(asked) == "sal"


def test_a_lead_that_is_offered_does_not_follow_its_deal(acme: Cast) -> None:
    handoff, rep = offered(acme, acme.acme, properties={"use_case": "Routing"})
    [deal] = make_records(acme.acme, path="sales/negotiation", origin=handoff.record, amount=5, owner=acme.rick)
    advance(deal, "closed_won", by=acme.mona, at=LATER)
    assert stage_of(handoff) == "mql"
    handoff.refresh_from_db()
    assert handoff.state == "offered"
    with pytest.raises(AnswerFirst):
        advance(handoff.record, "lead", by=rep, at=LATER)
