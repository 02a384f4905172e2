"""What somebody made is listed before they leave, ends with them, and stays ended."""

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from core.history.models import Event
from core.people.inviting import invite
from core.people.membership import change_role, deactivate, reactivate
from core.people.models import Invitation, Member
from core.tenancy.scope import workspace_scope
from governance.actions.drafting import draft
from governance.models import ChangeRequest
from integrations.actions import issue_key
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]


@pytest.fixture
def vera(cast: Cast) -> Member:
    """An admin who made one of each, and is signed in."""
    assert cast.vera.user
    Client().post("/accounts/login/", {"login": cast.vera.user.email, "password": PASSWORD})
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.vera.workspace = cast.acme
        vera = change_role(cast.vera, "admin", by=cast.ada, at=timezone.now())
        vera.workspace = cast.acme
        issue_key(name="Robot", scopes=["people:read"], by=vera, at=timezone.now())
        invite(email="x@acme.example", role="rep", by=vera, at=timezone.now())
        draft(vera, title="Another threshold", at=timezone.now())
    return vera


def nouns(told: list[dict[str, str]]) -> list[str]:
    return sorted(each["noun"] for each in told)


def test_it_is_listed_before_anybody_leaves(cast: Cast, vera: Member, as_member: SignIn) -> None:
    ada = as_member(cast.ada)
    told = ada.get(f"/api/v1/w/acme/people/{vera.pk}/makings").json()
    assert nouns(told) == ["draft", "invitation", "key", "session"]
    plan = ada.get(f"/api/v1/w/acme/people/{vera.pk}/departure").json()
    assert nouns(plan["ends"]) == nouns(told)
    for page in (f"/w/acme/people/{vera.pk}/", f"/w/acme/people/{vera.pk}/departure/"):
        shown = ada.get(page).content.decode()
        assert "What ends with them" in shown and "x@acme.example" in shown and "Another threshold" in shown


def test_a_lesser_role_ends_what_it_may_not_hold(cast: Cast, vera: Member, as_member: SignIn) -> None:
    ada = as_member(cast.ada)
    told = ada.get(f"/api/v1/w/acme/people/{vera.pk}/makings?role=rep").json()
    assert nouns(told) == ["invitation", "key"]
    assert ada.get(f"/api/v1/w/acme/people/{vera.pk}/makings?role=x").status_code == 422
    assert ada.post(f"/w/acme/people/{vera.pk}/role/", {"role": "rep"}).status_code == 302
    with workspace_scope(cast.acme):
        assert Invitation.objects.get().revoked_at and ChangeRequest.objects.get(title="Another threshold")
        told = Event.objects.get(kind="member.role_changed", facts__to="rep").facts
        assert told["ended"] == {"invitation": 1, "key": 1}


def test_leaving_ends_it_all_and_coming_back_revives_none(cast: Cast, vera: Member) -> None:
    with workspace_scope(cast.acme):
        deactivate(vera, by=cast.ada, at=timezone.now())
        assert ChangeRequest.objects.get(title="Another threshold").state == "withdrawn"
        assert Invitation.objects.get().revoked_at is not None
        kinds = Event.objects.filter(actor=cast.ada).values_list("kind", flat=True)
        assert {"key.revoked", "invitation.revoked", "change.withdrawn", "member.deactivated"} <= set(kinds)
        assert not UserSession.objects.filter(user=cast.vera.user).exists()
        reactivate(vera, by=cast.ada, at=timezone.now())
        assert Invitation.objects.get().revoked_at is not None
        assert ChangeRequest.objects.get(title="Another threshold").state == "withdrawn"


def test_sessions_go_on_for_who_is_elsewhere_too(cast: Cast, vera: Member) -> None:
    with workspace_scope(cast.globex):
        Member.objects.create(user=vera.user, role="rep", name="Vera", email=vera.email)
    with workspace_scope(cast.acme):
        deactivate(vera, by=cast.ada, at=timezone.now())
    assert UserSession.objects.filter(user=cast.vera.user).count() == 1


def test_nobody_joins_by_the_invitation_of_who_may_no_longer_invite(cast: Cast, vera: Member) -> None:
    """Even where the invitation itself was forgotten: whoever is behind it is looked at when it is answered."""
    with workspace_scope(cast.acme):
        issued = invite(email="y@acme.example", role="rep", by=vera, at=timezone.now())
        secret = issued.link.rstrip("/").rsplit("/", 1)[1]
        Member.objects.filter(pk=vera.pk).update(role="rep")
    stranger = Client()
    answer = stranger.get(f"/join/{secret}/")
    assert answer.status_code == 409 and b"may no longer" in answer.content


def test_somebody_who_makes_nothing_has_an_empty_list(cast: Cast, as_member: SignIn) -> None:
    shown = as_member(cast.ada).get(f"/w/acme/people/{cast.rosa.pk}/").content.decode()
    assert "Nothing ends with them" in shown
    assert as_member(cast.rick).get(f"/api/v1/w/acme/people/{cast.rosa.pk}/makings").status_code == 403
