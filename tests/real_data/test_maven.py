"""A seller of hardware, 8,800 opportunities with agents, managers and companies: the scorecard agrees to the cent."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.people.models import Member, Team
from core.tenancy.scope import workspace_scope
from lifecycle.models import Account, Record, StageStay
from scorecard import queries
from tests.cast import Cast
from tests.real_data.door import bring_in, counts, needs_data, rows_of
from tests.scorecard.figures import figure_of

pytestmark = [needs_data, pytest.mark.slow, pytest.mark.django_db]

PIPELINE = "maven_crm/sales_pipeline.csv"
FIRST, LAST = date(2016, 10, 1), date(2017, 12, 31)
AT = datetime(2018, 1, 2, 9, tzinfo=UTC)


def test_the_scorecard_agrees_to_the_cent_and_the_same_files_again_change_nothing(cast: Cast) -> None:
    bring_in(cast, "maven_crm/sales_teams.csv")
    bring_in(cast, "maven_crm/accounts.csv")
    assert counts(bring_in(cast, PIPELINE)) == (8800, 0, 0, 0)
    check_figures(cast)
    check_segments(cast)
    check_again(cast)


def check_figures(maven: Cast) -> None:
    """Every opportunity is in, and the scorecard says what the file says."""
    with workspace_scope(maven.acme):
        stages = Counter(Record.objects.values_list("stage__key", flat=True))
        assert stages == {"closed_won": 4238, "closed_lost": 2473, "qualification": 1589, "discovery": 500}
        assert Account.objects.count() == 85
        assert StageStay.objects.filter(exited_at=None).count() == 8800
        assert Record.objects.filter(properties__product="GTXPro").count() == 1480
        assert Record.objects.filter(account=None).count() == 1425

        board = queries.board_of(maven.acme, AT)
        win_rate = figure_of(board, "win_rate", FIRST, LAST)
        assert (win_rate.numerator, win_rate.denominator) == (4238, 6711)
        assert round(win_rate.value or 0, 4) == Decimal("0.6315")
        deal = figure_of(board, "average_deal", FIRST, LAST)
        assert deal.numerator == Decimal(10_005_534)
        assert round(deal.value or 0, 2) == Decimal("2360.91")
        cycle = figure_of(board, "sales_cycle", FIRST, LAST)
        assert (round(cycle.mean or 0, 2), cycle.median) == (Decimal("51.78"), 57)
        quarters = [(1, 3, 31), (4, 6, 30), (7, 9, 30), (10, 12, 31)]
        rates = [
            figure_of(board, "win_rate", date(2017, begin, 1), date(2017, end, last)).value
            for begin, end, last in quarters
        ]
        assert [round((rate or 0) * 100, 2) for rate in rates] == [
            Decimal(each) for each in ("82.07", "61.71", "61.41", "60.25")
        ]


def check_segments(maven: Cast) -> None:
    """Regions and managers add up to the whole."""
    people = {row["sales_agent"]: row for row in rows_of("maven_crm/sales_teams.csv")}
    with workspace_scope(maven.acme):
        assert Team.objects.exclude(region="").count() == 6
        assert Member.objects.filter(name="Moses Frase").values_list("user", flat=True)[0] is None
        board = queries.board_of(maven.acme, AT)
        for segment, column in (("region", "regional_office"), ("manager", "manager")):
            expected: Counter[str] = Counter()
            for row in rows_of(PIPELINE):
                if row["deal_stage"] in ("Won", "Lost"):
                    expected[people[row["sales_agent"]][column]] += 1
            found = {
                name: figure_of(board, "win_rate", FIRST, LAST, segment=segment, segment_value=name).denominator
                for name in expected
            }
            assert found == expected
            assert sum(found.values()) == 6711


def check_again(maven: Cast) -> None:
    """No row of any table of records is touched by the same files."""
    with workspace_scope(maven.acme):
        before = list(Record.objects.order_by("number").values())
        stays = StageStay.objects.count()
    assert counts(bring_in(maven, "maven_crm/sales_teams.csv")) == (0, 0, 35, 0)
    assert counts(bring_in(maven, "maven_crm/accounts.csv")) == (0, 0, 85, 0)
    assert counts(bring_in(maven, PIPELINE)) == (0, 0, 8800, 0)
    with workspace_scope(maven.acme):
        assert list(Record.objects.order_by("number").values()) == before
        assert StageStay.objects.count() == stays
