"""A handoff is started from a record's page or by a program: offered, moved to the seam, or made as the next record."""

from typing import Any

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from lifecycle.models import Record
from tests.cast import Cast
from tests.handoffs.factories import make_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db
SIGNAL = {"seam": "success_to_sales", "packet": {"signal": "They asked for more seats"}}
STORY = {"packet-contact": "Peter", "packet-story": "They answer on the same day", "packet-consent": "Name and logo"}


def test_customer_success_starts_a_handoff_to_sales_and_one_to_marketing(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        [lead] = make_records(cast.acme, path="lifecycle/customer", email="pia@initech.example", owner=cast.cleo)
        [customer] = make_records(cast.acme, path="onboarding/live", origin=lead, name="Initech", owner=cast.cleo)
    offers, page = f"{API}/records/{customer.number}/offers", f"/w/acme/records/{customer.number}/offers/"

    def started(body: dict[str, Any], status: int = 201) -> Any:
        answer = client.post(offers, body, JSON)
        assert answer.status_code == status, answer.json()
        return answer.json()

    as_(cast.rick, client)
    assert started(SIGNAL, 403)["code"] == "not_yours_to_fill"
    assert started({"seam": "success_to_marketing"}, 403)["code"] == "not_yours_to_fill"  # of neither side
    with workspace_scope(cast.acme):
        [stands] = make_records(cast.acme, path="lifecycle/mql")
    asked = {"record": stands.number, "seam": "marketing_to_sales"}
    refused = client.post(f"{API}/handoffs", asked, JSON)  # it stands there: whoever receives gets none by asking
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours_to_fill")
    told = client.get(f"{API}/records/{stands.number}/offers").json()
    assert {each["may_start"] for each in told if each["seam"] == "marketing_to_sales"} == {False}
    shown = client.get(f"/w/acme/records/{stands.number}/offers/").content.decode()
    assert "Not yours to start" in shown and "seam=marketing_to_sales" not in shown
    assert "Offer Marketing" not in client.get(f"/w/acme/records/{stands.number}/path/").content.decode()
    as_(cast.cleo, client)
    ways = {each["seam"]: each for each in client.get(offers).json()}
    assert {key: each["way"] for key, each in ways.items()} == {
        "marketing_to_sales": None,
        "sales_to_success": None,
        "success_to_sales": "makes",
        "renewal_to_sales": None,
        "success_to_marketing": "moves",
    }
    assert ways["success_to_sales"]["missing"] == ["What was seen"] and ways["success_to_sales"]["ready"]
    assert [each["label"] for each in ways["success_to_sales"]["asked"]] == ["The signal is described"]
    assert ways["success_to_marketing"]["record"] == lead.number
    assert started({"seam": "sales_to_success"}, 422)["code"] == "not_at_trigger"

    first = started(SIGNAL | {"properties": {"expansion_signal": "Nine tenths of the seats"}})
    assert (first["missing"], first["offered_by"]["name"]) == ([], "Cleo")
    assert started(SIGNAL)["number"] == first["number"]  # it is on its way: no second one
    with workspace_scope(cast.acme):
        deal = Record.objects.get(number=first["record"]["number"])
        assert (deal.origin_id, deal.kind, deal.name) == (customer.pk, "opportunity", "Initech")
        assert deal.properties["expansion_signal"] == "Nine tenths of the seats"
    as_(cast.mona, client)
    client.post(f"{API}/handoffs/{first['number']}/acceptance")
    assert started(SIGNAL, 422)["code"] == "on_its_way"
    for stage in ("proposal", "won"):
        client.patch(f"{API}/records/{deal.number}", {"amount": "5"}, JSON)
        client.post(f"{API}/records/{deal.number}/advance", {"to": stage}, JSON)
    assert started(SIGNAL)["record"]["number"] != deal.number  # who bought more may buy more again

    as_(cast.cleo, client)
    assert "Start a handoff" in client.get(f"/w/acme/records/{customer.number}/path/").content.decode()
    assert "Customer success → Marketing" in client.get(page).content.decode()
    assert "Whom to ask" in client.get(f"{page}?seam=success_to_marketing").content.decode()
    wrong = client.post(page, {"seam": "success_to_marketing", **STORY, "packet-offer": "A cake"})
    assert wrong.status_code == 422 and "is none of: Referral" in wrong.content.decode()
    assert "They answer on the same day" in wrong.content.decode()  # what was typed is kept
    sent = client.post(page, {"seam": "success_to_marketing", **STORY, "packet-offer": "Referral"})
    with workspace_scope(cast.acme):
        handoff = Handoff.objects.open().get(record=lead)
        assert sent.url == f"/w/acme/handoffs/{handoff.number}/" and handoff.packet["offer"] == "Referral"


def test_a_packet_is_filled_in_before_and_goes_with_the_offer(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        about = {"name": "Initech", "amount": 9, "owner": cast.rick, "closes_on": "2026-05-01"}
        [deal] = make_records(cast.acme, path="sales/negotiation", properties={"next_step": "Sign"}, **about)
    draft, page = f"{API}/records/{deal.number}/packets/sales_to_success", f"/w/acme/records/{deal.number}"
    as_(cast.cleo, client)
    assert client.patch(draft, {"goals": "Grow"}, JSON).json()["code"] == "not_yours_to_fill"
    as_(cast.rick, client)
    for seam, field in (("gone", "seam"), ("marketing_to_sales", "seam"), ("success_to_sales", "seam")):
        refused = client.patch(draft.replace("sales_to_success", seam), {}, JSON)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert client.patch(draft, {"hue": "red"}, JSON).json()["field"] == "hue"
    told = client.patch(draft, {"goals": "Halve the time to a first call"}, JSON).json()
    assert (told["way"], told["ready"], len(told["missing"])) == ("moves", True, 5)
    assert client.post(f"{page}/packets/sales_to_success/", {"packet-risks": "None"}).status_code == 302
    shown = client.get(f"{page}/path/").content.decode()
    assert "2 of 6 filled in" in shown and "Stakeholders, Promises made, Scope sold, Dates that matter" in shown
    assert "Halve the time to a first call" in client.get(f"{page}/offers/?seam=sales_to_success").content.decode()

    assert client.post(f"{API}/records/{deal.number}/advance", {"to": "closed_won"}, JSON).status_code == 200
    with workspace_scope(cast.acme):
        handoff = Handoff.objects.open().get(record=deal)
    assert handoff.packet == {"goals": "Halve the time to a first call", "risks": "None"}
    assert client.patch(draft, {"goals": "Other"}, JSON).json()["facts"] == {"handoff": handoff.number}
    client.patch(f"{API}/handoffs/{handoff.number}/packet", {"goals": "Twice as many calls"}, JSON)
    client.post(f"{API}/handoffs/{handoff.number}/recall", {}, JSON)
    again = client.post(f"{API}/records/{deal.number}/offers", {"seam": "sales_to_success"}, JSON).json()
    assert again["packet"] == {"goals": "Twice as many calls", "risks": "None"}  # what was filled in later stands
