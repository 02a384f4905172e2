"""Whose a company is on each side: by hand, by accepting, by rule; dated, told, and asked by routing."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import BadInput, NotPermitted
from core.history.models import Event
from core.people.functions import Function
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.actions.answering import accept
from handoffs.actions.offer_batch import offer_batch
from handoffs.actions.reassigning import reassign
from handoffs.actions.taking_back import undo_answer
from handoffs.models import Assignment, Handoff
from lifecycle import account_queries
from lifecycle.actions.owning_accounts import give_account, put_under
from lifecycle.models import Account, AccountOwner
from tests.cast import MONDAY_10, Cast
from tests.governance.test_rescoring import published
from tests.handoffs.factories import make_records, offer_records, seam_with
from tests.lifecycle.test_owners import send, signed_in

pytestmark = pytest.mark.django_db
LATER = MONDAY_10 + timedelta(hours=1)
SALES, SUCCESS = Function.SALES, Function.CUSTOMER_SUCCESS


def read(by: Member, path: str) -> Any:
    return signed_in(by).get(f"/api/v1/w/acme/{path}").json()


def companies(*names: str, **said: Any) -> list[Account]:
    return [
        Account.objects.create(number=number, name=name, name_key=account_queries.name_key(name), **said)
        for number, name in enumerate(names, start=1)
    ]


def test_each_side_has_its_own_owner_and_the_past_stays(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [initech] = companies("Initech")
        give_account(initech, SALES, cast.rick, is_named=True, why="Strategic", by=cast.mona, at=MONDAY_10)
        give_account(initech, SUCCESS, cast.cleo, by=cast.ada, at=MONDAY_10)
        give_account(initech, SALES, cast.rosa, is_named=True, by=cast.mona, at=LATER)
        give_account(initech, SALES, cast.rosa, is_named=True, by=cast.mona, at=LATER + timedelta(hours=1))
        rows = AccountOwner.objects.order_by("since", "function").values_list("function", "member__name", "until")
        assert list(rows) == [(SUCCESS, "Cleo", None), (SALES, "Rick", LATER), (SALES, "Rosa", None)]
        told = Event.objects.filter(kind="account.owner_changed").order_by("at", "id")
        assert [(each.facts["side"], each.facts["from_name"], each.facts["owner"]) for each in told] == [
            (SALES, None, "Rick"), (SUCCESS, None, "Cleo"), (SALES, "Rick", "Rosa")
        ]  # fmt: skip
        assert (told[0].facts["why"], told[0].facts["is_named"], told[0].actor) == ("Strategic", True, cast.mona)
        for owner, by, refusal, said in (
            (cast.cleo, cast.mona, BadInput, "no team of Sales"),
            (cast.vera, cast.ada, BadInput, "does not work on records"),
            (cast.rick, cast.rick, NotPermitted, "role"),
        ):
            with pytest.raises(refusal, match=said):
                give_account(initech, SALES, owner, by=by, at=LATER)
        with pytest.raises(NotPermitted, match="Marketing"):
            give_account(initech, Function.MARKETING, None, by=cast.mona, at=LATER)


def test_the_receiving_sides_owner_is_asked_up_the_line_and_never_the_senders(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        group, initech, other = companies("Initech Group", "Initech", "Hooli")
        Account.objects.filter(pk=other.pk).update(domain="hooli.example")
        put_under(initech, group, by=cast.mona, at=MONDAY_10)
        with pytest.raises(BadInput, match="belongs to"):
            put_under(group, initech, by=cast.mona, at=MONDAY_10)
        give_account(initech, SUCCESS, cast.cleo, by=cast.ada, at=MONDAY_10)
        give_account(group, SALES, cast.rosa, is_named=True, by=cast.ada, at=MONDAY_10)
        give_account(other, SALES, cast.rick, by=cast.ada, at=MONDAY_10)
        above, by_domain = make_records(cast.acme, 2, account=initech)
        by_domain.domain = "hooli.example"
        by_domain.save()
        given = {each.record_id: each for each in offer_records(cast.acme, [above, by_domain])}
        assert (given[above.pk].assignee, given[by_domain.pk].assignee) == (cast.rosa, cast.rick)
        trace = Assignment.objects.get(handoff=given[above.pk]).trace
        assert (trace["matched"], trace["account"]) == (0, {"name": "Initech Group", "how": "parent"})
        trace = Assignment.objects.get(handoff=given[by_domain.pk]).trace
        assert trace["rules"][0]["why"] == "the account is no named account"
        assert (trace["matched"], trace["account"]["how"]) == (1, "domain")


def test_accepting_and_rules_give_the_company_and_a_batch_does_as_one_by_one(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "keeps_account"], "where_none")])
        initech, hooli, globex = companies("Initech", "Hooli", "Globex")
        [record] = make_records(cast.acme, account=initech, email="a@x.example")
        [handoff] = offer_records(cast.acme, [record])
        accept(handoff, by=handoff.assignee, at=LATER)
        row = AccountOwner.objects.get()
        assert (row.account, row.function, row.member, row.cause) == (initech, SALES, handoff.assignee, "accepted")
        [aside] = offer_records(cast.acme, make_records(cast.acme, account=globex, email="b@y.example"))
        reassign(aside, cast.cleo, by=cast.mona, at=LATER)
        accept(aside, by=cast.cleo, at=LATER)  # of another side: routing would pass her over
        assert AccountOwner.objects.get() == row
        last = {"label": "Turns", "expression": "true", "target": "pool", "pool": "sales", "keeps_account": True}
        owner = {"label": "Its owner", "expression": "true", "target": "account_owner"}
        seam = seam_with(cast.acme, routing=[owner, last])
        records = make_records(cast.acme, 4, account=hooli)
        offer_batch(cast.acme, seam, [each.pk for each in records], by=None, at=LATER)
        held = set(Handoff.objects.filter(record__in=records).values_list("assignee", flat=True))
        assert held == {AccountOwner.objects.get(account=hooli, cause="rule").member_id}


def test_taking_an_acceptance_back_gives_the_company_back(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "keeps_account"], "always")])
        [initech] = companies("Initech")
        [record] = make_records(cast.acme, account=initech, email="a@x.example")
        [handoff] = offer_records(cast.acme, [record])
        taker, other = (cast.rick, cast.rosa) if handoff.assignee == cast.rick else (cast.rosa, cast.rick)
        give_account(initech, SALES, other, is_named=True, by=cast.mona, at=MONDAY_10)
        accept(handoff, by=taker, at=LATER)
        assert AccountOwner.objects.get(until=None).member == taker
        undo_answer(handoff, "accepted", by=taker, at=LATER + timedelta(seconds=5))
        row = AccountOwner.objects.get(until=None)
        assert (row.member, row.is_named, row.cause) == (other, True, "hand")


def test_page_and_api_say_whose_it_is_and_what_looks_alike(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        companies("Initech", "Initech, Inc.", "Initrode", "Hooli")
    page = signed_in(cast.mona)
    form = {"side": "sales", "owner": str(cast.rick.pk), "is_named": "on", "why": "Asked for"}
    assert page.post("/w/acme/accounts/1/owners/", form).status_code == 302
    refused = page.post("/w/acme/accounts/1/owners/", {**form, "owner": str(cast.cleo.pk)})
    assert refused.status_code == 422 and b"sits in no team of Sales" in refused.content
    assert page.post("/w/acme/accounts/2/parent/", {"parent": "1"}).status_code == 302
    assert page.post("/w/acme/accounts/1/parent/", {"parent": "9"}).status_code == 422
    shown = page.get("/w/acme/accounts/1/").content.decode()
    assert "named account" in shown and "By hand, Mona: Asked for" in shown
    put = send(cast.ada, "put", "accounts/1/owners/sales", {"owner": "rosa@acme.example"}).json()
    assert [(each["side"], each["owner"]["name"], each["is_named"]) for each in put["owners"]] == [
        ("sales", "Rosa", False)
    ]
    assert [each["until"] is None for each in read(cast.rick, "accounts/1/owners")] == [True, False]
    assert send(cast.ada, "delete", "accounts/1/owners/sales", {}).json()["owners"] == []
    assert send(cast.ada, "put", "accounts/3/parent", {"parent": 4}).json()["parent"]["name"] == "Hooli"
    for path, body, field in (
        ("accounts/1/owners/catering", {"owner": "rosa@acme.example"}, "side"),
        ("accounts/1/owners/sales", {"owner": "cleo@acme.example"}, "owner"),
        ("accounts/1/owners/sales", {"owner": "nobody@acme.example"}, "owner"),
        ("accounts/1/parent", {"parent": 9}, "parent"),
    ):
        answer = send(cast.ada, "put", path, body)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    similar = read(cast.rick, "accounts/3/similar")
    assert similar == []
    with workspace_scope(cast.acme):
        Account.objects.filter(number=2).update(parent=None)
    [alike] = read(cast.rick, "accounts/1/similar")
    assert (alike["account"]["number"], alike["why"]) == (2, "a name that looks alike")
