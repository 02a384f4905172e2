"""What an impact tells of records: who no longer qualifies and what became of them, to whom their handoffs would go."""

from datetime import timedelta

import pytest

from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from lifecycle.actions.intake import take_in
from lifecycle.models import Account, Record, Stage
from scorecard.models import ExchangeRate
from tests.cast import MONDAY_10, Cast
from tests.governance.impacts import SEAM, asked, handoff, leads
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db


def test_those_who_would_no_longer_qualify_are_told_with_what_became_of_them(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(), by=cast.ada, at=MONDAY_10)
        mql = list(Record.objects.filter(stage__key="mql", score__lt=70).order_by("number")[:3])
        won = Stage.objects.get(key="customer")
        handoff(cast, mql[0], MONDAY_10, MONDAY_10 + timedelta(hours=1))
        handoff(cast, mql[1], MONDAY_10, MONDAY_10 + timedelta(hours=1), "rejected")
        Record.objects.filter(pk=mql[0].pk).update(stage=won)
        ExchangeRate.objects.create(to_currency="USD", currency="EUR", day=MONDAY_10.date(), rate="1.5")
        for amount, currency in ((100, "USD"), (100, "EUR"), (7_000, "JPY")):
            [deal] = make_records(cast.acme, 1, path="sales/closed_won", amount=amount, currency=currency, at=MONDAY_10)
            Record.objects.filter(pk=deal.pk).update(origin=mql[0])
        total = Record.objects.filter(score__gte=60, score__lt=70, stage__key__in=["mql", "customer"]).count()
        _, impact = asked(cast, [(["scoring", "threshold"], 70)])
        lost = impact.summary["records"][0]["lost"]
        assert lost["count"] == total
        assert (lost["accepted"], lost["rejected"], lost["won"]) == (1, 1, 1)
        assert (lost["won_amount"], lost["unconverted"], impact.summary["records"][0]["currency"]) == (250, 1, "USD")
        gate = impact.summary["gates"][0]
        assert gate["newly_failing"] == total - 1


def test_rerouted_handoffs_and_the_load_of_each_person(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(8), by=cast.ada, at=MONDAY_10)
        account = Account.objects.create(
            number=take_numbers("account")[0], name="Named", name_key="named", owner=cast.rosa
        )
        for place, record in enumerate(Record.objects.order_by("number")):
            if place < 2:
                Record.objects.filter(pk=record.pk).update(account=account)
            else:
                Record.objects.filter(pk=record.pk).update(account=None)
            handoff(cast, record, MONDAY_10)
        catch_all = {"label": "Everybody takes turns", "expression": "true", "target": "pool", "pool": "sales"}
        _, impact = asked(cast, [([*SEAM, "routing"], [catch_all])])
        routing = impact.summary["records"][0]["routing"]
        assert (routing["handoffs"], routing["rerouted"]) == (8, 2)
        load = {each["name"]: (each["before"], each["after"]) for each in routing["load"]}
        assert load == {"Rosa": (5.0, 4.0), "Rick": (3.0, 4.0)}
        assert {each["before"] for each in routing["examples"]} == {"A known company goes to its owner → account owner"}


def test_a_record_at_rest_is_left_out(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(10), by=cast.ada, at=MONDAY_10)
        long_ago = MONDAY_10 - timedelta(days=300)
        Record.objects.update(created_at=long_ago, entered_stage_at=long_ago, last_activity_at=None)
        Handoff.objects.update(offered_at=long_ago, due_at=long_ago)
        assert asked(cast, [(["scoring", "threshold"], 40)])[1].summary["records"][0]["considered"] == 0
        assert asked(cast, [(["scoring", "threshold"], 40)], days=365)[1].summary["records"][0]["considered"] == 10
