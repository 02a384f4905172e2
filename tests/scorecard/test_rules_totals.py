"""Sums to values, exactly."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.kinds import KINDS
from scorecard.rules.days import MOST_SPANS, Days
from scorecard.rules.falls import what_fell
from scorecard.rules.periods import CHOICES, STEPS, Period, period
from scorecard.rules.totals import EPOCH, Inputs, Totals, band, delta, quantile, summed

D = Decimal
DAY = date(2026, 3, 2)


def test_a_ratio_of_nothing_is_no_number() -> None:
    assert KINDS["win_rate"].figure(Totals(), DAY).value is None
    assert KINDS["win_rate"].figure(Totals(D(1), D(4)), DAY).value == D("0.25")


@given(st.lists(st.integers(0, 300), min_size=1, max_size=60))
def test_the_median_of_a_distribution_is_the_median_of_its_values(values: list[int]) -> None:
    counted = {value: values.count(value) for value in values}
    ordered = sorted(values)
    middle = len(ordered) // 2
    expected = D(ordered[middle]) if len(ordered) % 2 else D(ordered[middle - 1] + ordered[middle]) / 2
    assert quantile(counted, D("0.5")) == expected
    ninetieth = quantile(counted, D("0.9"))
    assert ninetieth is not None
    assert sum(value <= ninetieth for value in values) >= 0.9 * len(values)
    assert sum(value < ninetieth for value in values) < 0.9 * len(values)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 50)), max_size=20), st.integers(0, 20))
def test_sums_do_not_mind_how_days_are_grouped(parts: list[tuple[int, int, int]], cut: int) -> None:
    days = [Totals(D(n), D(d), distribution={m: 1}) for n, d, m in parts]
    assert summed(days) == summed([summed(days[:cut]), summed(days[cut:])])


def test_velocity_is_the_product_of_its_four_inputs() -> None:
    totals = Totals(D(2), D(4), aside=D(6000), stock=D(10), amounts=2, distribution={20: 1, 40: 1})
    found = KINDS["velocity"].figure(totals, DAY)
    assert found.inputs == Inputs(D(10), D("0.5"), D(3000), D(30))
    assert found.value == D(500)


def test_velocity_is_rounded_once_and_its_inputs_never() -> None:
    totals = Totals(D(1), D(3), aside=D(100), stock=D(3_000_000), amounts=1, distribution={30: 1})
    assert KINDS["velocity"].figure(totals, DAY).value == D("3333333.333333")


def test_a_fall_of_velocity_names_what_fell_and_by_how_much() -> None:
    before = Inputs(D(10), D("0.5"), D(3000), D(30))
    shorter_deals = Inputs(D(10), D("0.5"), D(1500), D(30))
    assert [(pull.name, pull.share) for pull in what_fell(shorter_deals, before)] == [("average_deal", D(1))]
    both = what_fell(Inputs(D(10), D("0.4"), D(3000), D(60)), before)
    assert [pull.label for pull in both] == ["Sales cycle", "Win rate"]
    assert sum(pull.share for pull in both) == D(1)
    against_a_rise = what_fell(Inputs(D(19), D("0.5"), D(3000), D(60)), before)
    assert [(pull.name, pull.share) for pull in against_a_rise] == [("cycle_days", D(1))]


def test_nothing_fell_when_velocity_rose_and_an_empty_pipeline_took_everything() -> None:
    before = Inputs(D(10), D("0.5"), D(3000), D(30))
    assert what_fell(Inputs(D(20), D("0.4"), D(3000), D(30)), before) == ()
    assert what_fell(before, None) == ()
    assert [pull.name for pull in what_fell(Inputs(D(0), D("0.5"), D(3000), D(30)), before)] == ["open_deals"]


def test_the_age_of_what_is_open_comes_from_two_sums() -> None:
    entered = [date(2026, 2, 20), date(2026, 3, 1)]
    totals = Totals(stock=D(2), stock_days=D(sum((day - EPOCH).days for day in entered)))
    assert KINDS["aging"].figure(totals, DAY).value == D("5.5")


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [("0.4", "up", "in"), ("0.39", "up", "out"), ("0.4", "down", "in"), ("0.41", "down", "out"), (None, "up", "none")],
)
def test_the_band_follows_the_direction(value: str | None, direction: str, expected: str) -> None:
    assert band(D(value) if value else None, D("0.4"), direction) == expected


def test_a_delta_says_which_way_is_better() -> None:
    assert delta(D("0.5"), D("0.4"), "up").is_better is True  # type: ignore[union-attr]
    assert delta(D(50), D(40), "down").is_better is False  # type: ignore[union-attr]
    assert delta(D(50), D(50), "down").is_better is None  # type: ignore[union-attr]
    assert delta(D(50), None, "up") is None
    assert delta(D(5), D(0), "up").relative is None  # type: ignore[union-attr]


@given(
    st.sampled_from([choice for choice in CHOICES if choice != "custom"]),
    st.dates(date(2001, 1, 1), date(2090, 1, 1)),
    st.sampled_from(STEPS),
)
def test_buckets_cover_a_period_without_gap_or_overlap(choice: str, today: date, step: str) -> None:
    found = period(choice, today, earliest=today.replace(year=today.year - 1, day=1))
    buckets = list(found.buckets(step))
    assert (buckets[0].first, buckets[-1].last) == (found.first, found.last)
    assert all((b.first - a.last).days == 1 for a, b in zip(buckets, buckets[1:], strict=False))
    assert found.before is None or (found.first - found.before.last).days == 1


def test_a_quarter_is_compared_with_the_whole_quarter_before() -> None:
    found = period("quarter", date(2026, 5, 20))
    assert found == Period(date(2026, 4, 1), date(2026, 5, 20), "quarter")
    assert found.before == Period(date(2026, 1, 1), date(2026, 3, 31))


def test_a_month_is_compared_with_the_whole_month_before() -> None:
    assert period("month", date(2026, 5, 20)) == Period(date(2026, 5, 1), date(2026, 5, 20), "month")
    last = period("last_month", date(2026, 3, 1))
    assert last == Period(date(2026, 2, 1), date(2026, 2, 28), "last_month")
    assert last.before == Period(date(2026, 1, 1), date(2026, 1, 31))


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=200))
def test_days_keep_exactly_the_days_given_in_few_spans(given_days: set[date]) -> None:
    days = Days.of(given_days)
    assert len(days.spans) <= MOST_SPANS
    assert all(any(a <= day <= b for a, b in days.spans if a and b) for day in given_days)
    inside = sum((b - a).days + 1 for a, b in days.spans if a and b)
    assert days.exact == frozenset(given_days) or inside == len(given_days)
