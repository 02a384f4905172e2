"""A seller of courses, 9,240 leads without a single date: sources convert as the file says."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.tenancy.scope import workspace_scope
from lifecycle.models import Record
from scorecard import queries
from tests.cast import Cast
from tests.real_data.door import bring_in, counts, needs_data, rows_of
from tests.scorecard.figures import figure_of

pytestmark = [needs_data, pytest.mark.slow, pytest.mark.django_db]

LEADS = "xeducation_leads/Leads.csv"


def test_leads_convert_by_source_as_the_file_says(cast: Cast) -> None:
    job = bring_in(cast, LEADS)
    assert counts(job) == (9240, 0, 0, 0)
    assert job.mapping["columns"]["Specialization"]["blanks"] == ["Select"]
    came: Counter[str] = Counter()
    converted: Counter[str] = Counter()
    for row in rows_of(LEADS):
        came[row["Lead Source"]] += 1
        converted[row["Lead Source"]] += int(row["Converted"])
    assert (came["Google"], converted["Google"]) == (2868, 1147)
    with workspace_scope(cast.acme):
        stages = Counter(Record.objects.values_list("stage__key", flat=True))
        assert stages == {"customer": 3561, "lead": 5679}
        assert Counter(Record.objects.values_list("source", flat=True)) == came
        won = Record.objects.filter(stage__key="customer").values_list("source", flat=True)
        assert Counter(won) == +converted
        assert not Record.objects.filter(properties__specialization="Select").exists()
        assert Record.objects.filter(properties__has_key="specialization").count() == 9240 - 1942 - 1438

        at = timezone.now()
        first, last = (at - timedelta(days=2)).date(), (at + timedelta(days=1)).date()
        board = queries.board_of(cast.acme, at)
        figure = figure_of(board, "lead_to_close", first, last)
        assert (figure.numerator, figure.denominator) == (3561, 9240)
        assert round((figure.value or 0) * 100, 2) == Decimal("38.54")
        for source in ("Google", "Direct Traffic", "Olark Chat", "Organic Search", "Reference"):
            figure = figure_of(board, "lead_to_close", first, last, segment="source", segment_value=source)
            assert (figure.numerator, figure.denominator) == (converted[source], came[source])

    assert counts(bring_in(cast, LEADS)) == (0, 0, 9240, 0), "the same file again changes nothing"
