"""The published figures of a real data set, from the rows and from the readings alike."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.tenancy.scope import workspace_scope
from scorecard import queries
from scorecard.actions import fold
from tests.cast import Cast
from tests.scorecard import maven
from tests.scorecard.figures import figure_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
FIRST, LAST = date(2016, 10, 1), date(2018, 1, 15)


def test_maven_tells_its_published_figures(cast: Cast) -> None:
    """Before the fold and after it. One load serves every figure: it takes seconds."""
    maven.need_data()
    with workspace_scope(cast.acme):
        maven.load(cast.acme)
        check(cast)
        fold(cast.acme, maven.NOW)
        check(cast)


def check(cast: Cast) -> None:
    board = queries.board_of(cast.acme, maven.NOW)
    check_figures(board)
    check_open(board)
    check_segments(board)
    check_rows(board)


def percent(value: Decimal | None) -> str:
    assert value is not None
    return f"{value * 100:.2f}"


def check_figures(board: queries.Board) -> None:
    win_rate = figure_of(board, "win_rate", FIRST, LAST)
    assert (win_rate.numerator, win_rate.denominator) == (4238, 4238 + 2473)
    assert percent(win_rate.value) == "63.15"

    deal = figure_of(board, "average_deal", FIRST, LAST)
    assert (deal.numerator, deal.denominator) == (10_005_534, 4238)
    assert f"{deal.value:.2f}" == "2360.91"

    cycle = figure_of(board, "sales_cycle", FIRST, LAST)
    assert (f"{cycle.value:.2f}", f"{cycle.mean:.2f}", cycle.median) == ("51.78", "51.78", 57)

    quarters = [
        figure_of(board, "win_rate", first, last).value
        for first, last in [
            (date(2017, 1, 1), date(2017, 3, 31)),
            (date(2017, 4, 1), date(2017, 6, 30)),
            (date(2017, 7, 1), date(2017, 9, 30)),
            (date(2017, 10, 1), date(2017, 12, 31)),
        ]
    ]
    assert [percent(value) for value in quarters] == ["82.07", "61.71", "61.41", "60.25"]


def check_open(board: queries.Board) -> None:
    aging = board.metric("stage_aging")
    found = queries.measured(board, aging, board.period("custom", FIRST, LAST), by="stage")
    assert found.figure.open_count == 2089
    assert {part.value: part.figure.open_count for part in found.slices} == {"Qualification": 1589, "Discovery": 500}
    velocity = figure_of(board, "velocity", FIRST, LAST)
    assert velocity.inputs is not None
    assert velocity.inputs.open_deals == 2089
    assert percent(velocity.inputs.win_rate) == "63.15"
    assert f"{velocity.value:f}" == "60146.849302"
    engaged = replace(velocity.inputs, open_deals=Decimal(1589))  # without those that were never engaged
    assert f"{engaged.velocity:f}" == "45750.762825"
    rows = queries.rows_behind(board, aging, board.period("custom", FIRST, LAST), segment="stage", value="Discovery")
    assert rows.total == 500


def check_segments(board: queries.Board) -> None:
    """Segments add up to the whole."""
    period = board.period("custom", FIRST, LAST)
    for segment, values in {"region": 3, "manager": 6, "owner": 30, "product": 7, "source": 1}.items():
        for key in ("win_rate", "average_deal", "sales_cycle"):
            found = queries.measured(board, board.metric(key), period, by=segment)
            assert sum(part.figure.numerator for part in found.slices) == found.figure.numerator > 0
            assert sum(part.figure.denominator for part in found.slices) == found.figure.denominator > 0
            assert len(found.slices) == values


def check_rows(board: queries.Board) -> None:
    """Numbers open their rows."""
    period, win_rate = board.period("custom", FIRST, LAST), board.metric("win_rate")
    lost = queries.rows_behind(board, win_rate, period, part="missed")
    assert (lost.total, len(lost.rows)) == (2473, 50)
    by_region = {part.value: part.figure for part in queries.measured(board, win_rate, period, by="region").slices}
    assert set(by_region) == {"Central", "East", "West"}
    for region, figure in by_region.items():
        behind = queries.rows_behind(board, win_rate, period, segment="region", value=region)
        assert (behind.total, behind.numerator) == (figure.denominator, figure.numerator)
    deals = queries.rows_behind(board, board.metric("average_deal"), period)
    assert (deals.total, deals.numerator) == (4238, 10_005_534)
