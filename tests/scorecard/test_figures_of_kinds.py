"""What each figure counts and what it leaves out, at the doors: the API, the page, and the rows behind the number."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from blueprint.documents import blueprint_of
from core.history.actions import record as tell_history
from core.tenancy.scope import workspace_scope
from handoffs.models import Escalation, Handoff, ReasonCode
from lifecycle.models import Record, StageStay
from scorecard.actions import fold
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
HOUR = timedelta(hours=1)


@pytest.fixture
def vera(cast: Cast, client: Client) -> Iterator[Client]:
    """Vera's browser on Monday at ten."""
    assert cast.vera.user
    client.force_login(cast.vera.user, backend=BACKEND)
    with time_machine.travel(MONDAY_10, tick=False):
        yield client


def metric(browser: Client, key: str, **asked: str) -> dict[str, Any]:
    """A metric of the last 30 days, as the API tells it."""
    answer: dict[str, Any] = browser.get(f"/api/v1/w/acme/metrics/{key}", {"period": "30d", **asked}).json()
    return answer


def sums(told: dict[str, Any]) -> tuple[int, int, int]:
    """The numerator, the denominator and what is counted beside."""
    found = told["figure"]
    return tuple(int(Decimal(found[name])) for name in ("numerator", "denominator", "aside"))  # type: ignore[return-value]


def rows(browser: Client, key: str, part: str) -> list[dict[str, str]]:
    """The rows behind a number, from the file."""
    file = browser.get(f"/w/acme/scorecard/{key}/rows.csv", {"period": "30d", "part": part}).getvalue().decode()
    return list(csv.DictReader(StringIO(file)))


def offered(cast: Cast, count: int, ago: timedelta, **became: Any) -> None:
    """Handoffs offered some time ago; `became` is written into each, a length of time as the moment so long after."""
    at = MONDAY_10 - ago
    offers = offer_records(cast.acme, make_records(cast.acme, count, at=at), at=at)
    dated = {name: at + value if isinstance(value, timedelta) else value for name, value in became.items()}
    Handoff.objects.filter(pk__in=[offer.pk for offer in offers]).update(**dated)


# --- leakage --------------------------------------------------------------------------------------------------------


def test_what_was_recalled_or_returned_has_its_own_cause_and_is_never_answered_in_time(
    cast: Cast, vera: Client
) -> None:
    with workspace_scope(cast.acme):
        gaps = ReasonCode.objects.get(purpose="reject", key="packet_incomplete")
        junk = ReasonCode.objects.get(purpose="reject", key="junk")
        answers: list[dict[str, Any]] = [
            {"state": "accepted"},
            {"state": "rejected", "reason": junk},
            {"state": "rejected", "reason": gaps},
            {"state": "recalled"},
        ]
        for answer in answers:
            offered(cast, 1, timedelta(days=2), answered_at=HOUR, **answer)
        fold(cast.acme, MONDAY_10)
    told = metric(vera, "leakage_marketing_sales", by="cause")
    causes = {part["value"]: int(Decimal(part["figure"]["denominator"])) for part in told["slices"]}
    assert causes == {"Answered in time": 2, "Returned": 1, "Recalled": 1}
    assert sums(told) == (1, 4, 0)
    assert [row["cause"] for row in rows(vera, "leakage_marketing_sales", "numerator")] == ["Recalled"]
    page = vera.get("/w/acme/scorecard/leakage_marketing_sales/rows/?period=30d&part=missed").content.decode()
    assert "Returned" in page
    assert "Not leaked" in page


def test_what_was_offered_again_after_a_recall_is_told_by_the_later_offer(cast: Cast, vera: Client) -> None:
    with workspace_scope(cast.acme):
        at = MONDAY_10 - timedelta(days=4)
        [lead] = make_records(cast.acme, at=at)
        [first] = offer_records(cast.acme, [lead], at=at)
        Handoff.objects.filter(pk=first.pk).update(state="recalled", answered_at=at + HOUR)
        fold(cast.acme, MONDAY_10)
    assert sums(metric(vera, "leakage_marketing_sales")) == (1, 1, 0)
    with workspace_scope(cast.acme):
        [second] = offer_records(cast.acme, [lead], at=at + timedelta(days=1))
    assert sums(metric(vera, "leakage_marketing_sales")) == (0, 0, 1)
    with workspace_scope(cast.acme):
        Handoff.objects.filter(pk=second.pk).update(state="accepted", answered_at=at + timedelta(days=1, hours=2))
        fold(cast.acme, MONDAY_10)
    assert sums(metric(vera, "leakage_marketing_sales")) == (0, 1, 1)
    [aside] = rows(vera, "leakage_marketing_sales", "aside")
    assert aside["cause"] == "Recalled, then offered again"


