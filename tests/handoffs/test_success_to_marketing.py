"""Customers who would be told of go from customer success back to marketing."""

from typing import Any

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff, Task
from lifecycle.models import Record
from tests.cast import Cast
from tests.handoffs.factories import make_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db
STORY = {"offer": "case study", "contact": "Peter", "story": "They answer on the same day", "consent": "Name and logo"}


def test_an_advocate_is_offered_to_marketing_told_of_and_never_lost_by_a_refusal(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        leads = make_records(cast.acme, 2, path="lifecycle/customer", owner=cast.cleo, email="")
        Record.objects.update(properties={"phone": "+49 30 1"})

    def said(path: str, body: dict[str, Any] | None = None) -> Any:
        return client.post(f"{API}/{path}", body or {}, JSON).json()

    as_(cast.cleo, client)
    for lead in leads:
        said(f"records/{lead.number}/advance", {"to": "advocate"})
    with workspace_scope(cast.acme):
        first, second = Handoff.objects.open().filter(seam__key="success_to_marketing").order_by("number")
        assert first.assignee_id == second.assignee_id == cast.dana.pk
    packet = f"{API}/handoffs/{first.number}/packet"
    wrong = client.patch(packet, STORY | {"offer": "A cake"}, JSON)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "offer")
    assert client.patch(packet, STORY, JSON).status_code == 200
    as_(cast.dana, client)
    assert said(f"handoffs/{first.number}/acceptance")["state"] == "accepted"
    assert said(f"handoffs/{second.number}/rejection", {"reason": "no_interest"})["state"] == "rejected"
    with workspace_scope(cast.acme):
        assert set(Record.objects.values_list("stage__key", flat=True)) == {"advocate"}
        assert Task.objects.get(kind="returned").assignee_id == cast.cleo.pk
