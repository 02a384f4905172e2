"""Reassign everything, then leave: the rehearsal is what is done, and nothing is left with somebody who is gone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.errors import RuleSaysNo
from core.history.models import Event
from core.people.functions import Function
from core.people.membership import deactivate
from core.people.models import Member, Team
from core.tenancy.scope import workspace_scope
from handoffs.actions.leaving.departing import rehearse
from handoffs.models import Assignment, Handoff, Rotation, Task
from integrations.actions import issue_key
from lifecycle.models import Account, Record
from tests.cast import MONDAY_10, Cast, join
from tests.handoffs.factories import make_records, offer_records, running

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]
JSON = "application/json"


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Rick holds handoffs, companies with their records, records alone, and tasks; Rosa, Sam and Tina sell as well."""
    for name in ("Sam", "Tina"):
        join(cast.acme, name, "rep", Function.SALES)
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 24), by=cast.dana)
        company = Account.objects.create(number=1, name="Initech", name_key="initech", owner=cast.rick)
        make_records(cast.acme, 3, path="sales/discovery", owner=cast.rick, account=company)
        make_records(cast.acme, 8, path="sales/discovery", owner=cast.rick)
        make_records(cast.acme, 1, path="sales/closed_won", owner=cast.rick)
        sales = Team.objects.get(function=Function.SALES)
        for number, team in enumerate((sales, None), start=1):
            Task.objects.create(number=number, kind="manual", title="Call", assignee=cast.rick, team=team)
    return cast


def door(member: Member) -> str:
    return f"/api/v1/w/acme/people/{member.pk}/departure"


def given(told: dict[str, Any], noun: str) -> list[str]:
    return [move["name"] for move in told["moves"] if move["noun"] == noun]


def still_held(member: Member) -> int:
    """What has the member as its owner and is not over."""
    return (
        Handoff.objects.open().filter(assignee=member).count()
        + Task.objects.filter(assignee=member, done_at=None).count()
        + Record.objects.filter(owner=member, stage__category="open").count()
        + Account.objects.filter(owner=member).count()
    )


def test_what_is_done_is_what_was_rehearsed(busy: Cast, as_member: SignIn) -> None:
    browser = as_member(busy.ada)
    rehearsed = browser.get(door(busy.rick)).json()
    assert rehearsed["counts"] == {"handoff": 6, "record": 11, "account": 1, "task": 2, "promise": 0}
    assert browser.get(door(busy.rick)).json() == rehearsed
    done = browser.post(door(busy.rick), {}, JSON)
    assert done.status_code == 200 and done.json() == rehearsed
    with workspace_scope(busy.acme):
        for move in rehearsed["moves"]:
            model, holder = {
                "handoff": (Handoff, "assignee"),
                "record": (Record, "owner"),
                "account": (Account, "owner"),
                "task": (Task, "assignee"),
            }[move["noun"]]
            row = model.objects.get(number=move["number"])
            assert str(getattr(row, f"{holder}_id")) == move["to"]
        assert still_held(busy.rick) == 0
        rick = Member.objects.get(pk=busy.rick.pk)
        assert not rick.is_active and rick.deactivated_at
        assert Record.objects.filter(owner=rick, stage__key="closed_won").exists()  # what is over stays as it was


def test_handoffs_go_in_turns_and_the_ledger_knows(busy: Cast, as_member: SignIn) -> None:
    with workspace_scope(busy.acme):
        before = dict(Rotation.objects.values_list("member__name", "given"))
    told = as_member(busy.ada).post(door(busy.rick), {}, JSON).json()
    turns = given(told, "handoff")
    assert {name: turns.count(name) for name in ("Rosa", "Sam", "Tina")} == {"Rosa": 2, "Sam": 2, "Tina": 2}
    with workspace_scope(busy.acme):
        after = dict(Rotation.objects.values_list("member__name", "given"))
        assert after == before | {name: before[name] + 2 for name in ("Rosa", "Sam", "Tina")}
        hands = Assignment.objects.filter(handoff__assignments__member=busy.rick, ended_at=None)
        assert {hand.cause for hand in hands} == {"manual"} and not Assignment.objects.filter(missed=True).exists()
        assert hands[0].trace["note"] == "Rick leaves" and hands[0].trace["by"] == "Ada"
        moved = Handoff.objects.get(pk=hands[0].handoff_id)
        assert moved.clock_run == 2 and running(moved).next_rung_at and moved.team.function == Function.SALES


