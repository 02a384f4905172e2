"""Lines compare amounts in the reporting currency, whoever asks: an intake, a move, a routing rule, a what-if."""

from typing import Any

import pytest
from django.utils import timezone

from core.tenancy.scope import workspace_scope
from core.tenancy.zones import day_of
from governance.actions.drafting import draft
from governance.actions.submitting import submit
from governance.actions.working_out import next_step
from handoffs.models import Assignment
from tests.cast import Cast
from tests.governance.drafts import published
from tests.lifecycle.test_api_records import Caller

pytestmark = pytest.mark.django_db

ENTRY = ["pipelines", {"key": "lifecycle"}, "stages", {"key": "mql"}, "entry"]
SEAM = ["seams", {"key": "marketing_to_sales"}]
BOTH = "10,000.00 JPY (67.00 USD)"
NO_RATE = "10,000.00 TRY (no rate to USD on {})"
LEADS = [(10_000, "JPY"), (2_000_000, "JPY"), (9_000_000, "JPY"), (10_000, "TRY"), (20_000, "USD"), (20_000, "")]


def large(expression: str) -> list[tuple[list[Any], Any]]:
    return [(ENTRY, [{"label": "Large", "expression": expression}])]


def routed_by_size(cast: Cast) -> list[tuple[list[Any], Any]]:
    rick = {"target": "member", "member": cast.rick.email}
    rest = {"label": "All", "expression": "true", "target": "pool", "pool": "sales"}
    return [([*SEAM, "routing"], [{"label": "Very large", "expression": "amount >= 50000", **rick}, rest])]


def who_differs(cast: Cast, expression: str) -> tuple[set[int], set[int]]:
    """The numbers of who comes and who goes by another line, as the what-if says."""
    at = timezone.now()
    change = draft(cast.dana, title="What if", edits=large(expression), at=at)
    impact = submit(change, by=cast.dana, at=at, days=30)
    while next_step(at):
        pass
    impact.refresh_from_db()
    examples = impact.summary["records"][0]["examples"]
    come = {each["number"] for each in examples if each["after"]}
    return come, {each["number"] for each in examples} - come


def test_an_amount_is_compared_in_the_reporting_currency_at_every_door(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.acme = published(cast, large("amount >= 10000") + routed_by_size(cast))
    dana, ada = Caller(cast.dana), Caller(cast.ada)
    rate = {"currency": "JPY", "day": "2026-01-01", "rate": "0.0067"}
    assert ada.post("rates", {"rates": [rate]}).json()["added"] == 1
    rows = [
        {"name": f"Lead {nth}", "email": f"lead{nth}@x.example", "amount": amount, "currency": currency}
        for nth, (amount, currency) in enumerate(LEADS, 1)
    ]
    assert dana.post("records:batch", {"rows": rows}).json()["created"] == 6
    stages = [dana.get(f"records/{number}").json()["stage"] for number in range(1, 7)]
    assert stages == ["lead", "mql", "mql", "lead", "mql", "mql"]

    for number, said, verdict in (
        (1, BOTH, "unmet"),
        (4, NO_RATE.format(day_of(cast.acme, timezone.now())), "unknown"),
    ):
        shut = {"part": "entry", "label": "Large", "verdict": verdict, "facts": {"amount": said}}
        refused = dana.post(f"records/{number}/advance", {"to": "mql"})
        assert (refused.status_code, refused.json()["facts"]["unmet"]) == (422, [shut])
        moved = dana.post("records:batch", {"rows": [{"email": f"lead{number}@x.example", "stage": "mql"}]}).json()
        assert moved["outcomes"][0]["facts"]["unmet"] == [shut]
        assert f"is {said}" in dana.client.get(f"/w/acme/records/{number}/").content.decode()

    with workspace_scope(cast.acme):
        given = Assignment.objects.filter(trace__matched=0)
        assert [each.handoff.record.number for each in given] == [3]
        assert who_differs(cast, "amount >= 50") == ({1}, set())
        assert who_differs(cast, 'currency == "JPY" && amount >= 10000') == ({1}, {5, 6})
        assert who_differs(cast, "amount > 0 && known(amount)") == ({1, 4}, set())
