"""A move and a change of owner are taken back within ten seconds, with all that they did."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.history.models import Event
from core.tenancy.scope import workspace_scope
from handoffs.models import Clock, Handoff, PlaybookRun
from lifecycle.models import Account, AccountOwner, Record
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records
from tests.handoffs.test_api import API, JSON, as_
from tests.handoffs.test_bulk_undo import as_it_is, broken
from tests.handoffs.test_undo import PLAYBOOK

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
SEAM = ["seams", {"key": "marketing_to_sales"}]
OVERRIDE = {"override": True, "reason": "customer_request", "note": "We know them"}


def holding() -> dict[str, Any]:
    """What holds now; who had a turn and gave it back had none."""
    found = as_it_is()
    return found | {"turns": {each: times for each, times in found["turns"].items() if not each.endswith(", 0)")}}


def test_a_move_is_taken_back_with_what_it_offered_and_began(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        rules = [{"label": "All", "expression": "true", "target": "pool", "pool": "sales", "keeps_account": True}]
        begins = PLAYBOOK | {"stage": "lifecycle/mql"}
        cast.acme = published(cast, [(["playbooks", {"key": "spring"}], begins), ([*SEAM, "routing"], rules)])
        company = Account.objects.create(number=7, name="Initech", name_key="initech")
        [lead] = make_records(cast.acme, path="lifecycle/recycled", owner=cast.dana, account=company)
        before, were = holding(), broken(cast)
    url, page = f"{API}/records/{lead.number}/last-move", f"/w/acme/records/{lead.number}/"
    with time_machine.travel(MONDAY_10 + HOUR, tick=False) as clock:
        as_(cast.mona, client)
        assert client.get(url).status_code == 204 and client.delete(url).json()["code"] == "not_moved"
        for rounds in range(2):
            moved = client.post(f"{API}/records/{lead.number}/advance", {"to": "mql", **OVERRIDE}, JSON)
            assert moved.status_code == 200, moved.json()
            with workspace_scope(cast.acme):
                assert Handoff.objects.open().count() == 1 and AccountOwner.objects.filter(until=None).count() == 1
                assert PlaybookRun.objects.filter(ended_at=None).count() == 1
            assert client.get(url).json()["said"] == "Moved to Marketing qualified"
            assert f"{page}advance/undo/" in client.get(f"{page}path/", headers={"hx-request": "true"}).content.decode()
            assert as_(cast.ada, client).delete(url).json()["code"] == "not_yours"
            assert client.get(url).status_code == 204  # nothing that Ada did
            clock.shift(4 * SECOND)
            as_(cast.mona, client)
            if rounds:
                assert client.post(f"{page}advance/undo/").status_code == 302
            else:
                assert client.delete(url).json()["stage"] == "recycled"
            assert client.delete(url).json()["code"] == "moved_on"
            with workspace_scope(cast.acme):
                after = holding()
                assert {name: after[name] for name in before} == before and broken(cast) == were
                assert Event.objects.filter(kind="record.move_undone", actor=cast.mona).count() == rounds + 1
            clock.shift(SECOND)
        client.post(f"{API}/records/{lead.number}/advance", {"to": "mql", **OVERRIDE}, JSON)
        clock.shift(SECOND)
        number = client.get(f"{API}/handoffs?state=offered").json()["results"][0]["number"]
        client.post(f"{API}/handoffs/{number}/assignment", {"to": cast.mona.email}, JSON)
        refused = client.delete(url)
        assert (refused.status_code, refused.json()["code"]) == (409, "done_since")
        assert refused.json()["facts"]["handoff"] == number
        shown = client.get(f"{page}path/", headers={"hx-request": "true"}).content.decode()
        assert "It is not taken back:" in shown and "advance/undo/" not in shown
        clock.shift(20 * SECOND)
        assert client.delete(url).json()["code"] == "too_late_to_undo"


def test_what_a_move_made_goes_and_clocks_it_stopped_go_on(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        step = {"key": "qualified", "label": "Qualified", "minutes": 60, "done_when": 'stage == "sql"'}
        cast.acme = published(cast, [([*SEAM, "steps"], [step])])
        [lead] = make_records(cast.acme, path="lifecycle/mql", owner=cast.rick)
    with time_machine.travel(MONDAY_10 + HOUR, tick=False) as clock:
        as_(cast.mona, client)
        offered = client.post(f"{API}/handoffs", {"record": lead.number, "seam": "marketing_to_sales"}, JSON).json()
        assert client.post(f"{API}/handoffs/{offered['number']}/acceptance").status_code == 200
        clock.shift(SECOND)
        for to in ("sql", "opportunity"):
            with workspace_scope(cast.acme):
                before, were = holding(), broken(cast)
            moved = client.post(f"{API}/records/{lead.number}/advance", {"to": to, **OVERRIDE}, JSON)
            assert moved.status_code == 200, moved.json()
            with workspace_scope(cast.acme):
                running = Clock.objects.filter(kind="qualified", stopped_at=None).count()
                assert (running, Record.objects.filter(kind="opportunity").count()) == (0, to == "opportunity")
            clock.shift(SECOND)
            assert client.delete(f"{API}/records/{lead.number}/last-move").status_code == 200
            with workspace_scope(cast.acme):
                after = holding()
                assert {name: after[name] for name in before} == before and broken(cast) == were, to
            client.post(f"{API}/records/{lead.number}/advance", {"to": to, **OVERRIDE}, JSON)
            clock.shift(SECOND)
        with workspace_scope(cast.acme):
            before, deal = holding(), Record.objects.get(kind="opportunity")
        lost = {"to": "closed_lost", "reason": "poor_fit"}
        assert client.post(f"{API}/records/{deal.number}/advance", lost, JSON).json()["stage"] == "closed_lost"
        with workspace_scope(cast.acme):
            assert Record.objects.get(pk=lead.pk).stage.key == "lost"
        clock.shift(SECOND)
        assert client.delete(f"{API}/records/{deal.number}/last-move").json()["stage"] == "discovery"
        with workspace_scope(cast.acme):
            assert holding() == before and broken(cast) == were  # the lead that followed, too


def test_a_change_of_owner_is_taken_back(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        [lead] = make_records(cast.acme, path="lifecycle/lead", owner=cast.rick)
        were = broken(cast)
    record, url = f"{API}/records/{lead.number}", f"{API}/records/{lead.number}/last-owner"
    page = f"/w/acme/records/{lead.number}/"
    with time_machine.travel(MONDAY_10 + HOUR, tick=False) as clock:
        as_(cast.mona, client)
        assert client.delete(url).json()["code"] == "not_given"
        given = client.patch(record, {"owner": cast.rosa.email}, JSON)
        assert given.status_code == 200, given.json()
        assert client.get(url).json()["said"] == "Given to Rosa"
        assert f"{page}owner/undo/" in client.get(f"{page}path/", headers={"hx-request": "true"}).content.decode()
        assert as_(cast.rosa, client).delete(url).json()["code"] == "not_yours"
        clock.shift(SECOND)
        as_(cast.mona, client)
        assert client.delete(url).json()["owner"]["email"] == cast.rick.email
        assert client.delete(url).json()["code"] == "not_given"  # taking back is not taken back
        client.post(f"{page}owner/", {"owner": str(cast.rosa.pk)})
        clock.shift(SECOND)
        as_(cast.rosa, client).post(f"{record}/activities", {"kind": "call", "outcome": "Connected"}, JSON)
        refused = as_(cast.mona, client).delete(url).json()
        assert refused["code"] == "done_since" and "by Rosa" in refused["detail"]
    with workspace_scope(cast.acme):
        assert broken(cast) == were
