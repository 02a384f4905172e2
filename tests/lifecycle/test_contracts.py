"""A customer's contract: live onboarding makes it, its days move it, and an advocate stays one meanwhile."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, offering, packets, rerouting
from handoffs.actions.tasking import complete_task
from handoffs.models import Handoff, Task
from lifecycle.actions import advancing, rescoring
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record, StageStay
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
ENDS_ON = MONDAY_10.date() + timedelta(days=200)


@pytest.fixture
def monday() -> Iterator[None]:
    """It is Monday for who calls."""
    with time_machine.travel(MONDAY_10, tick=False):
        yield


def stage_of(record: Record) -> str:
    return Record.objects.select_related("stage").get(pk=record.pk).stage.key


def test_a_contract_walks_its_two_hundred_days_by_itself(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        [lead] = make_records(cast.acme, path="lifecycle/advocate", owner=cast.cleo)
        about = {
            "name": "Initech",
            "amount": 4800,
            "mrr": 400,
            "owner": cast.cleo,
            "properties": {"live_on": "2026-03-02"},
        }
        [customer] = make_records(cast.acme, path="onboarding/implementation", origin=lead, **about)
    as_(cast.cleo, client)
    to_live = (f"{API}/records/{customer.number}/advance", {"to": "live"}, JSON)
    refused = client.post(*to_live)
    assert [each["label"] for each in refused.json()["facts"]["unmet"]] == ["Renews on is filled in"]
    client.patch(f"{API}/records/{customer.number}", {"renews_on": str(ENDS_ON)}, JSON)
    assert client.post(*to_live).status_code == 200
    with workspace_scope(cast.acme):
        contract, asked, entered = customer.followers.get(), 0, {}
        assert (contract.name, contract.amount, contract.mrr) == ("Initech", 4800, 400)
        assert (contract.owner_id, contract.renews_on) == (cast.cleo.pk, ENDS_ON)
        for day in (0, 19, 20, 109, 110):
            asked += rescoring.ask_due(cast.acme, MONDAY_10 + timedelta(days=day))
            entered.setdefault(stage_of(contract), day)
        assert asked == 2  # nobody is asked before the day
    renewal_is_taken_by_sales(cast, client, MONDAY_10 + timedelta(days=172))  # late: it is held while nobody answers
    with workspace_scope(cast.acme):
        for day in (172, 200):
            asked += rescoring.ask_due(cast.acme, MONDAY_10 + timedelta(days=day))
            entered.setdefault(stage_of(contract), day)
        assert entered == {"contract": 0, "days_180": 20, "days_90": 110, "days_30": 172}
        assert asked == 3 and stage_of(lead) == "advocate"
        assert list(StageStay.objects.filter(record=contract).values_list("cause", flat=True)).count("auto") == 3
        late, contract = MONDAY_10 + timedelta(days=201), Record.objects.get(pk=contract.pk)
        advancing.advance(contract, "not_renewed", by=cast.cleo, at=late, reason_key="price")
        assert stage_of(lead) == "lost"


def renewal_is_taken_by_sales(cast: Cast, client: Client, at: datetime) -> None:
    """A seam of its own: its packet and clock are no expansion's, and accepting only gives it to who accepts."""
    with workspace_scope(cast.acme):
        handoff = Handoff.objects.open().select_related("assignee").get(seam__key="renewal_to_sales")
        assert rescoring.ask_due(cast.acme, at - timedelta(days=2)) == 1 and stage_of(handoff.record) == "days_90"
        assert not Handoff.objects.filter(seam__key="success_to_sales").exists()
    address = f"{API}/handoffs/{handoff.number}"
    with time_machine.travel(at, tick=False):
        assert as_(cast.mona, client).post(f"{address}/acceptance").json()["code"] == "packet_incomplete"
        packet = {"use": "Every team, each day", "risks": "A new buyer"}
        assert as_(cast.cleo, client).patch(f"{address}/packet", packet, JSON).status_code == 200
        assert as_(cast.mona, client).post(f"{address}/acceptance").json()["state"] == "accepted"
    with workspace_scope(cast.acme):
        assert (stage_of(handoff.record), Record.objects.get(pk=handoff.record_id).owner) == (
            "days_90",
            handoff.assignee,
        )


