"""A figure as it was known on a day is the figure that was shown on that day, whatever was told since."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.tenancy.scope import workspace_scope
from lifecycle.actions.advancing import advance
from lifecycle.actions.editing import edit_record
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.owning import change_owner
from lifecycle.models import Record, ReplacedStay
from scorecard import queries
from scorecard.kinds import kind_of
from scorecard.queries.boards import seen_from
from scorecard.rules.standpoint import Standpoint
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.scorecard.measured_metrics import METRICS

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = MONDAY_10.date(), MONDAY_10.date() + timedelta(days=1)
FIRST = date(2026, 1, 1)
FORCED: dict[str, Any] = {"override": True, "reason_key": "history"}

LEFT = {"kind": "count", "unit": "count", "parameters": {"dated": "stays.exited_at", "stages": "sales"}}


def days(number: int) -> datetime:
    return MONDAY_10 + timedelta(days=number)


def shown(board: queries.Board) -> dict[tuple[str, str], Any]:
    """Every figure of stays, for the whole and by owner and source, with the rows behind it."""
    found: dict[tuple[str, str], Any] = {}
    period = board.period("custom", FIRST, board.today)
    for metric in board.measurable:
        if kind_of(metric).tells_known and metric.kind != "formula":
            for segment in ("", *{"owner", "source"}.intersection(board.segments(metric))):
                told = queries.measured(board, metric, period, by=segment)
                found[metric.key, segment] = told.figure, {each.value: each.figure for each in told.slices}
            rows = queries.rows_behind(board, metric, period).rows
            found[metric.key, "rows"] = [(row.day, row.name, row.owner, row.amount, row.numerator) for row in rows]
    return found


def told_by_file(name: str, *past: tuple[str, datetime], amount: int, at: datetime, cast: Cast) -> None:
    core = {"name": name, "amount": amount, "owner_id": str(cast.rick.pk), "source": "Web"}
    row = Incoming(1, "opportunity", "crm", name, core, history=past)
    assert not take_in(cast.acme, [row], by=cast.ada, at=at).rejected


def monday(cast: Cast) -> None:
    """A deal is won; a file tells of another one."""
    take_in(cast.acme, [Incoming(1, "opportunity", core={"name": "Seen", "amount": 100})], by=cast.rick, at=days(0))
    seen = Record.objects.get(name="Seen")
    change_owner(seen, cast.rick, by=cast.mona, at=days(0))
    advance(seen, "closed_won", by=cast.mona, at=days(0), **FORCED)
    told_by_file("Told", ("discovery", days(-30)), ("closed_won", days(-20)), amount=500, at=days(0), cast=cast)
    for name in ("Open", "Blank"):
        take_in(cast.acme, [Incoming(1, "opportunity", core={"name": name})], by=cast.rick, at=days(0))


def tuesday(cast: Cast) -> None:
    """The won amount is put right, an open deal gets its amount, another one loses its own in its next stage, owners
    change, a file tells of an older win."""
    seen, still_open = Record.objects.get(name="Seen"), Record.objects.get(name="Open")
    edit_record(seen, core={"amount": 150, "source": "Event"}, by=cast.ada, at=days(1))
    edit_record(still_open, core={"amount": 70}, by=cast.ada, at=days(1))
    blank = Record.objects.get(name="Blank")
    edit_record(blank, core={"amount": 800}, by=cast.ada, at=days(1))
    advance(blank, "proposal", by=cast.mona, at=days(1), **FORCED)
    edit_record(blank, core={"amount": None}, by=cast.ada, at=days(1))
    for record in (seen, still_open):
        change_owner(record, cast.rosa, by=cast.mona, at=days(1))
    told_by_file("Late", ("discovery", days(-25)), ("closed_won", days(-10)), amount=900, at=days(1), cast=cast)


def wednesday(cast: Cast) -> None:
    """A file tells a past otherwise: a win was a loss. The open deal is won."""
    told_by_file("Told", ("discovery", days(-31)), ("closed_lost", days(-15)), amount=500, at=days(2), cast=cast)
    assert ReplacedStay.objects.count() == 2
    advance(Record.objects.get(name="Open"), "closed_won", by=cast.mona, at=days(2), **FORCED)


def test_a_figure_asked_again_as_of_a_day_is_the_one_that_was_shown_then(cast: Cast) -> None:
    at_night = timedelta(hours=12, minutes=50)  # ten to midnight in Berlin
    with workspace_scope(cast.acme):
        known = {"owner": "dana@acme.example", "segments": []}
        measured = {"entered": METRICS["entered"], "stay_days": METRICS["stay_days"], "left": LEFT}
        cast.acme = published(
            cast,
            [
                (["metrics", {"key": key}], {"key": key, "label": key, **known, **each})
                for key, each in measured.items()
            ],
        )
        told = []
        for number, deeds in enumerate((monday, tuesday, wednesday)):
            deeds(cast)
            told.append(shown(queries.board_of(cast.acme, days(number) + at_night)))
        assert len(told[0]) > 20 and told[0] != told[1] != told[2]
        assert {(key, "rows") for key in measured} <= told[0].keys()
        now = queries.board_of(cast.acme, days(9))
        for number, day in enumerate((MONDAY, TUESDAY)):
            again = shown(seen_from(now, Standpoint(known_on=day)))
            different = {key for key, figure in again.items() if told[number][key] != figure}
            assert not different, different
            assert again.keys() == told[number].keys()
        average = next(metric for metric in now.measurable if metric.kind == "average_deal")
        plain = replace(now, standpoint=Standpoint())
        assert queries.measured(plain, average, plain.period("custom", FIRST, plain.today)).figure.value is not None


def test_page_and_api_say_on_which_day_it_was_known_and_refuse_what_nobody_knows(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    own = {"name": "Won", "metrics": ["win_rate", "revenue_won", "velocity"], "period": "30d", "compare": "previous"}
    with workspace_scope(cast.acme):
        monday(cast)
    with time_machine.travel(days(0) + timedelta(hours=12), tick=False):
        browser.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
        made = browser.post("/api/v1/w/acme/boards", own, "application/json").json()
        figures = f"/api/v1/w/acme/boards/{made['number']}/figures"
        board_then = browser.get(figures).json()["cards"]
    with workspace_scope(cast.acme):
        tuesday(cast)
        later = {"key": "left", "label": "Left", "owner": "dana@acme.example", "segments": [], **LEFT}
        published(cast, [(["metrics", {"key": "left"}], later)], at=days(1))
        metrics = queries.board_of(cast.acme, days(3)).measurable
        win = next(metric.key for metric in metrics if metric.kind == "win_rate")
        seam = next(metric.key for metric in metrics if metric.kind == "acceptance")
    browser.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/api/v1/w/acme/metrics/left", "/w/acme/scorecard/left/"):
        refused = browser.get(f"{address}?known_on={MONDAY}")
        assert refused.status_code == 422 and "Left was not defined yet on that day" in refused.content.decode()
    again = browser.get(f"{figures}?known_on={MONDAY}").json()["cards"]
    assert [card["figure"] for card in again] == [card["figure"] for card in board_then]
    assert b"as known on 2 Mar 2026" in browser.get(f"{figures[7:-8]}/?known_on={MONDAY}").content
    compared = f"from={MONDAY}&to={MONDAY}&compare_from={FIRST}&compare_to={MONDAY - timedelta(days=1)}"
    why = browser.get(f"/api/v1/w/acme/metrics/{win}/why?{compared}&known_on={MONDAY}").json()
    assert why["causes"] and Decimal(why["change"]) == sum(Decimal(cause["effect"]) for cause in why["causes"])
    asked = f"from={FIRST}&to={MONDAY}&known_on="
    for known_on, won in ((MONDAY, "2"), (TUESDAY, "3")):
        told = browser.get(f"/api/v1/w/acme/metrics/{win}?{asked}{known_on}").json()
        assert told["figure"]["numerator"].startswith(won), told["figure"]
        assert told["standpoint"] == {"reading": "was", "known_on": known_on.isoformat()}
        page = browser.get(f"/w/acme/scorecard/{win}/?{asked}{known_on}").content.decode()
        assert f"as known on {known_on:%-d %b %Y}" in page
    assert browser.get(f"/w/acme/scorecard/?{asked}{MONDAY}").status_code == 200
    cannot = browser.get(f"/api/v1/w/acme/metrics/{seam}?{asked}{MONDAY}").json()
    assert cannot["figure"]["value"] is None and "can be told of stays" in cannot["failing"]
    for wrong, field in (("known_on=2999-01-01", "known_on"), (f"known_on={MONDAY}&reading=now", "reading")):
        refused = browser.get(f"/api/v1/w/acme/metrics/{win}?{wrong}")
        assert (refused.status_code, refused.json()["field"]) == (422, field)