def test_a_company_keeps_its_records_together(busy: Cast, as_member: SignIn) -> None:
    as_member(busy.ada).post(door(busy.rick), {}, JSON)
    with workspace_scope(busy.acme):
        company = Account.objects.get(name="Initech")
        owners = set(company.records.values_list("owner", flat=True))
        assert owners == {company.owner_id} and company.owner_id != busy.rick.pk
        assert {each.team_id for each in company.records.all()} == {Team.objects.get(function=Function.SALES).pk}


def test_tasks_go_to_the_manager_and_the_rest_to_nobody_twice(busy: Cast, as_member: SignIn) -> None:
    with workspace_scope(busy.acme):  # these end with the handoff that they ask about, which goes to somebody else
        theirs = {"handoff": Handoff.objects.filter(assignee=busy.rick)[0], "assignee": busy.rick}
        asked = Task.objects.create(number=3, kind="breach", title="Answer", **theirs)
        Task.objects.create(number=4, kind="late_task", title="Late", about=asked, **theirs)
    told = as_member(busy.ada).post(door(busy.rick), {}, JSON).json()
    assert given(told, "task") == ["Mona", "Mona"] and "Mona" not in given(told, "record")
    shares = {share["name"]: share for share in told["shares"]}
    assert sum(share["record"] for share in shares.values()) == 11 and shares["Mona"]["task"] == 2
    with workspace_scope(busy.acme):
        assert Event.objects.filter(kind="task.reassigned", actor=busy.ada).count() == 2
        assert Event.objects.filter(kind="record.owner_changed", actor=busy.ada).count() == 11
        assert Event.objects.filter(kind="account.owner_changed").count() == 1
        assert set(Task.objects.filter(done_at__isnull=False).values_list("number", flat=True)) == {3, 4}


def test_a_successor_takes_all_but_the_handoffs(busy: Cast, as_member: SignIn) -> None:
    told = as_member(busy.ada).post(door(busy.rick), {"successor": str(busy.cleo.pk)}, JSON).json()
    assert set(given(told, "record") + given(told, "account") + given(told, "task")) == {"Cleo"}
    assert "Cleo" not in given(told, "handoff")


def test_one_event_tells_the_departure_with_its_counts(busy: Cast, as_member: SignIn) -> None:
    as_member(busy.ada).post(door(busy.rick), {}, JSON)
    with workspace_scope(busy.acme):
        event = Event.objects.get(kind="member.departed")
        assert event.subject_id == busy.rick.pk and event.actor_id == busy.ada.pk
        assert event.facts["handed_over"] == {"handoff": 6, "record": 11, "account": 1, "task": 2, "promise": 0}
        assert sum(event.facts["to"].values()) == 20
        assert Event.objects.filter(kind="member.deactivated").count() == 1


def test_a_rehearsal_leaves_no_trace(busy: Cast, as_member: SignIn) -> None:
    with workspace_scope(busy.acme):
        Rotation.objects.filter(member=busy.rosa).delete()  # a newcomer would get a row
        before = (list(Rotation.objects.order_by("pk").values()), Event.objects.count(), still_held(busy.rick))
    page = as_member(busy.ada).get(f"/w/acme/people/{busy.rick.pk}/departure/")
    assert page.status_code == 200 and b"Rosa" in page.content
    with workspace_scope(busy.acme):
        after = (list(Rotation.objects.order_by("pk").values()), Event.objects.count(), still_held(busy.rick))
    assert after == before


