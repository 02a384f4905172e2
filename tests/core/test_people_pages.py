"""The pages about people: who sees what, and what a refused form says."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.people.functions import Function
from core.people.models import Member, Team, TeamSeat, TimeOff, Workspace
from core.tenancy.scope import workspace_scope
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]


def test_strangers_see_the_door(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200 and b"Sign in" in answer.content


def test_who_has_one_workspace_goes_straight_there(cast: Cast, as_member: SignIn) -> None:
    assert as_member(cast.rick).get("/")["Location"] == "/w/acme/"


def test_who_has_several_chooses(cast: Cast, as_member: SignIn) -> None:
    with workspace_scope(cast.globex):
        Member.objects.create(user=cast.rick.user, name="Rick", role="rep")
    page = as_member(cast.rick).get("/").content.decode()
    assert "/w/acme/" in page and "/w/globex/" in page


def test_the_choice_can_be_asked_for(cast: Cast, as_member: SignIn) -> None:
    page = as_member(cast.rick).get("/?all").content.decode()
    assert "/w/acme/" in page and "/w/globex/" not in page


def test_who_left_no_longer_sees_the_workspace(cast: Cast, as_member: SignIn) -> None:
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.rick.pk).update(is_active=False)
    assert b"/w/acme/" not in as_member(cast.rick).get("/").content


@pytest.mark.parametrize(("who", "start"), [("rick", "inbox"), ("mona", "scorecard"), ("vera", "scorecard")])
def test_the_day_starts_by_role(cast: Cast, as_member: SignIn, who: str, start: str) -> None:
    assert start in as_member(getattr(cast, who)).get("/w/acme/")["Location"]


def test_founding_a_workspace_publishes_version_1(cast: Cast, as_member: SignIn) -> None:
    browser = as_member(cast.rick)
    shape = {"name": "Initech", "slug": "", "time_zone": "Europe/Berlin", "currency": "EUR"}
    assert browser.post("/workspaces/new/", shape)["Location"] == "/w/initech/"
    assert Workspace.objects.get(slug="initech").blueprint_version == 1
    refused = browser.post("/workspaces/new/", shape)
    assert refused.status_code == 422 and b"taken" in refused.content


@pytest.mark.parametrize(
    "address",
    ["people/", "people/teams/", "people/teams/sales/", "people/{rick}/", "workspaces/"],
)
@pytest.mark.parametrize("who", ["ada", "rick", "vera"])
def test_everybody_reads_who_is_here(cast: Cast, as_member: SignIn, address: str, who: str) -> None:
    answer = as_member(getattr(cast, who)).get(f"/w/acme/{address.format(rick=cast.rick.pk)}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "address", ["people/invite/", "people/invitations/", "people/teams/new/", "keys/", "keys/new/"]
)
def test_only_admins_manage_people_and_keys(cast: Cast, as_member: SignIn, address: str) -> None:
    assert as_member(cast.ada).get(f"/w/acme/{address}").status_code == 200
    assert as_member(cast.mona).get(f"/w/acme/{address}").status_code == 403


def test_the_people_page_shows_teams_and_finds_by_name(cast: Cast, as_member: SignIn) -> None:
    page = as_member(cast.rick).get("/w/acme/people/?q=ros").content.decode()
    assert "Rosa" in page and "Sales" in page and "Mona" not in page


def test_the_people_page_costs_the_same_however_many_are_here(
    cast: Cast,
    as_member: SignIn,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    with workspace_scope(cast.acme):
        sales = Team.objects.get(function=Function.SALES)
        for number in range(20):
            seated = Member.objects.create(name=f"Rep {number}", role="rep")
            TeamSeat.objects.create(team=sales, member=seated)
    browser = as_member(cast.rick)
    with django_assert_max_num_queries(9):  # 2 of the session, 1 entrance, 2 around the transaction, 3 for the page
        browser.get("/w/acme/people/")


def test_an_admin_gives_a_role_a_seat_and_time_off(cast: Cast, as_member: SignIn) -> None:
    browser, rick = as_member(cast.ada), cast.rick
    assert browser.post(f"/w/acme/people/{rick.pk}/role/", {"role": "manager"}).status_code == 302
    assert browser.post("/w/acme/people/teams/marketing/seats/", {"member": rick.pk, "weight": 3}).status_code == 302
    days = {"first": "2026-12-24", "last": "2026-12-26", "note": "Feast"}
    assert browser.post(f"/w/acme/people/{rick.pk}/time-off/", days).status_code == 302
    with workspace_scope(cast.acme):
        assert Member.objects.get(pk=rick.pk).role == "manager"
        assert TeamSeat.objects.get(member=rick, team__function=Function.MARKETING).weight == 3
        absence = TimeOff.objects.get(member=rick)
        assert (absence.ends_at - absence.starts_at).days == 3
    assert browser.post(f"/w/acme/people/{rick.pk}/time-off/{absence.pk}/removal/").status_code == 302
    assert browser.post(f"/w/acme/people/teams/marketing/seats/{rick.pk}/", {"weight": 2, "cap": 5}).status_code == 302
    assert browser.post(f"/w/acme/people/teams/marketing/seats/{rick.pk}/removal/").status_code == 302


def test_a_refused_form_says_why_at_its_field(cast: Cast, as_member: SignIn) -> None:
    browser = as_member(cast.ada)
    days = browser.post(f"/w/acme/people/{cast.rick.pk}/time-off/", {"first": "2026-12-26", "last": "2026-12-24"})
    assert days.status_code == 422 and b"comes before the first" in days.content
    team = browser.post("/w/acme/people/teams/new/", {"name": "Sales", "function": "sales"})
    assert team.status_code == 422 and b"There is a team of this name" in team.content
    last = browser.post(f"/w/acme/people/{cast.ada.pk}/role/", {"role": "rep"})
    assert last.status_code == 422 and b"last owner" in last.content


def test_a_team_is_made_and_changed(cast: Cast, as_member: SignIn) -> None:
    browser = as_member(cast.ada)
    shape = {"name": "Sales East", "function": "sales", "region": "East", "manager": cast.mona.pk}
    assert browser.post("/w/acme/people/teams/new/", shape)["Location"] == "/w/acme/people/teams/sales-east/"
    assert browser.post("/w/acme/people/teams/sales-east/", {**shape, "region": "Far East"}).status_code == 302
    with workspace_scope(cast.acme):
        assert Team.objects.get(key="sales-east").region == "Far East"


def test_the_profile_keeps_ones_name(cast: Cast, as_member: SignIn) -> None:
    browser = as_member(cast.rick)
    assert browser.post("/accounts/profile/", {"name": "Richard"}).status_code == 302
    cast.rick.user.refresh_from_db()
    assert cast.rick.user.name == "Richard"


def test_signing_up_asks_for_a_name(client: Client, db: None) -> None:
    shape = {
        "name": "Nora",
        "email": "nora@acme.example",
        "password1": "glass piano stairs",
        "password2": "glass piano stairs",
    }
    assert client.post("/accounts/signup/", shape).status_code == 302
    from core.people.models import User

    assert User.objects.get(email="nora@acme.example").name == "Nora"
