"""What a workspace goes by: who may change it, what is refused, and what another time zone does to its days."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from core.errors import BadInput
from core.history.models import Event
from core.people.actions import found_workspace
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from scorecard.actions import fold
from scorecard.models import DirtyDay
from scorecard.queries.boards import board_of
from scorecard.queries.readings import courses
from tests.cast import ACMES_ZONE, GLOBEXS_ZONE, MONDAY_10, Cast
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]
PAGE, API, JSON = "/w/acme/settings/", "/api/v1/w/acme/workspace", "application/json"
NEW_YORK = {"name": "Acme Robotics", "time_zone": "America/New_York", "currency": "EUR"}


def test_an_admin_changes_name_time_zone_and_currency(cast: Cast, as_member: SignIn) -> None:
    browser = as_member(cast.ada)
    assert b'value="Europe/Berlin" selected' in browser.get(PAGE).content
    assert browser.post(PAGE, NEW_YORK).status_code == 302
    assert b"Acme Robotics" in browser.get(PAGE).content
    with workspace_scope(cast.acme):
        event = Event.objects.get(kind="workspace.changed")
    assert (
        event.actor_id == cast.ada.pk
        and event.facts["from"]["time_zone"] == ACMES_ZONE
        and event.facts["to"] == NEW_YORK
    )


def test_programs_change_only_what_they_name(cast: Cast, as_member: SignIn) -> None:
    browser = as_member(cast.ada)
    told = browser.patch(API, {"currency": "chf"}, JSON).json()
    assert told == {
        "slug": "acme", "name": "Acme", "time_zone": ACMES_ZONE, "currency": "CHF", "blueprint_version": 1,
        "security_log_days": None,
    }  # fmt: skip
    assert as_member(cast.rick).get(API).json() == told
    browser.patch(API, {"currency": "CHF"}, JSON)
    with workspace_scope(cast.acme):
        assert Event.objects.filter(kind="workspace.changed").count() == 1  # what stays as it is, is no change


@pytest.mark.parametrize("who", ["mona", "rick", "vera"])
def test_only_owners_and_admins_change_the_workspace(cast: Cast, as_member: SignIn, who: str) -> None:
    browser = as_member(getattr(cast, who))
    assert browser.get(PAGE).status_code == 403 and browser.post(PAGE, NEW_YORK).status_code == 403
    assert browser.patch(API, NEW_YORK, JSON).status_code == 403
    assert Workspace.objects.get(pk=cast.acme.pk).name == "Acme"
    assert b"/w/acme/settings/" not in browser.get("/w/acme/people/").content


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "europe/berlin"}, "time_zone"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": None}, "currency"),
    ],
)
def test_bad_settings_are_refused_by_field(cast: Cast, as_member: SignIn, body: dict[str, Any], field: str) -> None:
    refused = as_member(cast.ada).patch(API, {"name": "Other"} | body, JSON)
    assert refused.status_code == 422 and refused.json()["field"] == field
    kept = Workspace.objects.get(pk=cast.acme.pk)
    assert (kept.name, kept.time_zone, kept.currency) == ("Acme", ACMES_ZONE, "USD")


def test_the_page_says_what_is_wrong(cast: Cast, as_member: SignIn) -> None:
    refused = as_member(cast.ada).post(PAGE, NEW_YORK | {"time_zone": "Mars/Olympus"})
    assert refused.status_code == 422 and b"Select a valid choice" in refused.content


def test_nobody_is_founded_in_a_place_that_is_not(cast: Cast) -> None:
    with pytest.raises(BadInput):
        found_workspace(name="Ares", founder=cast.otto.user, at=MONDAY_10, time_zone="Mars/Olympus")


def test_other_workspaces_keep_theirs(cast: Cast, as_member: SignIn) -> None:
    as_member(cast.ada).post(PAGE, NEW_YORK)
    assert Workspace.objects.get(pk=cast.globex.pk).time_zone == GLOBEXS_ZONE
    assert as_member(cast.otto).get(PAGE).status_code == 404


def test_another_time_zone_counts_every_day_anew(cast: Cast, as_member: SignIn) -> None:
    late_evening = datetime(
        2026, 3, 2, 23, 30, tzinfo=UTC
    )  # half past midnight in Berlin, of the day after; evening in New York

    def days() -> set[Any]:
        with workspace_scope(cast.acme):
            board = board_of(Workspace.objects.get(pk=cast.acme.pk), datetime(2026, 3, 9, 12, tzinfo=UTC))
            metric = next(each for each in board.measurable if each.kind == "conversion")
            found = courses(board, [metric], late_evening.date().replace(day=1), board.today)[metric.key]
            return {day for course in found.values() for day, sums in course.days.items() if sums.denominator}

    with workspace_scope(cast.acme):
        make_records(cast.acme, 2, at=late_evening)
        fold(cast.acme, MONDAY_10)
    before = days()
    as_member(cast.ada).patch(API, {"time_zone": "America/New_York"}, JSON)
    with workspace_scope(cast.acme):
        assert DirtyDay.objects.filter(day=None).exists()
    shifted = days()
    assert {day.day for day in before} == {3} and {day.day for day in shifted} == {2}
    with workspace_scope(cast.acme):
        fold(Workspace.objects.get(pk=cast.acme.pk), MONDAY_10)
        assert not DirtyDay.objects.exists()
    assert days() == shifted


def test_another_name_marks_no_day(cast: Cast, as_member: SignIn) -> None:
    with workspace_scope(cast.acme):
        DirtyDay.objects.all().delete()
    as_member(cast.ada).patch(API, {"name": "Acme 2", "currency": "EUR"}, JSON)
    with workspace_scope(cast.acme):
        assert not DirtyDay.objects.exists()
