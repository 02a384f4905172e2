"""Everything a program does, a person answers for."""

import pytest
from allauth.account.models import EmailAddress

from core.people.behind import has_proved_address, person_behind
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from integrations.actions import issue_key
from integrations.authentication import by_key
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db


def entered(rf, cast: Cast, key: object) -> Member:  # type: ignore[no-untyped-def] # pytest-django's request factory
    """The member as a request with this key finds them."""
    request = rf.get("/api/v1/w/acme/records/", headers={"Authorization": f"Bearer {key}"})
    request.at = MONDAY_10
    member = by_key(request, "acme")
    assert member is not None
    return member


def test_a_person_stands_for_themselves_and_a_program_for_its_maker(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        issued = issue_key(name="Website", scopes=["records:write"], by=cast.ada, at=MONDAY_10)
        assert person_behind(cast.rick) == cast.rick
        assert person_behind(issued.row.member) == cast.ada
        assert issued.row.made_by_id == cast.ada.pk


def test_a_key_stands_for_who_made_it_even_where_another_set_the_program_up(cast: Cast, rf) -> None:  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.vera.pk).update(role="admin")
        vera = Member.objects.get(pk=cast.vera.pk)
        first = issue_key(name="Website", scopes=["records:write"], by=cast.ada, at=MONDAY_10)
        second = issue_key(
            name="Other", scopes=["keys:write"], role="admin", acts_as=first.row.member, by=vera, at=MONDAY_10
        )
        assert person_behind(entered(rf, cast, first.key)) == cast.ada
        assert person_behind(entered(rf, cast, second.key)) == vera


def test_a_key_made_through_a_key_stands_for_the_person_it_began_with(cast: Cast, rf) -> None:  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        first = issue_key(name="Terraform", scopes=["keys:write"], role="admin", by=cast.ada, at=MONDAY_10)
        program = entered(rf, cast, first.key)
        second = issue_key(name="Its child", scopes=["keys:write"], by=program, at=MONDAY_10)
        assert second.row.made_by_id == cast.ada.pk
        assert person_behind(second.row.member) == cast.ada


def test_an_address_is_proved_or_not(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        assert has_proved_address(cast.vera)
        EmailAddress.objects.filter(user=cast.vera.user).update(email="other@acme.example")
        assert not has_proved_address(cast.vera)
        EmailAddress.objects.filter(user=cast.vera.user).update(email=cast.vera.user.email, verified=False)
        assert not has_proved_address(cast.vera)
        robot = Member.objects.create(kind="integration", role="admin", name="Robot")
        assert not has_proved_address(robot)
        assert person_behind(robot) == robot
