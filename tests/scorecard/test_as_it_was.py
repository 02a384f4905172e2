"""Figures say whose records were then: what is given away, renamed or moved to another team later changes no past."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.people.models import Team, TeamSeat
from core.people.team_seats import create_team, edit_team, seat, unseat
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.owning import change_owner, give
from lifecycle.models import Record
from scorecard import queries
from scorecard.kinds import kind_of
from scorecard.rules.standpoint import NOW, Standpoint
from tests.cast import MONDAY_10, Cast
from tests.scorecard.life import START, Life

pytestmark = pytest.mark.django_db
LATER = MONDAY_10 + timedelta(days=2)
WHOSE = ("owner", "team", "region", "manager", "source")


def parts(board: queries.Board) -> dict[tuple[str, str], dict[str, Any]]:
    """Every metric by every segment that says whose or from where."""
    period = board.period("custom", START.date(), board.today)
    found = {}
    for metric in board.measurable:
        for segment in set(board.segments(metric)).intersection(WHOSE):
            slices = queries.measured(board, metric, period, by=segment).slices
            found[metric.key, segment] = {each.value: each.figure for each in slices}
    return found


def check_rows(board: queries.Board, found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Each number opens its rows."""
    period = board.period("custom", START.date(), board.today)
    for (key, segment), figures in found.items():
        for value, figure in figures.items():
            metric = board.metric(key)
            for part, count in kind_of(metric).part_counts(figure).items():
                behind = queries.rows_behind(board, metric, period, segment=segment, value=value, part=part)
                assert behind.total == count, (key, segment, value, part)
                if segment == "owner" and behind.rows:
                    assert {row.owner or "(none)" for row in behind.rows} == {value}, (key, part)


def reorganise(cast: Cast) -> None:
    """Everything becomes Rosa's and comes from somewhere else; Rick changes teams, and sales gets another manager."""
    give(list(Record.objects.select_for_update()), cast.rosa, by=cast.mona, at=LATER)
    kinds = Record.objects.values_list("pk", "kind")
    rows = [Incoming(line, kind, core={"source": "Renamed"}, record_id=pk) for line, (pk, kind) in enumerate(kinds)]
    assert not take_in(cast.acme, rows, by=cast.ada, at=LATER).rejected
    sales = Team.objects.get(function="sales")
    field = create_team(name="Field", function="sales", region="Moon", manager=cast.mona, by=cast.ada, at=LATER)
    seat(field, cast.rick, by=cast.ada, at=LATER)
    unseat(sales, cast.rick, by=cast.ada, at=LATER)
    edit_team(sales, name="Sales", function="sales", region="Mars", manager=cast.vera, by=cast.ada, at=LATER)


def test_a_reorganisation_changes_no_figure_of_the_past_whatever_the_kind(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        TeamSeat.objects.update(since=None)
        Team.objects.filter(function="sales").update(region="Earth")
        life = Life(cast, 77)
        life.go_on(140)
        Handoff.objects.filter(number__gt=life.number // 2, state="rejected").update(assignee=None)
        board = queries.board_of(cast.acme, MONDAY_10)
        before = parts(board)
        assert len({board.metric(key).kind for key, _ in before}) >= 9
        assert sum(len(figures) > 1 for figures in before.values()) > 30
        check_rows(board, before)
        reorganise(cast)
        assert parts(queries.board_of(cast.acme, MONDAY_10)) == before
        check_rows(queries.board_of(cast.acme, MONDAY_10), before)
        seen = replace(queries.board_of(cast.acme, MONDAY_10), standpoint=Standpoint(NOW))
        now = parts(seen)
        check_rows(seen, now)
    owners = {value for (key, segment), figures in now.items() if segment == "owner" for value in figures}
    sources = {value for (_, segment), figures in now.items() if segment == "source" for value in figures}
    assert "Rosa" in owners and sources == {"Renamed"}
    assert now != before


def test_the_stock_of_an_open_deal_goes_over_on_the_day_it_changes_hands(cast: Cast) -> None:
    """Page and API: Rick had it on Monday, Rosa has it on Wednesday; as it is now, she always had it."""
    deal = {"name": "Deal", "owner_id": str(cast.rick.pk), "amount": 100}
    with workspace_scope(cast.acme):
        take_in(cast.acme, [Incoming(1, "opportunity", core=deal)], by=cast.ada, at=MONDAY_10)
        change_owner(Record.objects.get(), cast.rosa, by=cast.mona, at=LATER)
        board = queries.board_of(cast.acme, LATER + timedelta(days=1))
        key = next(metric.key for metric in board.measurable if metric.kind == "aging")
        metric, monday, thursday = board.metric(key), MONDAY_10.date(), board.today
        open_of = {}
        for day in (monday, thursday):
            found = queries.measured(board, metric, board.period("custom", monday, day), by="owner")
            open_of[day] = {each.value: (each.figure.open_count, each.figure.value) for each in found.slices}
        assert open_of == {monday: {"Rick": (1, 0)}, thursday: {"Rosa": (1, 3)}}
    browser = Client()
    browser.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    asked = f"from={monday}&to={monday}&by=owner"
    for reading, owner in (("", "Rick"), ("was", "Rick"), ("now", "Rosa")):
        told = browser.get(f"/api/v1/w/acme/metrics/{key}?{asked}&reading={reading}").json()
        assert [each["value"] for each in told["slices"]] == [owner]
        assert told["standpoint"]["reading"] == (reading or "was")
        page = browser.get(f"/w/acme/scorecard/{key}/?{asked}&reading={reading}").content.decode()
        words = "as they are now" if reading == "now" else "as they were then"
        assert f"Owners, teams and sources {words}" in page and f">{owner}</a>" in page
    refused = browser.get(f"/api/v1/w/acme/metrics/{key}?reading=once")
    assert (refused.status_code, refused.json()["field"]) == (422, "reading")
