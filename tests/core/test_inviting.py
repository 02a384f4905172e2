"""An invitation works once, for one address, in one workspace, for seven days."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.history.actions import record_all
from core.people.functions import Function
from core.people.inviting import LASTS
from core.people.limits import counted
from core.people.models import Invitation, Member, Team, TeamSeat, User
from core.people.permissions import SCOPES
from core.tenancy.scope import workspace_scope
from tests.cast import Cast, signed_up

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]


@pytest.fixture
def nora(db: None) -> User:
    return signed_up("nora@acme.example", "Nora")


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def link(cast: Cast, as_member: SignIn, django_capture_on_commit_callbacks) -> str:  # type: ignore[no-untyped-def]
    """The link in the mail that Ada had sent to Nora."""
    with workspace_scope(cast.acme):
        sales = Team.objects.get(function=Function.SALES)
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_member(cast.ada).post(
            "/w/acme/people/invite/", {"email": "Nora@Acme.example", "role": "manager", "team": sales.pk}
        )
    assert answer.status_code == 201
    (sent,) = mail.outbox
    assert sent.to == ["nora@acme.example"] and "Ada" in sent.subject and "Acme" in sent.subject
    address = next(word for word in str(sent.body).split() if "/join/" in word)
    return address.split("8000", 1)[1]


def test_the_invited_person_joins_with_role_and_seat(cast: Cast, nora: User, link: str) -> None:
    browser = browser_of(nora)
    assert b"Join Acme" in browser.get(link).content
    assert browser.post(link)["Location"] == "/w/acme/"
    with workspace_scope(cast.acme):
        member = Member.objects.get(user=nora)
        assert member.role == "manager" and member.name == "Nora"
        assert TeamSeat.objects.get(member=member).team.function == Function.SALES


def test_a_link_works_once(nora: User, link: str) -> None:
    browser = browser_of(nora)
    browser.post(link)
    again = browser.post(link)
    assert again.status_code == 409 and b"already used" in again.content


def test_another_address_is_turned_away(cast: Cast, link: str, as_member: SignIn) -> None:
    otto = as_member(cast.otto)
    assert b"another address" in otto.get(link).content
    refused = otto.post(link)
    assert refused.status_code == 403
    with workspace_scope(cast.acme):
        assert not Member.objects.filter(user=cast.otto.user).exists()


def test_a_stranger_is_asked_to_sign_in_and_comes_back(link: str) -> None:
    page = Client().get(link).content.decode()
    assert "/accounts/signup/?next=" in page and "/accounts/login/?next=" in page


def test_a_stranger_cannot_accept(cast: Cast, link: str) -> None:
    Client().post(link)
    with workspace_scope(cast.acme):
        assert Invitation.objects.get().accepted_at is None


def test_an_expired_link_says_so(cast: Cast, nora: User, link: str) -> None:
    with workspace_scope(cast.acme):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (browser_of(nora).get(link), browser_of(nora).post(link)):
        assert answer.status_code == 409 and b"has expired" in answer.content


def test_a_revoked_link_says_so(cast: Cast, nora: User, link: str, as_member: SignIn) -> None:
    with workspace_scope(cast.acme):
        invitation = Invitation.objects.get()
    assert as_member(cast.ada).post(f"/w/acme/people/invitations/{invitation.pk}/revocation/").status_code == 302
    answer = browser_of(nora).post(link)
    assert answer.status_code == 409 and b"taken back" in answer.content


def test_sending_again_closes_the_former_link(cast: Cast, nora: User, link: str, as_member: SignIn) -> None:
    with workspace_scope(cast.acme):
        invitation = Invitation.objects.get()
    shown = as_member(cast.ada).post(f"/w/acme/people/invitations/{invitation.pk}/renewal/")
    assert shown.status_code == 201
    assert browser_of(nora).get(link).status_code == 404
    assert b"/join/" not in shown.content  # a manager may answer changes: the link is in the mail alone


@pytest.mark.parametrize("broken", ["x", "a:b:c", "é"])
def test_a_link_we_did_not_sign_leads_nowhere(client: Client, db: None, broken: str) -> None:
    assert client.get(f"/join/{broken}/").status_code == 404


def test_a_link_that_no_mail_could_hold_is_refused(client: Client, db: None) -> None:
    assert client.get("/join/%00/").status_code == 422


def test_a_changed_link_leads_nowhere(nora: User, link: str) -> None:
    assert browser_of(nora).get(link[:-3] + "xx/").status_code == 404


def test_only_a_hash_is_kept_and_it_lasts_seven_days(cast: Cast, link: str) -> None:
    with workspace_scope(cast.acme):
        kept = Invitation.objects.get()
    assert kept.token_hash not in link and kept.expires_at - kept.created_at == LASTS


def test_one_open_invitation_per_address(cast: Cast, link: str, as_member: SignIn) -> None:
    again = as_member(cast.ada).post("/w/acme/people/invite/", {"email": "nora@acme.example", "role": "rep"})
    assert again.status_code == 422 and b"open invitation" in again.content


def test_who_is_here_is_not_invited(cast: Cast, as_member: SignIn) -> None:
    refused = as_member(cast.ada).post("/w/acme/people/invite/", {"email": cast.rick.email, "role": "rep"})
    assert refused.status_code == 422 and b"already here" in refused.content


def test_an_admin_invites_no_owner(cast: Cast, as_member: SignIn) -> None:
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.vera.pk).update(role="admin")
    admin = as_member(cast.vera)
    by_page = admin.post("/w/acme/people/invite/", {"email": "x@acme.example", "role": "owner"})
    by_api = admin.post("/api/v1/w/acme/invitations", {"email": "x@acme.example", "role": "owner"}, "application/json")
    assert by_page.status_code == 422 and by_api.status_code == 403


def test_a_member_that_an_import_made_is_taken_up(cast: Cast, nora: User, link: str) -> None:
    with workspace_scope(cast.acme):
        imported = Member.objects.create(name="N. Smith", email="nora@acme.example", external_key="N Smith")
    browser_of(nora).post(link)
    with workspace_scope(cast.acme):
        assert Member.objects.get(user=nora).pk == imported.pk


def test_who_left_comes_back_by_invitation(cast: Cast, nora: User, link: str) -> None:
    with workspace_scope(cast.acme):
        former = Member.objects.create(
            name="Nora", email=nora.email, user=nora, is_active=False, deactivated_at=timezone.now()
        )
    browser_of(nora).post(link)
    with workspace_scope(cast.acme):
        back = Member.objects.get(user=nora)
        assert back.pk == former.pk and back.is_active and back.role == "manager"


@pytest.mark.parametrize("role", ["owner", "admin", "manager", "leader"])
def test_the_link_of_who_could_answer_changes_is_in_the_mail_alone(
    cast: Cast,
    as_member: SignIn,
    role: str,
    django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = as_member(cast.ada).post("/w/acme/people/invite/", {"email": "x@acme.example", "role": role})
    told = as_member(cast.ada).post(
        "/api/v1/w/acme/invitations", {"email": "y@acme.example", "role": role}, "application/json"
    )
    assert page.status_code == told.status_code == 201
    assert b"/join/" not in page.content and told.json()["link"] is None
    assert "/join/" in str(mail.outbox[0].body)


def test_a_program_is_told_no_link(cast: Cast, as_member: SignIn) -> None:
    wish = {"name": "HR", "scopes": SCOPES, "role": "admin"}
    key = as_member(cast.ada).post("/api/v1/w/acme/keys", wish, "application/json").json()["key"]
    robot = Client(headers={"Authorization": f"Bearer {key}"})
    told = robot.post("/api/v1/w/acme/invitations", {"email": "x@acme.example"}, "application/json")
    assert told.status_code == 201 and told.json()["link"] is None
    again = robot.post(f"/api/v1/w/acme/invitations/{told.json()['invitation']['id']}/renewal")
    assert again.status_code == 201 and again.json()["link"] is None


def test_one_address_is_not_flooded(cast: Cast, as_member: SignIn) -> None:
    ada = as_member(cast.ada)
    made = ada.post("/api/v1/w/acme/invitations", {"email": "x@acme.example"}, "application/json").json()
    where = f"/api/v1/w/acme/invitations/{made['invitation']['id']}"
    assert [ada.post(f"{where}/renewal").status_code for _ in range(3)] == [201, 201, 422]
    ada.post(f"{where}/revocation")
    anew = ada.post("/api/v1/w/acme/invitations", {"email": "x@acme.example"}, "application/json")
    assert anew.status_code == 422 and anew.json()["code"] == "too_many_mails"


def test_a_workspace_sends_no_more_than_a_hundred_an_hour(cast: Cast, as_member: SignIn) -> None:
    now = timezone.now()
    with workspace_scope(cast.acme):
        told = ("invitation.sent", "invitation", cast.acme.pk, None, {"email": "somebody@acme.example"})
        record_all([told] * 100, at=now)
    refused = as_member(cast.ada).post("/api/v1/w/acme/invitations", {"email": "x@acme.example"}, "application/json")
    assert refused.status_code == 422 and refused.json()["code"] == "too_many_mails"


def test_many_workspaces_together_do_not_flood_an_address_either(cast: Cast, as_member: SignIn) -> None:
    for _ in range(20):
        counted("invitation", "x@acme.example", timedelta(days=1))
    refused = as_member(cast.ada).post("/api/v1/w/acme/invitations", {"email": "x@acme.example"}, "application/json")
    assert refused.status_code == 422 and refused.json()["code"] == "too_many_mails"
    other = as_member(cast.otto).post("/api/v1/w/globex/invitations", {"email": "y@x.example"}, "application/json")
    assert other.status_code == 201


def test_a_count_begins_again_when_its_time_is_over(db: None) -> None:
    assert [counted("x", "y", timedelta(days=1)), counted("x", "y", timedelta(days=1))] == [1, 2]
    assert [counted("x", "z", timedelta(0)), counted("x", "z", timedelta(0))] == [1, 1]


def test_the_api_tells_the_link_once(cast: Cast, as_member: SignIn) -> None:
    told = as_member(cast.ada).post(
        "/api/v1/w/acme/invitations", {"email": "x@acme.example", "team": "sales"}, "application/json"
    )
    assert told.status_code == 201 and "/join/" in told.json()["link"] and told["Cache-Control"] == "no-store"
    listed = as_member(cast.ada).get("/api/v1/w/acme/invitations").json()["results"]
    assert [one["email"] for one in listed] == ["x@acme.example"] and "link" not in listed[0]
