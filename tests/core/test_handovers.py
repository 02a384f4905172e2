"""One plan for every handover: another role, a seat lost, another team, time off; managers for their teams; undone."""

from datetime import timedelta
from typing import Any

import pytest

from blueprint.documents import blueprint_of
from core.errors import BadInput, NotPermitted, RuleSaysNo, WorldMovedOn
from core.history.models import Event
from core.notices.models import Notice
from core.people.functions import Function
from core.people.models import Member, Team, TeamSeat, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.actions.answering import accept
from handoffs.actions.leaving import departing, handover_work
from handoffs.actions.leaving.departing import hand_over, rehearse_handover
from handoffs.actions.leaving.handing_back import undo
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.actions.leaving.plans import Plan
from handoffs.actions.promising import add_promise
from handoffs.models import Commitment, Handoff, HandoverPlan, Task
from lifecycle.actions.owning_accounts import give_account
from lifecycle.models import Account, AccountOwner, Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import depart, make_records, offer_records
from tests.lifecycle.test_owners import send, signed_in

pytestmark = pytest.mark.django_db
LATER, SALES = MONDAY_10 + timedelta(hours=1), Function.SALES


@pytest.fixture
def holding(cast: Cast) -> Any:
    """Rick has an open handoff, a record, a company on the sales side and a task of the team."""
    with workspace_scope(cast.acme):
        sales = Team.objects.get(key="sales")
        TimeOff.objects.create(member=cast.rosa, starts_at=MONDAY_10, ends_at=LATER)
        offer_records(cast.acme, make_records(cast.acme))
        TimeOff.objects.all().delete()
        company = Account.objects.create(number=1, name="Initech", name_key="initech")
        make_records(cast.acme, path="sales/discovery", owner=cast.rick, team=sales)
        give_account(company, SALES, cast.rick, by=cast.mona, at=MONDAY_10)
        Task.objects.create(number=90, kind="manual", title="Call", assignee=cast.rick, team=sales)
        assert held(cast.rick) == (1, 1, 1, 1)
        yield sales


def held(member: Member) -> tuple[int, int, int, int]:
    return (
        Handoff.objects.open().filter(assignee=member).count(),
        Record.objects.filter(owner=member).count(),
        AccountOwner.objects.filter(member=member, until=None).count(),
        Task.objects.filter(assignee=member, done_at=None).count(),
    )


def test_a_lost_seat_hands_over_what_is_of_the_team_and_is_undone(cast: Cast, holding: Team) -> None:
    seat = Occasion(Kind.SEAT, cast.rick, team=holding)
    promise = add_promise(Record.objects.get(owner=cast.rick), "Single sign-on", by=cast.rick, at=MONDAY_10)
    [sold] = make_records(cast.acme, path="sales/closed_won", owner=cast.mona, team=holding)
    alone = add_promise(sold, "A named contact", by=cast.mona, at=MONDAY_10)  # of a record that stays whose it is
    Commitment.objects.filter(pk=alone.pk).update(owner=cast.rick)
    plan = rehearse_handover(seat, by=cast.mona, at=LATER)
    assert plan.counts == {"handoff": 1, "record": 1, "account": 1, "task": 1, "promise": 1}
    [told] = [each for each in plan.moves if each.noun == "promise"]
    assert (told.title, told.to, told.why) == ("A named contact", cast.mona, "has its record")
    assert held(cast.rick) == (1, 1, 1, 1)
    _, kept = hand_over(seat, by=cast.ada, at=LATER)
    assert held(cast.rick) == (0, 0, 0, 0) and held(cast.rosa)[:3] == (1, 1, 1)
    for each, keeps in (promise, cast.rosa), (alone, cast.mona):
        each.refresh_from_db()
        assert each.owner_id == keeps.pk  # whoever has the record keeps what was promised
    news = Notice.objects.filter(member__in=[cast.rosa, cast.mona], about="task", seen_at=None)
    assert news.get().title.startswith("Tasks of Rick")
    assert not TeamSeat.objects.filter(member=cast.rick).exists()
    handoff = Handoff.objects.open().get()
    accept(handoff, by=cast.rosa, at=LATER)
    done = undo(kept, by=cast.mona, at=LATER + timedelta(hours=1))
    assert {each["noun"]: each["outcome"] for each in done.undone} == {
        "handoff": "went on meanwhile", **dict.fromkeys(("record", "account", "task", "promise"), "given back")
    }  # fmt: skip
    alone.refresh_from_db()
    assert alone.owner_id == cast.rick.pk
    assert held(cast.rick) == (0, 1, 1, 1) and TeamSeat.objects.filter(member=cast.rick, team=holding).exists()
    promise.refresh_from_db()
    assert promise.owner_id == cast.rick.pk
    assert Event.objects.filter(kind="promise.passed_on", subject_id=promise.pk).count() == 2
    assert not news.exists(), "whoever had the tasks for an hour need not look for them"
    with pytest.raises(NotPermitted):
        rehearse_handover(seat, by=cast.dana, at=LATER)


