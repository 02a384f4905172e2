"""Points and their reasons: caps, decay, bands; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.expressions.source import BadExpression
from blueprint.schema import ScoringTerms
from lifecycle.rules.scoring import Score, band_of, score
from tests.lifecycle.factories import score_model, score_rule

NOW = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
CATALOGUE = Catalogue(
    [Field("employees", DataType.NUMBER, "Employees"), Field("visits", DataType.INTEGER, "Visits to the price page")]
)
MODEL = score_model(
    rules=(
        score_rule("Big enough", "fit", "employees > 200", 30),
        score_rule("Right place", "fit", 'source == "web"', 30),
        score_rule("Free mail", "fit", 'email.endsWith("@gmail.com")', -25),
        score_rule("Looked at prices", "behaviour", "visits > 0", 20),
        score_rule("Looked often", "behaviour", "visits > 5", 25),
    ),
    fit_cap=50,
    behaviour_cap=40,
    half_life_days=10,
    threshold=70,
    bands={"Cold": 0, "Hot": 70, "Warm": 40},
)


def scored(model: ScoringTerms = MODEL, **facts: Any) -> Score:
    return score(model, CATALOGUE, {"last_activity_at": NOW, **facts}, NOW)


def test_points_come_with_a_reason_each() -> None:
    result = scored(employees=300, visits=2)
    assert (result.points, result.fit, result.behaviour) == (50, 30, 20)
    assert result.reasons == (("Big enough", 30), ("Looked at prices", 20))
    assert (result.band, result.is_qualified) == ("Warm", False)


def test_a_group_stops_at_its_cap_and_says_so() -> None:
    result = scored(employees=300, source="web", visits=9)
    assert (result.points, result.fit, result.behaviour) == (90, 50, 40)
    assert ("Fit is at most 50", -10) in result.reasons
    assert ("Behaviour is at most 40", -5) in result.reasons
    assert (result.band, result.is_qualified) == ("Hot", True)


def test_a_group_is_never_below_nothing() -> None:
    result = scored(email="ada@gmail.com", visits=1)
    assert (result.points, result.fit) == (20, 0)
    assert ("Fit is at least 0", 25) in result.reasons


def test_an_unknown_condition_gives_no_points() -> None:
    assert scored().points == 0
    assert scored().band == "Cold"


@pytest.mark.parametrize(
    ("days", "left"),
    [(0, 20), (0.9, 20), (1, 18), (5, 14), (10, 10), (20, 5), (30, 2), (40, 1), (50, 0), (99_999, 0), (-3, 20)],
)
def test_behaviour_halves_with_every_half_life_of_silence(days: float, left: int) -> None:
    result = scored(visits=1, last_activity_at=NOW - timedelta(days=days))
    assert result.behaviour == left
    assert sum(points for _, points in result.reasons) == left


def test_behaviour_does_not_fade_without_a_half_life_or_a_known_activity() -> None:
    steady = MODEL.model_copy(update={"half_life_days": None})
    assert scored(steady, visits=1, last_activity_at=NOW - timedelta(days=400)).behaviour == 20
    assert scored(visits=1, last_activity_at=None).behaviour == 20


def test_below_the_lowest_band_there_is_no_band() -> None:
    assert band_of(score_model(bands={"Warm": 40}), 39) == ""


def test_a_rule_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadExpression):
        scored(score_model(rules=(score_rule("Typo", "fit", "employes > 200", 5),)))


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.sampled_from(["fit", "behaviour"]), st.integers(-50, 50)), max_size=8),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 400),
)
def test_reasons_add_up_and_time_never_adds_points(
    rules: list[tuple[Any, int]], fit_cap: int, behaviour_cap: int, days: int
) -> None:
    model = score_model(
        rules=tuple(score_rule(f"Rule {n}", group, "true", points) for n, (group, points) in enumerate(rules)),
        fit_cap=fit_cap,
        behaviour_cap=behaviour_cap,
        half_life_days=30,
    )
    now, later = scored(model), scored(model, last_activity_at=NOW - timedelta(days=days))
    for result in (now, later):
        assert sum(points for _, points in result.reasons) == result.points == result.fit + result.behaviour
        assert 0 <= result.fit <= fit_cap
        assert 0 <= result.behaviour <= behaviour_cap
    assert later.points <= now.points
