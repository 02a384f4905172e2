"""The manager's board: who has what, choosing and moving with a look before, balancing, and who is away."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from core.people.models import Deputy, Member, Team, TeamSeat, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering
from handoffs.models import Capacity, Handoff
from handoffs.queries import balance
from tests.cast import Cast, join
from tests.counting import statements
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
W, API = "/w/acme/handoffs", "/api/v1/w/acme"


def as_(member: Member, client: Client) -> Client:
    client.force_login(member.user, "django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def offered(cast: Cast, count: int) -> list[Handoff]:
    return offer_records(cast.acme, make_records(cast.acme, count), by=cast.dana, at=timezone.now())


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_board_tells_states_caps_and_presence_and_costs_no_more_for_more(cast: Cast, client: Client) -> None:
    now = timezone.now()
    with workspace_scope(cast.acme):
        first, second, third, fourth = offered(cast, 4)
        answering.accept(first, by=cast.ada, at=now)
        Handoff.objects.filter(pk=second.pk).update(due_at=now - timedelta(hours=1))
        Handoff.objects.filter(pk=third.pk).update(paused_until=now + timedelta(days=1))
        TeamSeat.objects.filter(member=cast.rick).update(cap=1)
        Capacity.objects.create(member=cast.rick, time_zone="Europe/Berlin", day_cap=9)
        TimeOff.objects.create(member=cast.rosa, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=2))
        team = Team.objects.get(function="sales")
    page = as_(cast.mona, client).get(f"{W}/team/")
    people = {each.load.name: each for each in page.context["board"].people}
    told = [getattr(each.load, f"{state}_count") for state in STATES for each in (people["Rick"], people["Rosa"])]
    assert sorted(told) == [0, 0, 0, 0, 1, 1, 1, 1]
    assert people["Rosa"].presence.word == "Away" and people["Rick"].presence.word in ("At work", "Off now")
    assert "of 9 today" in text(page)
    assert "of 1 open, full)" in text(page) and "open, away)" in text(page)  # who is offered as a receiver
    for query, count in [
        ("?state=late", 1),
        (f"?who={cast.rosa.pk}&state=untouched", 0 if first.assignee_id == cast.rick.pk else 1),
        (f"?team={team.key}&seam=marketing_to_sales&state=paused", 1),
        ("?state=queue", 0),
        ("?seam=sales_to_success", 0),
    ]:
        assert len(client.get(f"{W}/team/{query}").context["board"].rows) == count, query
    for query, field in [("?state=odd", "state"), ("?who=1", "who"), ("?team=x", "team"), ("?seam=x", "seam")]:
        assert client.get(f"{W}/team/{query}").status_code == 422, field
    spent = []
    for more in (0, 4):
        for number in range(more):
            join(cast.acme, f"Nina{number}", "rep", team.function)
        with workspace_scope(cast.acme):
            offered(cast, 1 + more)
        with statements() as said:
            assert client.get(f"{W}/team/").status_code == 200
        spent.append(len(said))
    assert spent[0] == spent[1] <= 20
    loads = client.get(f"{API}/team-load").json()
    assert {"untouched_count", "day_cap", "away_until"} <= loads[0].keys() and len(loads) == 7


def test_absences_of_a_team_stand_in_one_calendar(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        for who, first, last in [(cast.rick, 10, 13), (cast.rosa, 12, 16)]:
            begins, ends = (datetime(2026, 3, day, tzinfo=ZoneInfo("Europe/Berlin")) for day in (first, last))
            TimeOff.objects.create(member=who, starts_at=begins, ends_at=ends, note="Skiing")
        Deputy.objects.create(member=cast.rick, deputy=cast.rosa)
    as_(cast.mona, client)
    page = client.get(f"{W}/team/absences/?month=2026-03")
    month = page.context["month"]
    rick, rosa = (row for row in month.people if row.member.name in ("Rick", "Rosa"))
    assert [cell.day.day for cell in rick.days if cell.state == "away"] == [10, 11, 12]
    assert [each.deputy_is_away for each in rick.absences] == [True] and len(rosa.absences) == 1
    assert "Sales, 12 Mar: nobody is here (Rick, Rosa)." in text(page)
    form = {"member": cast.rosa.pk, "first": "2026-03-24", "last": "2026-03-25"}
    assert client.post(f"{W}/team/absences/", form | {"last": "2026-03-20"}).status_code == 422
    assert client.post(f"{W}/team/absences/", form | {"member": cast.dana.pk}).status_code == 422  # not of her teams
    assert client.post(f"{W}/team/absences/", form).status_code == 302
    told = client.get(f"{API}/team-absences?month=2026-03&team=sales").json()
    assert [len(each["absences"]) for each in told["people"]] == [1, 2]
    assert [(each["first"], each["last"], each["is_everybody"]) for each in told["overlaps"]] == [
        ("2026-03-12", "2026-03-12", True)
    ]
    with statements() as said:
        assert text(client.get(f"{W}/team/absences/")).count('aria-current="date"') == 1  # a phone opens there
    assert len(said) <= 14
    for query, field in [("month=x", "month"), ("team=x", "team")]:
        refused = client.get(f"{API}/team-absences?{query}")
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert "Everybody is here" in text(client.get(f"{W}/team/absences/?month=2027-01"))


STATES = ("waiting", "late", "paused", "untouched")


def test_what_is_chosen_is_looked_at_and_then_moved(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace_scope(cast.acme):
        handoffs = offered(cast, 4)
    numbers = [each.number for each in handoffs]
    as_(cast.mona, client)
    for body, said in [
        ({}, "Say what is to be done."),
        ({"verb": "reassign"}, "Choose some handoffs."),
        ({"verb": "reassign", "number": numbers}, "Choose who should have them."),
        ({"verb": "reject", "number": numbers, "reason": "other"}, "needs a note"),
        ({"verb": "accept", "number": ["x"]}, "This names no handoff."),
    ]:
        refused = client.post(f"{W}/team/bulk/", body)
        assert refused.status_code == 422 and said in text(refused), body
    chosen = {"verb": "reassign", "number": numbers, "to": cast.rosa.pk, "note": "Rick is busy", "team": ""}
    seen = client.post(f"{W}/team/bulk/", chosen)
    assert seen.status_code == 200 and "Nothing is done yet. 2 would be done, 2 done already" in text(seen)
    assert "The clock goes on." in text(seen)
    with workspace_scope(cast.acme):
        assert Handoff.objects.filter(assignee=cast.rosa).count() == 2
    kept = {name: [each for key, each in seen.context["kept"] if key == name] for name, _ in seen.context["kept"]}
    done = client.post(f"{W}/team/bulk/", {**kept, "sure": "yes"})
    assert "2 done, 2 done already" in text(done)
    with workspace_scope(cast.acme):
        assert Handoff.objects.filter(assignee=cast.rosa).count() == 4
        proposed = as_(cast.mona, client).get(f"{W}/team/balance/?team=sales").context["balance"]
        assert [move.receiver.name for move in proposed.moves] == ["Rick", "Rick"]
        team = proposed.team
    told = client.get(f"{API}/handoffs/balance/{team.key}").json()
    monkeypatch.setattr(balance, "MOST", 4)
    assert not told["is_cut"] and client.get(f"{API}/handoffs/balance/{team.key}").json()["is_cut"]
    assert "only those due last were looked at" in text(client.get(f"{W}/team/balance/?team={team.key}"))
    monkeypatch.undo()
    receivers = [{"number": each["number"], "to": each["to"]} for each in told["moves"]]
    call = {"verb": "reassign", "receivers": receivers}
    assert client.post(f"{API}/handoffs/bulk", call, content_type="application/json").json()["done"] == 2
    after = client.get(f"{W}/team/balance/")
    assert after.context["balance"].is_fair and "Nothing to move" in text(after)
    assert as_(cast.otto, client).get(f"{W}/team/balance/").status_code == 404
    with workspace_scope(cast.acme):
        marketing = Team.objects.get(function="marketing").key
    assert as_(cast.mona, client).get(f"{API}/handoffs/balance/{marketing}").status_code == 403
    assert client.get(f"{W}/team/balance/?team={marketing}").status_code == 422