def test_a_rehearsal_locks_nothing_and_costs_no_object_and_no_query_a_record(busy: Cast) -> None:
    made, told = list[Record](), list[int]()

    def rehearsed() -> tuple[int, dict[str, int]]:
        with CaptureQueriesContext(connection) as asked:
            plan = rehearse(busy.rick, by=busy.ada, at=MONDAY_10)
        assert not any(re.search(r"for (no key )?update", each["sql"].lower()) for each in asked)
        said = [f"{each.noun} {each.number} {each.to.pk}" for each in plan.moves]
        assert len(said) == len(set(said)) <= sum(plan.counts.values())
        assert sum(share.total for share in plan.shares) == sum(plan.counts.values())
        told.append(len(said))
        return len(asked), plan.counts

    def note(instance: Record, **_: object) -> None:
        made.append(instance)

    with workspace_scope(busy.acme):
        queries, before = rehearsed()
        sales = Team.objects.get(function=Function.SALES)
        make_records(busy.acme, 1_000, path="sales/discovery", owner=busy.rick, team=sales)
        post_init.connect(note, sender=Record)
        try:
            assert rehearsed() == (queries, before | {"record": before["record"] + 1_000})
        finally:
            post_init.disconnect(note, sender=Record)
    assert len(made) == before["handoff"]
    assert told == [sum(before.values()), sum(before.values()) - before["record"] + 1_000]  # the first records only


def test_who_missed_it_does_not_get_it_again(busy: Cast) -> None:
    with workspace_scope(busy.acme):
        mine = Handoff.objects.open().filter(assignee=busy.rick)
        for each in mine:
            for name in ("Rosa", "Sam"):
                missed = Member.objects.get(name=name)
                Assignment.objects.create(
                    handoff=each, member=missed, at=MONDAY_10, ended_at=MONDAY_10, cause="routed", missed=True
                )
        plan = rehearse(busy.rick, by=busy.ada, at=MONDAY_10)
        assert {move.to.name for move in plan.moves if move.noun == "handoff"} == {"Tina"}


def test_where_nobody_is_left_whoever_leads_gets_it(cast: Cast, as_member: SignIn) -> None:
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 2), by=cast.dana)
    browser = as_member(cast.ada)
    browser.post(door(cast.rick), {}, JSON)
    told = browser.post(door(cast.rosa), {}, JSON).json()
    assert given(told, "handoff") == ["Mona", "Mona"]
    assert {move["why"] for move in told["moves"]} == {"manages Sales"}


def test_who_owns_a_seam_is_refused_with_its_name(cast: Cast, as_member: SignIn) -> None:
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.vera.pk).update(role="owner")
    browser = as_member(cast.vera)
    rehearsed = browser.get(door(cast.ada)).json()
    assert not rehearsed["may_leave"] and "Marketing → Sales" in rehearsed["definitions"]["seams"]
    assert "Marketing → Sales" in rehearsed["obstacles"] and "change request" in rehearsed["obstacles"]
    refused = browser.post(door(cast.ada), {}, JSON)
    assert refused.status_code == 422 and refused.json()["code"] == "change_first"
    assert refused.json()["facts"]["definitions"]["seams"] == rehearsed["definitions"]["seams"]
    page = browser.get(f"/w/acme/people/{cast.ada.pk}/departure/").content.decode()
    assert "Marketing → Sales" in page and "Hand over, then leave" not in page


def test_who_manages_a_team_is_refused_until_somebody_else_does(cast: Cast, as_member: SignIn) -> None:
    refused = as_member(cast.ada).post(door(cast.mona), {}, JSON)
    assert refused.status_code == 422 and refused.json()["facts"]["teams"] == ["Customer success", "Sales"]
    with workspace_scope(cast.acme):
        Team.objects.update(manager=cast.vera)
    assert as_member(cast.ada).post(door(cast.mona), {}, JSON).status_code == 200


def test_a_departure_that_is_refused_at_the_end_hands_nothing_over(busy: Cast, as_member: SignIn) -> None:
    with workspace_scope(busy.acme):
        Member.objects.filter(pk=busy.rick.pk).update(role="owner")
        Member.objects.filter(pk=busy.vera.pk).update(role="admin")
    refused = as_member(busy.vera).post(door(busy.rick), {}, JSON)
    assert refused.status_code == 403  # an admin makes no owner leave
    with workspace_scope(busy.acme):
        assert still_held(busy.rick) == 20 and Member.objects.get(pk=busy.rick.pk).is_active


