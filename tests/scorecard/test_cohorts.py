"""Cohorts: cells of what is old enough, the cumulative curve, and both at the page and the API."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from blueprint.documents import blueprint_of
from core.tenancy.scope import workspace_scope
from lifecycle.models import StageStay
from scorecard.actions import fold
from scorecard.rules.cohorts import cohorts_of
from scorecard.rules.periods import Period
from scorecard.rules.totals import Totals
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records

D = Decimal
DAY = timedelta(days=1)


def test_a_cell_is_blank_until_the_whole_cohort_has_reached_its_age() -> None:
    first = date(2026, 1, 5)  # a Monday
    days = {
        first: Totals(D(1), D(4), distribution={3: 1, 8: 1}),
        first + 6 * DAY: Totals(D(1), D(2), distribution={7: 1}),
        first + 7 * DAY: Totals(D(0), D(1), aside=D(2), distribution={0: 1}),
    }
    found = cohorts_of(days, Period(first, first + 13 * DAY), "week", first + 21 * DAY)
    assert found and found.ages == (7, 14)
    assert [(row.entered, row.converted, row.shares) for row in found.rows] == [
        (6, 3, (D("0.333333"), D("0.500000"))),
        (3, 1, (D("0.333333"), None)),  # its Sunday is seven days old, and not yet fourteen
    ]
    assert [(point.age, point.entered, point.share) for point in found.curve] == [
        (0, 9, D("0.111111")),
        (7, 9, D("0.333333")),
        (14, 6, D("0.500000")),  # seven days after the first Monday is not fourteen days old
    ]
    assert cohorts_of({}, Period(first, first), "week", first) is None


@pytest.mark.django_db
def test_conversion_within_days_judges_the_old_enough_and_shows_its_cohorts(cast: Cast, client: Client) -> None:
    path = ["metrics", {"key": "mql_to_sql"}, "parameters"]
    asked = {"from": "lifecycle/mql", "to": "lifecycle/sql", "within_days": 14}
    with workspace_scope(cast.acme):
        acme = published(cast, [(path, asked)])
        sql = blueprint_of(acme).stages_by_path["lifecycle/sql"].id
        for ago, after in ((40, 3), (40, 14), (40, 20), (40, None), (13, 1), (13, None)):
            at = MONDAY_10 - ago * DAY
            (record,) = make_records(acme, at=at)
            if after is not None:
                StageStay.objects.create(
                    record=record,
                    pipeline_id=record.pipeline_id,
                    stage_id=sql,
                    entered_at=at + after * DAY,
                    exited_at=at + (after + 1) * DAY,
                    cause="history",
                    blueprint_version=1,
                )
        fold(acme, MONDAY_10)
    assert cast.vera.user
    client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(MONDAY_10, tick=False):
        told = client.get("/api/v1/w/acme/metrics/mql_to_sql?period=90d").json()
        figure = told["figure"]
        assert [figure[each] for each in ("numerator", "denominator", "aside")] == ["2.000000", "4.000000", "2.000000"]
        assert told["metric"]["aside_label"] == "Too young to tell"
        rows = [(row["entered"], row["converted"], row["shares"]) for row in told["cohorts"]["rows"]]
        assert told["cohorts"]["ages"] == [7, 14, 21]
        assert rows == [(4, 3, ["0.250000", "0.500000", "0.750000"]), (2, 1, ["0.500000", None, None])]
        page = client.get("/w/acme/scorecard/mql_to_sql/?period=90d").content.decode()
        assert "2 converted of 4 entered, 2 too young to tell" in page and "By cohort" in page
        behind = client.get("/api/v1/w/acme/metrics/mql_to_sql/rows?period=90d&part=aside").json()
        assert behind["total"] == 2
        assert client.get("/api/v1/w/acme/metrics/win_rate?period=90d").json()["cohorts"] is None
    with time_machine.travel(MONDAY_10 + 2 * DAY, tick=False):  # the young have come of age, though nothing happened
        figure = client.get("/api/v1/w/acme/metrics/mql_to_sql?period=90d").json()["figure"]
        assert [figure[each] for each in ("numerator", "denominator", "aside")] == ["3.000000", "6.000000", "0.000000"]
