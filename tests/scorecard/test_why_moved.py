"""Why did it move: five parts that sum to the change, by any segment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.tenancy.scope import workspace_scope
from lifecycle.actions.restating import restate
from lifecycle.models import Record
from scorecard.actions import fold
from scorecard.rules.decomposition import contributions, rounded
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records
from tests.scorecard.life import Life

COUNTS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.integers(-99, 99).map(Fraction), st.integers(0, 50).map(Fraction)),
    min_size=1,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=COUNTS, now=COUNTS)
def test_the_parts_sum_to_the_change_with_nothing_left(
    before: dict[str, tuple[Fraction, Fraction]], now: dict[str, tuple[Fraction, Fraction]]
) -> None:
    wholes = [tuple(sum(part[place] for part in each.values()) for place in (0, 1)) for each in (before, now)]
    assume(all(whole[1] for whole in wholes))
    change = wholes[1][0] / wholes[1][1] - wholes[0][0] / wholes[0][1]
    parts = contributions(before, now)
    assert sum(part.mix + part.behaviour for part in parts) == change
    assert {part.value for part in parts} == before.keys() | now.keys()
    shown = Decimal(change.numerator) / Decimal(change.denominator)
    total = shown.quantize(Decimal("0.000001"))
    told = rounded({"mix": sum(part.mix for part in parts), "behaviour": sum(part.behaviour for part in parts)}, total)
    assert sum(told.values()) == total


def test_other_proportions_alone_are_mix_and_other_rates_alone_are_behaviour() -> None:
    ten, none = Fraction(10), Fraction(0)
    mixed = contributions({"a": (ten / 2, ten), "b": (none, ten)}, {"a": (ten * 3 / 2, ten * 3), "b": (none, ten)})
    assert [part.behaviour for part in mixed] == [0, 0]
    assert sum(part.mix for part in mixed) == Fraction(3, 8) - Fraction(1, 4)
    (better,) = contributions({"a": (Fraction(2), ten)}, {"a": (Fraction(8), ten * 2)})
    assert (better.mix, better.behaviour) == (0, Fraction(1, 5))


@pytest.fixture
def lived(db: None, cast: Cast) -> Iterator[Cast]:
    """Acme after two months of everything, which are closed and restated in part, on Monday at ten."""
    with time_machine.travel(MONDAY_10, tick=False):
        with workspace_scope(cast.acme):
            Life(cast, 21).go_on(150)
            published(cast, [(["reporting", "closing_period"], "month")])
            for place, record in enumerate(Record.objects.filter(stage__key="closed_won").order_by("number")):
                restate(record, amount=Decimal(777 + place), reason="Known late", by=cast.mona, at=MONDAY_10)
            fold(cast.acme, MONDAY_10)
        yield cast


ASKED = "period=30d&compare=previous"


def test_every_figure_that_moved_is_explained_without_a_residue(lived: Cast, client: Client) -> None:
    client.force_login(lived.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    cards = client.get(f"/api/v1/w/acme/scorecard?{ASKED}").json()["cards"]
    explained = restated = 0
    for card in cards:
        key = card["metric"]["key"]
        told = client.get(f"/api/v1/w/acme/metrics/{key}/why?{ASKED}").json()
        if card["delta"] is None:
            assert (told["change"], told["causes"]) == (None, []), key
            continue
        assert told["change"] == card["delta"]["absolute"], key
        assert [cause["key"] for cause in told["causes"]] == ["definition", "mix", "behaviour", "restatement", "unripe"]
        assert sum(Decimal(cause["effect"]) for cause in told["causes"]) == Decimal(told["change"]), key
        restated += Decimal(told["causes"][3]["effect"]) != 0
        explained += 1
        assert client.get(f"/w/acme/scorecard/{key}/why/?{ASKED}").status_code == 200, key
    assert explained > 3 and restated


MADE = {
    "key": "made",
    "label": "Made",
    "kind": "count",
    "unit": "count",
    "parameters": {"dated": "records.created_at"},
}


@pytest.mark.django_db
def test_a_new_definition_is_a_part_of_the_change(cast: Cast, client: Client) -> None:
    """Six records by the old definition, three of them by the new one; then four by the new one."""
    client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    metric, thursday = ["metrics", {"key": "made"}], MONDAY_10 + timedelta(days=3)
    with time_machine.travel(MONDAY_10, tick=False), workspace_scope(cast.acme):
        acme = published(cast, [(metric, {**MADE, "owner": cast.ada.email})])
        make_records(acme, 3, source="Web")
        make_records(acme, 3, source="Event")
    with time_machine.travel(thursday, tick=False):
        with workspace_scope(cast.acme):
            acme = published(cast, [([*metric, "filter"], "source == 'Web'")], at=thursday)
            make_records(acme, 4, source="Web", at=thursday)
        client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
        days = "from=2026-03-05&to=2026-03-05&compare_from=2026-03-01&compare_to=2026-03-04"
        told = client.get(f"/api/v1/w/acme/metrics/made/why?{days}").json()
    effects = {cause["key"]: Decimal(cause["effect"]) for cause in told["causes"]}
    assert (Decimal(told["before"]), Decimal(told["now"])) == (6, 4)
    assert effects == {"definition": -3, "mix": 0, "behaviour": 1, "restatement": 0, "unripe": 0}
    assert told["causes"][0]["note"].startswith("Version 3 defined it anew")


def test_what_cannot_be_compared_is_said(cast: Cast, client: Client, db: None) -> None:
    with time_machine.travel(MONDAY_10, tick=False):
        client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
        assert b"nothing to compare" in client.get("/w/acme/scorecard/win_rate/why/").content
        assert client.get("/w/acme/scorecard/nothing/why/").status_code == 404
        refused = client.get("/api/v1/w/acme/metrics/win_rate/why?by=shoe_size")
        assert (refused.status_code, refused.json()["field"]) == (422, "segment")