# --- first touch ------------------------------------------------------------------------------------------------------


def test_a_first_touch_takes_working_minutes_and_the_clock_stands_beside(cast: Cast, vera: Client) -> None:
    zone = ZoneInfo(cast.acme.time_zone)
    friday = (MONDAY_10.astimezone(zone) - timedelta(days=3)).replace(hour=16, minute=0)  # an hour before it ends
    monday = MONDAY_10.astimezone(zone).replace(hour=9, minute=30)  # half an hour after it begins
    with workspace_scope(cast.acme):
        [offer] = offer_records(cast.acme, make_records(cast.acme, at=friday), at=friday)
        Handoff.objects.filter(pk=offer.pk).update(first_touched_at=monday)
        fold(cast.acme, MONDAY_10)
    told = metric(vera, "time_to_first_touch")
    assert (told["figure"]["value"], told["by_the_clock"]["median"]) == ("90.000000", f"{65 * 60 + 30}.000000")
    page = vera.get("/w/acme/scorecard/time_to_first_touch/?period=30d").content.decode()
    assert "1 h 30 min" in page and "On the clock: median" in page and "2 d 17 h" in page


# --- acted ----------------------------------------------------------------------------------------------------------


def test_only_offers_old_enough_or_acted_on_already_are_judged_and_a_past_day_ripens(cast: Cast, vera: Client) -> None:
    in_time: dict[str, Any] = {"state": "accepted", "answered_at": HOUR, "first_touched_at": 2 * HOUR}
    with workspace_scope(cast.acme):
        offered(cast, 3, 72 * HOUR, **in_time)
        offered(cast, 2, 72 * HOUR, **in_time | {"first_touched_at": 49 * HOUR})
        offered(cast, 1, 72 * HOUR)
        offered(cast, 4, 47 * HOUR)
        offered(cast, 1, 5 * HOUR, **in_time)
        offered(cast, 1, 5 * HOUR, state="accepted", answered_at=HOUR)
        fold(cast.acme, MONDAY_10)
    told = metric(vera, "acted_48h")
    assert sums(told) == (4, 7, 5)
    assert told["metric"]["aside_label"] == "Too young to tell"
    assert told["figure"]["value"] == "0.571429"
    page = vera.get("/w/acme/scorecard/acted_48h/?period=30d").content.decode()
    assert "4 acted on in time of 7 marked ready, 5 too young to tell" in page
    for part, count in {"counted": 7, "numerator": 4, "missed": 3, "aside": 5}.items():
        assert len(rows(vera, "acted_48h", part)) == count, part
    young = vera.get("/w/acme/scorecard/acted_48h/rows/?period=30d&part=aside").content.decode()
    assert young.count("Too young to tell") == 1 + 5  # the tab and each row
    with time_machine.travel(MONDAY_10 + 2 * HOUR, tick=False):
        assert sums(metric(vera, "acted_48h")) == (4, 11, 1)
        with workspace_scope(cast.acme):
            fold(cast.acme, MONDAY_10 + 2 * HOUR)
        assert sums(metric(vera, "acted_48h")) == (4, 11, 1)
    with time_machine.travel(MONDAY_10 + timedelta(days=9), tick=False):  # nothing was folded for a week
        assert sums(metric(vera, "acted_48h")) == (4, 12, 0)


# --- money ----------------------------------------------------------------------------------------------------------


def test_a_won_deal_without_an_amount_leaves_the_average_and_is_counted_beside(cast: Cast, vera: Client) -> None:
    with workspace_scope(cast.acme):
        for amount in (1000, 3000, 0, None):
            make_records(cast.acme, path="sales/closed_won", at=MONDAY_10 - HOUR, amount=amount)
        fold(cast.acme, MONDAY_10)
    told = metric(vera, "average_deal")
    assert sums(told) == (4000, 3, 1)
    assert told["figure"]["value"] == "1333.333333"
    assert told["metric"]["aside_label"] == "Won without an amount"
    assert "3 won, 1 won without an amount" in vera.get("/w/acme/scorecard/average_deal/?period=30d").content.decode()
    assert [(row["amount"], row["cause"]) for row in rows(vera, "average_deal", "aside")] == [("", "No amount")]
    assert [row["cause"] for row in rows(vera, "win_rate", "counted")] == [""] * 4, "deals count at any worth"
    assert len(rows(vera, "average_deal", "counted")) == 3


