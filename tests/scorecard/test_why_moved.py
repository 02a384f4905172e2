"""Why did it move: five parts that sum to the change, by any segment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st

from blueprint.documents import blueprint_of
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from lifecycle.actions.advancing import advance
from lifecycle.actions.restating import restate
from lifecycle.models import Record, StageStay
from scorecard.actions import fold
from scorecard.queries import board_of
from scorecard.rules.decomposition import contributions, rounded
from scorecard.rules.periods import Period
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records, what_held
from tests.scorecard.figures import figure_of
from tests.scorecard.life import Life

COUNTS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.integers(-99, 99).map(Fraction), st.integers(0, 50).map(Fraction)),
    min_size=1,
)


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


OF_SALES = {"pipeline": "sales"}
# What closings are told of in other ways: by the day of opening, and in formulas.
MORE: list[dict[str, Any]] = [
    {"key": "of_opened", "kind": "win_rate", "unit": "ratio", "parameters": {**OF_SALES, "cohort": "opening"}},
    {"key": "opened_worth", "kind": "win_rate", "parameters": {**OF_SALES, "cohort": "opening", "weigh": "amount"}},
    {"key": "last_worth", "kind": "won_amount", "unit": "money", "parameters": {**OF_SALES, "reopened": "last"}},
    {"key": "daily", "kind": "formula", "unit": "money", "parameters": {"expression": "velocity * sales_cycle"}},
]
OF_CLOSINGS = {"win_rate", "average_deal", "sales_cycle", "velocity", "revenue_won", *(each["key"] for each in MORE)}
AT_ELEVEN = MONDAY_10 + timedelta(hours=1)
LATER = MONDAY_10 + timedelta(days=100)  # when all of it is ripe
Figures = dict[str, Decimal | None]
JANUARY, FEBRUARY = Period(date(2026, 1, 1), date(2026, 1, 31)), Period(date(2026, 2, 1), date(2026, 2, 28))


def figures(cast: Cast, period: Period) -> Figures:
    board = board_of(cast.acme, LATER)
    return {metric.key: figure_of(board, metric.key, period.first, period.last).value for metric in board.measurable}


@pytest.fixture
def lived(db: None, cast: Cast) -> Iterator[tuple[Cast, dict[str, Decimal]]]:
    """Acme after two months of everything, closed and restated in every way, when all is ripe; and by how much that
    moved the change from January to February of each figure."""
    with time_machine.travel(MONDAY_10, tick=False), workspace_scope(cast.acme):
        Life(cast, 21).go_on(110)
        won(cast, datetime(2026, 1, 5, 9, tzinfo=UTC), 10)
        won(cast, datetime(2026, 2, 3, 9, tzinfo=UTC), 14)
        owned = {"owner": cast.ada.email, "unit": "ratio"}
        edits = [(["metrics", {"key": each["key"]}], {"label": each["key"], **owned, **each}) for each in MORE]
        cast.acme = published(cast, [(["reporting", "closing_period"], "month"), *edits])
        unrestated = figures(cast, JANUARY), figures(cast, FEBRUARY)
        restate_in_every_way(cast)
        fold(cast.acme, LATER)
        moved = figures(cast, JANUARY), figures(cast, FEBRUARY)
    with time_machine.travel(LATER, tick=False):
        yield cast, {key: effect(moved, unrestated, key) for key in moved[0]}


def restate_in_every_way(cast: Cast) -> None:
    """Other amounts, a deal that is reopened, and one that comes in late."""
    closed = list(Record.objects.filter(stage__key__in=["closed_won", "closed_lost"]).order_by("number"))
    for place, record in enumerate(closed):
        restate(record, amount=Decimal(777 + place), reason="Known late", by=cast.mona, at=AT_ELEVEN)
    offered = Handoff.objects.open().values("record")
    free = Record.objects.filter(pk__in=[each.pk for each in closed]).exclude(pk__in=offered)
    for record in free.order_by("number")[:2]:
        advance(record, "negotiation", by=cast.mona, at=AT_ELEVEN, override=True, reason_key="history")
    won(cast, datetime(2026, 2, 3, 9, tzinfo=UTC), 17, recorded_at=AT_ELEVEN)


def won(cast: Cast, opened: datetime, length: int, recorded_at: datetime | None = None) -> None:
    """A deal that was won after so many days."""
    sales, closed_at = blueprint_of(cast.acme).pipeline("sales"), opened + timedelta(days=length)
    began, won = (next(stage.id for stage in sales.stages if stage.key == key) for key in ("discovery", "closed_won"))
    known: dict[str, Any] = {"kind": "opportunity", "pipeline_id": sales.id, "stage_id": won, "owner": cast.rick}
    known |= {"number": 900 + length, "created_at": opened, "opened_at": opened, "entered_stage_at": closed_at}
    deal = Record.objects.create(name="Won", amount=9_999, **known)
    held = {"record": deal, "pipeline_id": sales.id, "recorded_at": recorded_at, "cause": "history", **what_held(deal)}
    held |= {"blueprint_version": 1}
    StageStay.objects.create(stage_id=began, entered_at=opened, exited_at=closed_at, **held)
    StageStay.objects.create(stage_id=won, from_stage_id=began, entered_at=closed_at, **held)


def effect(now: tuple[Figures, Figures], before: tuple[Figures, Figures], key: str) -> Decimal:
    """What was restated of a figure's change; nothing of a month that had no figure before."""
    sides = [(new[key], old[key]) for new, old in zip(now, before, strict=True)]
    january, february = (Decimal(0) if old is None or new is None else new - old for new, old in sides)
    return february - january