def test_a_renewal_stays_while_its_handoff_is_open_and_catches_up_when_it_is_answered(cast: Cast) -> None:
    def of_days(days: int) -> datetime:
        return datetime.combine(ENDS_ON - timedelta(days=days), time(), ZoneInfo(cast.acme.time_zone))

    second = timedelta(seconds=1)
    with workspace_scope(cast.acme):
        rows = [
            Incoming(line, "customer", core={"name": f"C{line}", "renews_on": ENDS_ON}, pipeline="renewal")
            for line in range(3)
        ]
        ids = take_in(cast.acme, rows, by=cast.ada, at=MONDAY_10).ids.values()
        contracts = [Record.objects.get(pk=each) for each in ids]
        for days in (180, 90):
            assert rescoring.ask_due(cast.acme, of_days(days) + second) == 3
        rejected, recalled, unanswered = (Handoff.objects.open().get(record=each) for each in contracts)
        # the day of the next stage comes, and the end: each is asked once, and none leaves
        assert rescoring.ask_due(cast.acme, of_days(30) + second) == 3
        assert rescoring.ask_due(cast.acme, of_days(0)) == rescoring.ask_due(cast.acme, of_days(-40)) == 0
        assert [stage_of(each) for each in contracts] == ["days_90"] * 3
        at = of_days(20)
        answering.reject(rejected, "inaccurate_data", by=cast.mona, at=at)
        answering.recall(recalled, by=cast.mona, at=at)
        assert rescoring.ask_due(cast.acme, at) == 2
        assert [stage_of(each) for each in contracts] == ["days_90"] * 3  # they wait for their sender, at the seam
        advancing.advance(
            Record.objects.get(pk=contracts[1].pk), "not_renewed", by=cast.cleo, at=at, reason_key="price"
        )
        anew = offering.offer(contracts[0], "renewal_to_sales", by=cast.mona, at=at)
        answering.recall(anew, by=cast.mona, at=at)
        later = Handoff.objects.get(pk=anew.pk).again_at
        assert later and rescoring.ask_due(cast.acme, later) == rescoring.ask_due(cast.acme, later) + 1
        assert stage_of(contracts[0]) == "days_90" and rerouting.route_again(cast.acme, later) == 2
        anew = Handoff.objects.open().get(record=contracts[0])
        answering.accept(
            packets.save_packet(anew, {"use": "Daily use", "risks": "None"}, by=cast.cleo, at=later),
            by=cast.mona,
            at=later,
        )
        assert rescoring.ask_due(cast.acme, later) == 2
        assert [stage_of(each) for each in contracts] == ["days_30", "not_renewed", "days_90"]
        entered = StageStay.objects.filter(record=contracts[0], stage__key="days_30").get()
        assert (entered.entered_at, entered.cause) == (later, "auto")  # when it moved, not when it would have
        unanswered.refresh_from_db()
        assert unanswered.state == "offered"
        answering.reject(unanswered, "inaccurate_data", by=cast.mona, at=later)
        Record.objects.filter(pk=contracts[2].pk).update(renews_on=ENDS_ON + timedelta(days=400))
        passed = {"by": cast.mona, "at": later, "override": True, "reason_key": "history"}
        for stage in ("days_180", "days_90"):  # it comes anew, and is taken
            advancing.advance(Record.objects.get(pk=contracts[2].pk), stage, **passed)
        anew = Handoff.objects.open().get(record=contracts[2])
        packet = {"use": "Daily use", "risks": "None"}
        answering.accept(packets.save_packet(anew, packet, by=cast.cleo, at=later), by=cast.mona, at=later)
        due = Handoff.objects.get(pk=unanswered.pk).again_at
        assert due and rerouting.route_again(cast.acme, due) == 1 and not Handoff.objects.open().exists()


def test_what_its_sender_closes_waits_no_longer_where_a_seam_never_offers_again(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.acme = published(cast, [(["seams", {"key": "renewal_to_sales"}, "offer_again_minutes"], 0)])
        row = Incoming(1, "customer", core={"name": "C", "renews_on": ENDS_ON}, pipeline="renewal")
        [record_id] = take_in(cast.acme, [row], by=cast.ada, at=MONDAY_10).ids.values()
        contract, at = Record.objects.get(pk=record_id), MONDAY_10 + timedelta(days=171)
        assert rescoring.ask_due(cast.acme, MONDAY_10 + timedelta(days=111)) == 1
        answering.reject(Handoff.objects.open().get(), "inaccurate_data", by=cast.mona, at=at)
        assert rescoring.ask_due(cast.acme, at) == 1 and stage_of(contract) == "days_90"
        complete_task(Task.objects.get(kind="returned"), "We renew it ourselves.", by=cast.mona, at=at)
        assert rescoring.ask_due(cast.acme, at) == 1 and stage_of(contract) == "days_30"


def test_a_lead_is_written_once_though_contracts_wait_for_their_days(cast: Cast, client: Client) -> None:
    as_(cast.dana, client)
    for kind, later in (("lead", None), ("customer", ENDS_ON)):
        row = {"kind": kind, "name": "Initech", "pipeline": {"lead": "lifecycle"}.get(kind, "renewal")}
        made = client.post(f"{API}/records", row | ({"renews_on": str(later)} if later else {}), JSON)
        with workspace_scope(cast.acme):
            moment = Record.objects.get(number=made.json()["number"]).ask_again_at
        assert bool(moment) == (later is not None)
