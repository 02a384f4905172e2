"""A seller's deals as the log of events that another system would write: figures as plain Python reckons them."""

import csv
import io
import json
import random
from collections import Counter
from datetime import UTC, date, datetime
from statistics import mean, median

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.tenancy.scope import workspace_scope
from imports.tasks import run_imports
from lifecycle.models import Import, Record
from scorecard import queries
from tests.cast import Cast
from tests.real_data.door import needs_data, rows_of
from tests.scorecard.figures import figure_of

pytestmark = [needs_data, pytest.mark.slow, pytest.mark.django_db]

DEALS = 500
FIRST, LAST = date(2016, 10, 1), date(2017, 12, 31)
AT = datetime(2018, 1, 2, 9, tzinfo=UTC)
MAPPING = {
    "target": "events",
    "pipeline": "sales",
    "system": "maven",
    "columns": {
        "case": "external_id",
        "activity": "stage",
        "time": {"to": "happened_at", "format": "YYYY-MM-DD"},
        "resource": "owner",
    },
    "values": {"activity": {"Engaging": "qualification", "Won": "closed_won", "Lost": "closed_lost"}},
    "unknown_record": "create",
    "unknown_owner": "create",
}


def deals() -> list[dict[str, str]]:
    """The deals that have begun; others have no event."""
    return [row for row in rows_of("maven_crm/sales_pipeline.csv") if row["engage_date"]][:DEALS]


def log_of(rows: list[dict[str, str]]) -> bytes:
    """Their events in any order."""
    events = [[row["opportunity_id"], "Engaging", row["engage_date"], row["sales_agent"]] for row in rows]
    events += [
        [row["opportunity_id"], row["deal_stage"], row["close_date"], row["sales_agent"]]
        for row in rows
        if row["close_date"]
    ]
    random.Random(8).shuffle(events)
    out = io.StringIO()
    csv.writer(out).writerows([["case", "activity", "time", "resource"], *events])
    return out.getvalue().encode()


def test_a_log_of_events_comes_to_the_figures_of_its_deals(cast: Cast, client: Client) -> None:
    rows = deals()
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"file": SimpleUploadedFile("log.csv", log_of(rows)), "mapping": json.dumps(MAPPING)}
    assert client.post("/api/v1/w/acme/imports", sent).status_code == 201
    run_imports(str(cast.acme.pk))
    closed = [row for row in rows if row["close_date"]]
    won = [row for row in closed if row["deal_stage"] == "Won"]
    days = [(date.fromisoformat(row["close_date"]) - date.fromisoformat(row["engage_date"])).days for row in won]
    by_agent = Counter(row["sales_agent"] for row in closed)
    with workspace_scope(cast.acme):
        job = Import.objects.get()
        assert (job.state, job.created_count, job.updated_count) == ("finished", len(rows), len(closed))
        stages = Counter(Record.objects.values_list("stage__key", flat=True))
        expected = {"closed_won": len(won), "closed_lost": len(closed) - len(won)}
        assert stages == expected | ({"qualification": rest} if (rest := len(rows) - len(closed)) else {})
        board = queries.board_of(cast.acme, AT)
        rate = figure_of(board, "win_rate", FIRST, LAST)
        assert (rate.numerator, rate.denominator) == (len(won), len(closed))
        cycle = figure_of(board, "sales_cycle", FIRST, LAST)
        assert (round(float(cycle.mean or 0), 6), cycle.median) == (round(mean(days), 6), median(days))
        agent, count = by_agent.most_common(1)[0]
        told = figure_of(board, "win_rate", FIRST, LAST, segment="owner", segment_value=agent)
        assert (told.numerator, told.denominator) == (sum(row["sales_agent"] == agent for row in won), count)