def test_a_lesser_role_gives_up_what_it_may_not_do(cast: Cast, holding: Team) -> None:
    _, kept = hand_over(Occasion(Kind.ROLE, cast.rick, role="leader"), by=cast.ada, at=LATER)
    assert held(cast.rick) == (0, 0, 0, 1)  # a leader still does tasks
    undo(kept, by=cast.ada, at=LATER)
    assert held(cast.rick) == (1, 1, 1, 1) and Member.objects.get(pk=cast.rick.pk).role == "rep"
    with pytest.raises(NotPermitted):
        hand_over(Occasion(Kind.ROLE, cast.rick, role="leader"), by=cast.mona, at=LATER)
    with pytest.raises(BadInput, match="another role"):
        hand_over(Occasion(Kind.ROLE, cast.rick, role="rep"), by=cast.ada, at=LATER)


def test_who_is_away_hands_over_what_waits_and_another_team_keeps_the_side(cast: Cast, holding: Team) -> None:
    away = Occasion(Kind.AWAY, cast.rick, starts_at=LATER, ends_at=LATER + timedelta(days=3))
    _, kept = hand_over(away, by=cast.mona, at=LATER)
    assert held(cast.rick) == (0, 1, 1, 1) and TimeOff.objects.filter(member=cast.rick).exists()
    undo(kept, by=cast.mona, at=LATER)
    assert held(cast.rick) == (1, 1, 1, 1) and not TimeOff.objects.filter(member=cast.rick).exists()
    west = Team.objects.create(key="west", name="West", function=SALES, manager=cast.mona)
    moved = Occasion(Kind.TEAM, cast.rick, team=holding, to_team=west)
    plan, kept = hand_over(moved, by=cast.mona, at=LATER)
    assert plan.counts == {"handoff": 1, "record": 1, "account": 0, "task": 1, "promise": 0}
    assert list(TeamSeat.objects.filter(member=cast.rick).values_list("team__key", flat=True)) == ["west"]
    undo(kept, by=cast.mona, at=LATER)
    assert list(TeamSeat.objects.filter(member=cast.rick).values_list("team__key", flat=True)) == ["sales"]


def test_what_was_won_or_given_anew_stays_and_nothing_goes_to_who_left(cast: Cast, holding: Team) -> None:
    west = Team.objects.create(key="west", name="West", function=SALES, manager=cast.mona)
    TeamSeat.objects.create(team=west, member=cast.rick, weight=3, cap=7, since=MONDAY_10)
    _, kept = hand_over(Occasion(Kind.TEAM, cast.rick, team=holding, to_team=west), by=cast.mona, at=LATER)
    record = Record.objects.get(owner=cast.rosa)
    record.stage_id = blueprint_of(cast.acme).stages_by_path["sales/closed_won"].id
    record.save()
    TeamSeat.objects.create(team=holding, member=cast.rick, weight=5, cap=None, since=LATER)
    done = undo(kept, by=cast.mona, at=LATER)
    assert {each["noun"]: each["outcome"] for each in done.undone}["record"] == "went on meanwhile"
    seats = TeamSeat.objects.filter(member=cast.rick).order_by("team__key")
    assert list(seats.values_list("team__key", "weight", "cap")) == [("sales", 5, None), ("west", 3, 7)]
    _, kept = hand_over(Occasion(Kind.ROLE, cast.rick, role="leader"), by=cast.ada, at=LATER)
    depart(cast.rick, by=cast.ada, at=LATER)
    with pytest.raises(RuleSaysNo, match="has left"):
        undo(kept, by=cast.ada, at=LATER)
    assert held(cast.rick) == (0, 0, 0, 0)