def test_a_deal_created_after_it_was_won_is_kept_out_of_the_cycle(cast: Cast, vera: Client) -> None:
    with workspace_scope(cast.acme):
        told, _ = make_records(cast.acme, 2, path="sales/closed_won", at=MONDAY_10 - HOUR, amount=1000)
        Record.objects.filter(pk=told.pk).update(created_at=MONDAY_10 + 48 * HOUR)
        fold(cast.acme, MONDAY_10)
    assert sums(metric(vera, "sales_cycle")) == (0, 1, 1)
    page = vera.get("/w/acme/scorecard/sales_cycle/?period=30d").content.decode()
    assert "1 won, median 0 days, 1 created after they were won" in page
    assert len(rows(vera, "sales_cycle", "aside")) == 1


# --- conversion -----------------------------------------------------------------------------------------------------


def test_only_who_reached_the_goal_after_the_start_has_converted(cast: Cast, vera: Client) -> None:
    """One reached SQL only before MQL, one before and again after, one on the very moment, one never."""
    day = timedelta(days=1)
    with workspace_scope(cast.acme):
        stages = blueprint_of(cast.acme).stages_by_path
        start = MONDAY_10 - 10 * day
        for reached in ([-2 * day], [-2 * day, 3 * day], [timedelta(0)], []):
            (record,) = make_records(cast.acme, at=start)
            for after in reached:
                StageStay.objects.create(
                    record=record,
                    pipeline_id=record.pipeline_id,
                    stage_id=stages["lifecycle/sql"].id,
                    entered_at=start + after,
                    exited_at=start + after + HOUR,
                    cause="history",
                    blueprint_version=1,
                )
        fold(cast.acme, MONDAY_10)
    told = metric(vera, "mql_to_sql")
    assert sums(told) == (2, 4, 0)
    assert told["figure"]["median"] == "1.500000"  # 3 days and none
    assert len(rows(vera, "mql_to_sql", "numerator")) == len(rows(vera, "mql_to_sql", "missed")) == 2


# --- delivered with the first blueprint -------------------------------------------------------------------------------


def test_the_gap_the_reasons_and_the_coverage_are_delivered(cast: Cast, vera: Client) -> None:
    at = MONDAY_10 - timedelta(days=2)
    with workspace_scope(cast.acme):
        junk = ReasonCode.objects.get(purpose="reject", key="junk")
        offered(cast, 2, timedelta(days=2), state="rejected", reason=junk, answered_at=HOUR)
        offered(cast, 1, timedelta(days=2), state="rejected", answered_at=HOUR)
        make_records(cast.acme, 1, path="lifecycle/sal", at=at)
        make_records(cast.acme, 1, path="lifecycle/lead", at=at, source="Event")
        [*_, last] = make_records(cast.acme, 3, path="lifecycle/lead", at=at, source="")
        for ago in (50, 40):  # before the period: it ended days ago, and nobody has asked since
            tell_history("routing.asked", last, at=MONDAY_10 - timedelta(days=ago), record_id=last.pk)
        taken = {"due_at": at, "taken_at": at + timedelta(minutes=3), "action": "warn", "step": 0, "clock_run": 1}
        Escalation.objects.create(handoff=Handoff.objects.first(), **taken)
        fold(cast.acme, MONDAY_10)
    keys = "marketing_sales_gap rejections_with_reason source_coverage routing_questions days_without_question scan_lag"
    assert {key: metric(vera, key)["figure"]["value"] for key in keys.split()} == {
        "marketing_sales_gap": "2.000000",
        "rejections_with_reason": "0.666667",
        "source_coverage": "0.250000",
        "routing_questions": "0.000000",
        "days_without_question": "40.000000",
        "scan_lag": "3.000000",
    }
    assert "40 days" in vera.get("/w/acme/scorecard/days_without_question/?period=90d").content.decode()
    assert len(rows(vera, "scan_lag", "counted")) == 1
