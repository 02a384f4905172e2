"""Two seams at one stage: a won deal is handed to customer success and to who writes the invoice."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from blueprint.documents import document
from core.people.functions import Function
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from handoffs.queries.limbo import limbo_counts
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast, join
from tests.governance.impacts import asked
from tests.governance.test_rescoring import TUESDAY, published
from tests.handoffs.factories import make_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db
TURNS = {"label": "Finance writes the invoice", "expression": "true", "target": "pool", "pool": "finance"}


def billing_at_won(cast: Cast) -> list[Any]:
    """A second seam at closed won, as edits."""
    seam: dict[str, Any] = next(
        each
        for each in document(cast.acme.pk, cast.acme.blueprint_version)["seams"]
        if each["key"] == "sales_to_success"
    )
    billing = {**seam, "key": "sales_to_finance", "label": "Sales → Finance", "to": "finance", "packet": []}
    billing |= {"on_accept": {}, "routing": [TURNS], "first_touch": {}}
    pool = {"key": "finance", "label": "Finance", "function": "finance"}
    return [(["pools", {"key": "finance"}], pool), (["seams", {"key": "sales_to_finance"}], billing)]


def with_billing(cast: Cast) -> None:
    """Acme with a second seam at closed won."""
    published(cast, billing_at_won(cast))


def test_each_seam_of_a_stage_offers_holds_and_is_answered_by_itself(cast: Cast, client: Client) -> None:
    made = as_(cast.ada, client).post(f"{API}/teams", {"name": "Billing", "function": "finance"}, content_type=JSON)
    assert made.status_code == 201, made.json()
    fay = join(cast.acme, "Fay", "rep", Function.FINANCE)
    with workspace_scope(cast.acme):
        make_records(cast.acme, path="sales/closed_won", name="Won before", at=MONDAY_10)
        change, impact = asked(cast, billing_at_won(cast))
        [told] = impact.summary["records"]
        assert (told["seam"], told["is_gate_changed"], told["routing"]["handoffs_after"]) == (
            "Sales → Finance",
            False,
            1,
        )
        assert (
            told["routing"]["load"] == [{"name": "Fay", "before": 0, "after": 1}] and told["routing"]["standing"] == 1
        )
        shown = as_(cast.dana, client).get(f"/w/acme/changes/{change.number}/impact/").content.decode()
        assert "Sales → Finance is new here" in shown and "would have been offered 1" in shown
        unoffered = limbo_counts(cast.acme, TUESDAY).counts
        cast.acme = published(cast, billing_at_won(cast))
        assert limbo_counts(cast.acme, TUESDAY).counts == unoffered  # what was won before is no debt to a new seam
        [deal] = make_records(cast.acme, path="sales/negotiation", name="Initech", amount=9, owner=cast.rick)
        Record.objects.filter(pk=deal.pk).update(properties={"next_step": "Sign"}, closes_on=MONDAY_10.date())
    as_(cast.mona, client)
    with time_machine.travel(TUESDAY, tick=False):
        moved = client.post(f"{API}/records/{deal.number}/advance", {"to": "closed_won"}, content_type=JSON)
        assert moved.status_code == 200, moved.json()
        with workspace_scope(cast.acme):
            offered = dict(Handoff.objects.open().values_list("seam__key", "number"))
        assert sorted(offered) == ["sales_to_finance", "sales_to_success"]
        lost = {"to": "closed_lost", "reason": "price", "override": True}
        held = client.post(f"{API}/records/{deal.number}/advance", lost, content_type=JSON)
        assert (held.status_code, held.json()["code"]) == (409, "handoff_open")
        assert all(f"#{number}" in held.json()["detail"] for number in offered.values())
        assert {each["handoff"] for each in held.json()["facts"]["handoffs"]} == set(offered.values())
        taken = as_(fay, client).post(f"/w/acme/handoffs/{offered['sales_to_finance']}/acceptance/")
        bill = client.get(f"{API}/handoffs/{offered['sales_to_finance']}").json()
        assert taken.status_code == 302 and (bill["state"], bill["assignee"]["name"]) == ("accepted", "Fay")
        bands = as_(cast.mona, client).get(f"{API}/funnel").json()["bands"]
        assert {"function": "finance", "label": "Finance"} in [
            {k: each[k] for k in ("function", "label")} for each in bands
        ]
        held = client.post(f"{API}/records/{deal.number}/advance", lost, content_type=JSON)
        assert f"#{offered['sales_to_success']}" in held.json()["detail"] and "handoffs" not in held.json()["facts"]
        client.post(f"{API}/handoffs/{offered['sales_to_success']}/recall", {}, content_type=JSON)
        path = client.get(f"/w/acme/records/{deal.number}/path/").content.decode()
        assert "Offer Sales → Customer success again" in path and "Offer Sales → Finance again" in path
        again = {"record": deal.number, "seam": "sales_to_success"}
        assert client.post(f"{API}/handoffs", again, content_type=JSON).status_code == 201
        path = client.get(f"/w/acme/records/{deal.number}/path/").content.decode()
        assert "Offer Sales → Customer success" not in path and "Offer Sales → Finance again" in path
    named = {"label": "Mona looks at all", "expression": "true", "target": "member", "member": "mona@acme.example"}
    edits: list[Any] = [
        (["seams", {"key": key}, "routing"], [named]) for key in ("sales_to_success", "sales_to_finance")
    ]
    with workspace_scope(cast.acme):
        told = asked(cast, edits)[1].summary["records"]
    assert [(each["seam"], each["routing"]["rerouted"]) for each in told] == [
        ("Sales → Customer success", 2), ("Sales → Finance", 1)
    ]  # fmt: skip
    assert not any(each["is_gate_changed"] for each in told)