def test_a_company_of_a_side_goes_to_somebody_of_it_or_to_nobody(cast: Cast, holding: Team) -> None:
    leaves = Occasion(Kind.LEAVES, cast.rick)
    with pytest.raises(BadInput, match="no team of Sales") as refused:
        rehearse_handover(leaves, cast.cleo, by=cast.ada, at=LATER)
    assert refused.value.field == "successor"
    first = Team.objects.create(key="a_first", name="First", function=Function.CUSTOMER_SUCCESS, manager=cast.cleo)
    TeamSeat.objects.create(team=first, member=cast.rick, since=MONDAY_10)
    plan = rehearse_handover(leaves, by=cast.ada, at=LATER)
    assert [move.to for move in plan.moves if move.noun == "account"] == [cast.rosa]  # not of the first team he sits in
    company = AccountOwner.objects.get(member=cast.rick, until=None).account
    give_account(company, SALES, cast.rick, is_named=True, by=cast.mona, at=MONDAY_10)
    TeamSeat.objects.filter(member=cast.rosa).delete()
    Team.objects.filter(key="sales").update(manager=None)
    _, kept = hand_over(Occasion(Kind.ROLE, cast.rick, role="leader"), by=cast.ada, at=LATER)
    assert [each["why"] for each in kept.moves if each["noun"] == "account"] == ["manages First; nobody's for Sales"]
    assert not AccountOwner.objects.filter(account=company, until=None).exists()
    undo(kept, by=cast.ada, at=LATER)
    [back] = AccountOwner.objects.filter(account=company, until=None)
    assert (back.member, back.is_named) == (cast.rick, True)


