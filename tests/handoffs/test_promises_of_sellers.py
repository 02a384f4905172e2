"""Promises are taken in with the packet, found late by their day, decided, and told by who made them."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from core.tenancy.sweeps import workspaces_with
from handoffs.actions import promising
from handoffs.models import Commitment, Handoff, Task
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db
PACKET = {"goals": "Grow", "stakeholders": "The board", "scope": "All seats", "dates": "In May", "risks": "None"}
SAID = "- Single sign-on by 2026-03-20\n- A named contact\nImport of the old CRM, by 2026-03-10."


def test_what_sales_promised_is_kept_broken_and_told_by_seller(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        [deal] = make_records(cast.acme, path="sales/closed_won", name="Initech", amount=9, owner=cast.rick)
        [handoff] = offer_records(cast.acme, [deal], seam_key="sales_to_success", by=cast.rick)
    path = f"{API}/handoffs/{handoff.number}"

    def sent(address: str, body: dict[str, Any], status: int = 200) -> Any:
        answer = client.post(f"{API}/{address}", body, JSON)
        assert answer.status_code == status, answer.json()
        return answer.json()

    with time_machine.travel(MONDAY_10 + timedelta(hours=1), tick=False):
        as_(cast.rick, client)
        for said in ("2026-02-31", "04.05.2026", "5/4", "4 May", "March 2026.", "2026-05-04 for free"):
            wrong = client.patch(f"{path}/packet", {"promises": f"SSO by {said}"}, JSON)
            assert (wrong.status_code, wrong.json()["field"]) == (422, "promises"), said
        assert client.patch(f"{path}/packet", PACKET | {"promises": SAID}, JSON).json()["missing"] == []
        as_(cast.cleo, client)
        customer = client.post(f"{path}/acceptance").json()["result"]
        told = client.get(f"{API}/records/{deal.number}/promises").json()
        assert [(each["title"], each["due_on"], each["made_by"]["name"], each["owner"]["name"]) for each in told] == [
            ("Import of the old CRM", "2026-03-10", "Rick", "Cleo"),
            ("Single sign-on", "2026-03-20", "Rick", "Cleo"),
            ("A named contact", None, "Rick", "Cleo"),
        ]
        crm, sso, contact = (f"promises/{each['number']}" for each in told)
        assert {each["record"]["number"] for each in told} == {customer}
        as_(cast.rick, client)  # whose figure it is
        sent(f"{contact}/decision", {"state": "void", "note": "Never said"}, 403)
        as_(cast.cleo, client)
        sent(f"{contact}/decision", {"state": "void"}, 422)
        assert sent(f"{contact}/decision", {"state": "kept"})["late_at"] is None
        assert sent(f"{contact}/decision", {"state": "broken"}, 409)["code"] == "already_decided"
        told = client.get(f"{API}/records/{deal.number}/promises").json()
        assert told[-1]["title"] == "A named contact"  # what is to be kept comes first

    assert workspaces_with(promising.DUE_WORKSPACES) == []  # nothing is committed yet; the scanner may look
    with workspace_scope(cast.acme):
        assert promising.find_late(cast.acme, MONDAY_10 + timedelta(days=8)) == 0  # the day itself is not over
        late = MONDAY_10 + timedelta(days=9)
        assert promising.find_late(cast.acme, late) == 1 and promising.find_late(cast.acme, late) == 0
        task = Task.objects.get(kind="promise")
        assert task.assignee_id == cast.cleo.pk and "Import of the old CRM" in task.title
    with time_machine.travel(late, tick=False):
        as_(cast.rosa, client)
        sent(f"{crm}/decision", {"state": "kept"}, 403)
        as_(cast.cleo, client)
        assert client.get(f"{API}/promises?state=late").json()["results"][0]["title"] == "Import of the old CRM"
        kept = sent(f"{crm}/decision", {"state": "kept", "note": "A week late"})
        assert kept["late_at"] and kept["decided_by"]["name"] == "Cleo"
        sent(f"{sso}/decision", {"state": "broken"})
        assert sent(f"{sso}/consequence", {"consequence": "churn"}, 422)["code"] == "not_lost"
        sent(f"records/{customer}/advance", {"to": "churned", "reason": "missing_feature"})
        assert sent(f"{sso}/consequence", {"consequence": "churn"})["lost"] == customer
        by_hand = sent(f"records/{customer}/promises", {"title": "A refund", "due_on": "2026-04-01"}, 201)
        assert (by_hand["made_by"]["name"], by_hand["seam"]) == ("Cleo", None)
        sent(f"records/{customer}/promises", {"title": " "}, 422)
        sent(f"records/{customer}/promises", {"title": "Ever", "due_on": "9999-12-31"}, 422)
        page = client.get(f"/w/acme/records/{customer}/path/").content.decode()
        assert "Import of the old CRM" in page and "Kept late" in " ".join(page.split())
        assert client.post(f"/w/acme/promises/{by_hand['number']}/decision/", {"state": "kept"}).status_code == 302
        assert "A refund" in client.get("/w/acme/promises/?state=kept").content.decode()
        as_(cast.vera, client)
        seam = client.get(f"{API}/funnel/seams/sales_to_success?period=30d").json()
        [rick] = seam["promises"]
        assert (rick["name"], rick["made"], rick["kept"], rick["kept_late"], rick["broken"], rick["lost"]) == (
            "Rick", 3, 2, 1, 1, 1,
        )  # fmt: skip
        assert rick["kept_ratio"] == pytest.approx(1 / 3)
        with workspace_scope(cast.acme):
            Commitment.objects.filter(seam__key="sales_to_success", state="broken").update(state="void")
        [rick] = client.get(f"{API}/funnel/seams/sales_to_success?period=30d").json()["promises"]
        assert (rick["void"], rick["broken"], rick["kept_ratio"]) == (1, 0, 0.5)
        assert "Promises by seller" in client.get("/w/acme/funnel/seams/sales_to_success/?period=30d").content.decode()
    with workspace_scope(cast.acme):
        task.refresh_from_db()
        assert task.done_by_id == cast.cleo.pk


def test_what_was_written_before_the_item_held_promises_holds_nobody_up(cast: Cast, client: Client) -> None:
    said = f"SSO by 2026-03-10\nAn importer by 2026-02-31\n{400 * 'x'}\nEver, by 9999-12-31"
    with workspace_scope(cast.acme):
        [deal] = make_records(cast.acme, path="sales/closed_won", name="Initech", amount=9, owner=cast.rick)
        [handoff] = offer_records(cast.acme, [deal], seam_key="sales_to_success", by=cast.rick)
        Handoff.objects.update(packet=PACKET | {"promises": said})  # as plain text was kept
    with time_machine.travel(MONDAY_10 + timedelta(hours=1), tick=False):
        answer = as_(cast.cleo, client).post(f"{API}/handoffs/{handoff.number}/acceptance")
        assert answer.status_code == 200, answer.json()
    with workspace_scope(cast.acme):
        taken = list(Commitment.objects.order_by("number").values_list("title", "due_on"))
        assert taken == [
            ("SSO", date(2026, 3, 10)),
            ("An importer by 2026-02-31", None),
            (300 * "x", None),
            ("Ever, by 9999-12-31", None),
        ]
        Record.objects.update(owner=cast.cleo)
        Member.objects.filter(pk=cast.cleo.pk).update(is_active=False)
        assert promising.find_late(cast.acme, MONDAY_10 + timedelta(days=9)) == 1
        assert Task.objects.get(kind="promise").assignee_id == cast.rick.pk  # who made it; who kept it has left