ASKED = "from=2026-02-01&to=2026-02-28&compare_from=2026-01-01&compare_to=2026-01-31"


def test_every_figure_that_moved_is_explained_without_a_residue(
    lived: tuple[Cast, dict[str, Decimal]], client: Client
) -> None:
    """What was restated is what the figures would not be had nobody restated anything."""
    cast, restated = lived
    client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    cards = client.get(f"/api/v1/w/acme/scorecard?{ASKED}").json()["cards"]
    deltas = {card["metric"]["key"]: card["delta"] for card in cards}
    told_of = set()
    for key in {*deltas, *OF_CLOSINGS}:
        told = client.get(f"/api/v1/w/acme/metrics/{key}/why?{ASKED}").json()
        if told["change"] is None:
            assert deltas.get(key) is None and told["causes"] == [], key
            continue
        assert key not in deltas or told["change"] == deltas[key]["absolute"], key
        effects = {cause["key"]: Decimal(cause["effect"]) for cause in told["causes"]}
        assert list(effects) == ["definition", "mix", "behaviour", "restatement", "unripe"]
        assert sum(effects.values()) == Decimal(told["change"]), key
        if OF_CLOSINGS & {key}:
            assert abs(effects["restatement"] - restated[key]) < Decimal("0.000004"), (key, effects)
            told_of |= {key} if effects["restatement"] else set()
        else:
            assert not effects["restatement"], key
        assert client.get(f"/w/acme/scorecard/{key}/why/?{ASKED}").status_code == 200, key
    assert told_of == OF_CLOSINGS


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
    friday = thursday + timedelta(days=1)
    with time_machine.travel(friday, tick=False):
        with workspace_scope(cast.acme):
            fold(acme, thursday)  # what version 3 said is kept, of the days before it as well
            fold(published(cast, [([*metric, "filter"], "source == 'Event'")], at=friday), friday)
        client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
        told = client.get(f"/api/v1/w/acme/metrics/made/why?{days}").json()
    assert Decimal(told["before"]) == 6, "by the version of its own time"


def test_what_cannot_be_compared_is_said(cast: Cast, client: Client, db: None) -> None:
    with time_machine.travel(MONDAY_10, tick=False):
        client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
        assert b"nothing to compare" in client.get("/w/acme/scorecard/win_rate/why/").content
        assert client.get("/w/acme/scorecard/nothing/why/").status_code == 404
        refused = client.get("/api/v1/w/acme/metrics/win_rate/why?by=shoe_size")
        assert (refused.status_code, refused.json()["field"]) == (422, "segment")