def test_page_and_api_rehearse_carry_out_and_undo(cast: Cast, holding: Team) -> None:
    page, path = signed_in(cast.mona), f"/w/acme/people/{cast.rick.pk}/handovers/"
    form = {"kind": "seat", "team": str(holding.pk)}
    assert b"Account #1" in page.get(path, form).content  # its handoff was passed on by the ladder long ago
    assert page.get(path, {"kind": "seat"}).status_code == 200
    assert page.post(path, form).status_code == 302
    api, body = f"people/{cast.rick.pk}/handovers", {"kind": "role", "role": "leader"}
    [told] = signed_in(cast.mona).get(f"/api/v1/w/acme/{api}?limit=1").json()["results"]
    assert (told["kind"], len(told["moves"]), told["undone_at"]) == ("seat", 3, None)
    assert signed_in(cast.rosa).get(f"/api/v1/w/acme/{api}").status_code == 403  # as the page
    assert b'<td class="num">3</td>' in page.get(path).content
    back = send(cast.mona, "post", f"{api}/{told['id']}/reversal", {})
    assert {each["outcome"] for each in back.json()["undone"]} == {"given back"}
    assert send(cast.mona, "post", f"{api}/{told['id']}/reversal", {}).status_code == 422
    assert send(cast.ada, "post", f"{api}/rehearsal", body).json()["counts"]["record"] == 1
    assert send(cast.mona, "post", api, body).status_code == 403
    for wrong, field in (
        ({"kind": "seat"}, "team"),
        ({"kind": "seat", "team": "gone"}, "team"),
        ({"kind": "team", "team": "sales"}, "to_team"),
        ({"kind": "away"}, "ends_at"),
        ({"kind": "away", "starts_at": "2026-12-24T00:00:00Z", "ends_at": "9999-12-31T00:00:00Z"}, "ends_at"),
        ({"kind": "role"}, "role"),
    ):
        for place in (api, f"{api}/rehearsal"):
            answer = send(cast.ada, "post", place, wrong)
            assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_large_one_is_carried_out_and_undone_by_a_worker_once(
    cast: Cast, holding: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover_work, "MOST_AT_ONCE", 2)
    page, path, api = signed_in(cast.ada), f"/w/acme/people/{cast.rick.pk}/handovers/", f"people/{cast.rick.pk}"

    def work() -> bool:
        return handover_work.work_on_next(cast.acme, lambda: LATER)

    asked = send(cast.ada, "post", f"{api}/departure", {})
    assert (asked.status_code, asked.json()["state"], asked["Location"]) == (
        202, "waiting", f"/api/v1/w/acme/{api}/handovers/{asked.json()['id']}"
    )  # fmt: skip
    assert send(cast.ada, "post", f"{api}/departure", {}).json()["id"] == asked.json()["id"]
    assert send(cast.ada, "post", f"{api}/handovers", {"kind": "role", "role": "leader"}).status_code == 409
    assert send(cast.mona, "post", f"{api}/departure", {}).status_code == 403
    told = page.get(path).content
    assert b"Waiting for a worker" in told and b"every 3s" in told
    one = f"{api}/handovers/{asked.json()['id']}"

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(handover_work, "_do", killed)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert HandoverPlan.objects.get().state == "running" and held(cast.rick) == (1, 1, 1, 1)
    with monkeypatch.context() as broken:
        broken.setattr(Occasion, "carry_out", lambda *_, **__: 1 / 0)  # when all else is written
        assert work() and not work()
    failed = signed_in(cast.ada).get(f"/api/v1/w/acme/{one}").json()
    assert (failed["state"], failed["error"][:17]) == ("failed", "ZeroDivisionError")
    assert held(cast.rick) == (1, 1, 1, 1) and b"Try again" in page.get(path).content
    assert send(cast.mona, "post", f"{one}/retry", {}).status_code == 403
    assert send(cast.ada, "post", f"{one}/reversal", {}).status_code == 422
    people, hand_on, keep_heirs = Member.objects.all(), departing._hand_over, departing._keep_heirs

    def heirs_left(plan: Plan) -> None:
        people.filter(pk__in=[share.member.pk for share in plan.shares]).update(is_active=False)
        keep_heirs(plan)

    def more_came_in(plan: Plan, *rest: Any) -> Any:
        if plan.counts["account"]:
            make_records(cast.acme, path="sales/discovery", owner=cast.rick, team=holding)
        return hand_on(plan, *rest)

    assert page.post(f"{path}{asked.json()['id']}/retry/").status_code == 302
    people.filter(pk=cast.ada.pk).update(role="leader")  # permitted when it was asked for, and no longer
    assert work() and HandoverPlan.objects.get().error.startswith("Your role")
    people.filter(pk=cast.ada.pk).update(role="owner")
    assert send(cast.ada, "post", f"{one}/retry", {}).status_code == 202
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(departing, "_keep_heirs", heirs_left)
        with pytest.raises(WorldMovedOn, match="changes at this moment"):
            work()
    assert held(cast.rick) == (1, 1, 1, 1) and HandoverPlan.objects.get().is_under_way  # the next tick takes it
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(departing, "_hand_over", more_came_in)
        assert work() and not work()
    assert held(cast.rick) == (0, 0, 0, 0) and not Member.objects.get(pk=cast.rick.pk).is_active
    told = signed_in(cast.ada).get(f"/api/v1/w/acme/{one}").json()
    assert (told["state"], len(told["moves"]), told["undone"]) == ("done", 5, [])
    assert send(cast.ada, "post", f"{one}/reversal", {}).status_code == 202
    assert work()
    plan = HandoverPlan.objects.get()
    assert (plan.work, plan.state, plan.undone_by) == ("undo", "done", cast.ada) and not work()
    assert held(cast.rick) == (1, 2, 1, 1)
