"""How figures are written: one place, one style."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import figures


@pytest.mark.parametrize(
    ("value", "said"),
    [("0.4", "40 %"), ("0.6315", "63.15 %"), ("0.625", "62.5 %"), ("0", "0 %"), ("1", "100 %"), (None, "–")],
)
def test_a_share_has_the_decimals_that_say_something(value: str | None, said: str) -> None:
    assert figures.percent(value and Decimal(value)) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("26181.82", "26,182 EUR"),
        ("4156.25", "4,156 EUR"),
        ("950.50", "950.50 EUR"),
        ("950", "950 EUR"),
        ("-12000", "−12,000 EUR"),
        ("", "–"),
        (None, "–"),
    ],
)
def test_money_carries_its_currency_and_cents_only_where_they_matter(amount: str | None, said: str) -> None:
    assert figures.money(amount, "EUR") == said


def test_the_very_amount_is_there_where_it_is_asked_for() -> None:
    assert figures.money_to_the_cent(Decimal("26181.82"), "EUR") == "26,181.82 EUR"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 min"),
        (7, "7 min"),
        (60, "1 h"),
        (192, "3 h 12 min"),
        (1440, "1 d"),
        (3060, "2 d 3 h"),
        (74 * 1440 + 61, "74 d"),
        (-61, "−1 h 1 min"),
        (Decimal("240.4"), "4 h"),
        (timedelta(hours=26), "1 d 2 h"),
    ],
)
def test_a_length_of_time_is_told_in_its_two_largest_units(minutes: object, said: str) -> None:
    assert figures.span(minutes) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("0.4", "ratio", "40 %"),
        ("26181.82", "money", "26,182 EUR"),
        ("4156.25", "money_per_day", "4,156 EUR/day"),
        ("51.7833", "days", "51.78 days"),
        ("1", "days", "1 day"),
        ("240", "minutes", "4 h"),
        ("12345.60", "count", "12,345.6"),
        ("", "ratio", "–"),
    ],
)
def test_a_metric_is_written_by_its_unit(value: str, unit: str, said: str) -> None:
    assert figures.shown(value and Decimal(value), unit, "EUR") == said
