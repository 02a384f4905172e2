"""A wholesaler, 78,025 rows that repeat themselves: each repeat is reported, and None is a value."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.tenancy.scope import workspace_scope
from lifecycle.models import Record, Rejection
from scorecard import queries
from scorecard.actions.folding import fold
from tests.cast import Cast
from tests.real_data.door import bring_in, counts, needs_data
from tests.scorecard.figures import figure_of

pytestmark = [needs_data, pytest.mark.slow, pytest.mark.django_db]

WINS = "ibm_win_loss/WA_Fn-UseC_-Sales-Win-Loss.csv.zip"


def test_where_the_first_row_wins_every_repeat_is_kept_as_a_rejection(cast: Cast) -> None:
    job = bring_in(cast, WINS, on_repeat="first")
    assert counts(job) == (77_829, 0, 0, 196)
    with workspace_scope(cast.acme):
        reasons = Counter(Rejection.objects.filter(of=job).values_list("code", flat=True))
        assert reasons == {"exact_duplicate": 55, "repeated_id": 141}
        stages = Counter(Record.objects.values_list("stage__key", flat=True))
        assert round(Decimal(stages["closed_won"] * 100) / 77_829, 2) == Decimal("22.55")
        at = timezone.now()
        fold(cast.acme, at)  # so many are counted in the background
        board = queries.board_of(cast.acme, at)
        figure = figure_of(board, "win_rate", (at - timedelta(days=2)).date(), (at + timedelta(days=1)).date())
        assert (round((figure.value or 0) * 100, 2), figure.denominator) == (Decimal("22.55"), 77_829)
        kept = Record.objects.filter(properties__competitor="None").count()
        lost = Rejection.objects.filter(of=job, row__contains={"Competitor Type": "None"}).count()
        assert kept + lost == 9257