@pytest.mark.parametrize("who", ["mona", "rick", "vera"])
def test_only_admins_make_somebody_leave(busy: Cast, as_member: SignIn, who: str) -> None:
    browser = as_member(getattr(busy, who))
    assert browser.get(door(busy.rick)).status_code == 403
    assert browser.post(door(busy.rick), {}, JSON).status_code == 403
    assert browser.get(f"/w/acme/people/{busy.rick.pk}/departure/").status_code == 403


def test_other_workspaces_are_no_part_of_it(busy: Cast, as_member: SignIn) -> None:
    assert as_member(busy.otto).get(door(busy.rick)).status_code == 404
    assert as_member(busy.ada).post(door(busy.otto), {}, JSON).status_code == 404
    refused = as_member(busy.ada).post(door(busy.rick), {"successor": str(busy.otto.pk)}, JSON)
    assert refused.status_code == 422 and refused.json()["field"] == "successor"


@pytest.mark.parametrize("successor", ["rick", "nobody", "x"])
def test_a_successor_is_somebody_else_who_is_here(busy: Cast, as_member: SignIn, successor: str) -> None:
    named = str(busy.rick.pk) if successor == "rick" else successor
    refused = as_member(busy.ada).post(door(busy.rick), {"successor": named}, JSON)
    assert refused.status_code == 422 and refused.json()["field"] == "successor"


def test_the_page_does_the_same_once(busy: Cast, as_member: SignIn) -> None:
    browser, page = as_member(busy.ada), f"/w/acme/people/{busy.rick.pk}/departure/"
    assert f'href="{page}"' in browser.get(f"/w/acme/people/{busy.rick.pk}/").content.decode()
    done = browser.post(page, {"successor": str(busy.rosa.pk)}, follow=True)
    assert b"20 changed hands" in done.content
    assert browser.post(page, {}).status_code == 422 and browser.get(page).status_code == 422
    with workspace_scope(busy.acme):
        assert Task.objects.filter(assignee=busy.rosa).count() == 2


def test_an_admin_may_leave_and_finds_the_door(busy: Cast, as_member: SignIn) -> None:
    with workspace_scope(busy.acme):
        Member.objects.filter(pk=busy.vera.pk).update(role="admin")
    gone = as_member(busy.vera).post(f"/w/acme/people/{busy.vera.pk}/departure/", {})
    assert gone.status_code == 302 and gone["Location"] == "/"


def test_who_sits_nowhere_leaves_records_to_the_manager_of_their_team(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        sales = Team.objects.get(function=Function.SALES)
        make_records(cast.acme, 2, path="sales/discovery", owner=cast.vera, team=sales)
        make_records(cast.acme, 1, path="sales/discovery", owner=cast.vera)
        plan = rehearse(cast.vera, by=cast.ada, at=MONDAY_10)
        told = [(move.to.name, move.why) for move in plan.moves]
        assert told == [("Mona", "manages Sales")] * 2 + [("Ada", "Owner of the workspace")]


def test_a_key_that_may_not_reassign_makes_nobody_leave(busy: Cast) -> None:
    with workspace_scope(busy.acme):
        key = issue_key(name="HR", role="admin", scopes=["people:write"], by=busy.ada, at=MONDAY_10).key
    program = Client(headers={"Authorization": f"Bearer {key}"})
    assert program.post(door(busy.rick), {}, JSON).status_code == 403


def test_plain_deactivation_still_refuses_while_something_is_held(busy: Cast) -> None:
    with workspace_scope(busy.acme), pytest.raises(RuleSaysNo) as refused:
        deactivate(busy.rick, by=busy.ada, at=MONDAY_10)
    assert refused.value.facts == {"open_handoffs": 6, "open_tasks": 2, "open_records": 11, "accounts": 1}
