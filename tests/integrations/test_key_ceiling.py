"""A key reaches no further than the person who made it and than its own scopes, whatever it makes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.people.membership import change_role, deactivate
from core.people.models import Invitation, Member, Team, User
from core.people.permissions import SCOPES
from core.tenancy.scope import workspace_scope
from integrations.actions import KeyWithSecret, revoke_key
from integrations.models import ApiKey, IdempotencyKey
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db
A = "/api/v1/w/acme"
KeyOf = Callable[..., KeyWithSecret]
Program = Callable[[KeyWithSecret | str], Client]


def send(caller: Client, method: str, where: str, body: Any = None) -> Any:
    return getattr(caller, method)(f"{A}/{where}", body or {}, "application/json")


def promoted(cast: Cast, member: Member, role: str) -> Member:
    """The member with another role, as who asks is known by the entrance."""
    with workspace_scope(cast.acme):
        cast.ada.workspace = member.workspace = cast.acme
        return change_role(member, role, by=cast.ada, at=MONDAY_10)


@pytest.mark.parametrize("role", ["owner", "admin", "manager", "leader"])
def test_a_program_lets_nobody_in_who_could_answer_changes(
    cast: Cast, key_of: KeyOf, program: Program, role: str
) -> None:
    robot = program(key_of(cast.ada))
    for refused in (
        send(robot, "patch", f"people/{cast.rick.pk}", {"role": role}),
        send(robot, "post", "invitations", {"email": "x@acme.example", "role": role}),
    ):
        assert refused.status_code == 403, refused.content
    with workspace_scope(cast.acme):
        assert Member.objects.get(pk=cast.rick.pk).role == "rep" and not Invitation.objects.exists()


def test_a_program_takes_nobody_up_again_who_could_answer_changes(cast: Cast, key_of: KeyOf, program: Program) -> None:
    with workspace_scope(cast.acme):
        deactivate(cast.vera, by=cast.ada, at=MONDAY_10)
        deactivate(cast.rosa, by=cast.ada, at=MONDAY_10)
    robot = program(key_of(cast.ada))
    assert send(robot, "delete", f"people/{cast.vera.pk}/deactivation").status_code == 403
    assert send(robot, "delete", f"people/{cast.rosa.pk}/deactivation").status_code == 200


def test_a_program_does_not_send_such_an_invitation_again(
    cast: Cast, key_of: KeyOf, program: Program, client: Client
) -> None:
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    made = send(client, "post", "invitations", {"email": "x@acme.example", "role": "leader"}).json()
    robot = program(key_of(cast.ada))
    assert send(robot, "post", f"invitations/{made['invitation']['id']}/renewal").status_code == 403


def test_a_key_lets_nobody_in_who_reaches_further_than_its_scopes(cast: Cast, key_of: KeyOf, program: Program) -> None:
    wish = {"email": "x@acme.example", "role": "rep"}
    narrow = send(program(key_of(cast.ada, scopes=["people:read", "people:write"])), "post", "invitations", wish)
    assert narrow.status_code == 403 and "records:write" in narrow.json()["facts"]["missing"]
    assert send(program(key_of(cast.ada)), "post", "invitations", wish).status_code == 201


@pytest.mark.parametrize(
    ("scope", "method", "where"),
    [
        ("people:write", "post", "keys"),
        ("people:write", "patch", "workspace"),
        ("keys:write", "post", "invitations"),
        ("keys:write", "patch", "workspace"),
        ("workspace:write", "post", "keys"),
        ("workspace:write", "post", "teams"),
        ("people:read", "post", "people/{rick}/time-off"),
        ("blueprint:read", "post", "blueprint/plan"),
        ("blueprint:read", "post", "blueprint/versions/1/acknowledgement"),
    ],
)
def test_scopes_stand_apart(cast: Cast, key_of: KeyOf, program: Program, scope: str, method: str, where: str) -> None:
    refused = send(program(key_of(cast.ada, scopes=[scope])), method, where.format(rick=cast.rick.pk))
    assert refused.status_code == 403 and "scope" in refused.json()["detail"]


def test_a_key_made_with_a_key_has_its_end_its_rate_and_its_maker(cast: Cast, key_of: KeyOf, program: Program) -> None:
    end = timezone.now() + timedelta(days=2)
    first = key_of(cast.ada, expires_at=end, per_minute=100)
    robot, wish = program(first), {"name": "Child", "scopes": ["people:read"], "per_minute": 100}
    assert send(robot, "post", "keys", {**wish, "per_minute": 101}).status_code == 403
    assert send(robot, "post", "keys", {**wish, "expires_at": (end + timedelta(days=1)).isoformat()}).status_code == 403
    made = send(robot, "post", "keys", wish)
    assert made.status_code == 201
    with workspace_scope(cast.acme):
        child = ApiKey.objects.get(name="Child")
        assert (child.expires_at, child.made_by_id, child.made_through_id) == (end, cast.ada.pk, first.row.pk)


def test_a_key_ends_with_the_key_it_was_made_with_and_so_do_its_invitations(
    cast: Cast, key_of: KeyOf, program: Program
) -> None:
    first = key_of(cast.ada)
    child = send(program(first), "post", "keys", {"name": "Child", "scopes": SCOPES, "role": "admin"}).json()["key"]
    grandchild = send(program(child), "post", "keys", {"name": "Grandchild", "scopes": SCOPES, "role": "admin"})
    key = grandchild.json()["key"]
    assert send(program(key), "post", "invitations", {"email": "x@acme.example"}).status_code == 201
    with workspace_scope(cast.acme):
        revoke_key(first.row, by=cast.ada, at=MONDAY_10)
        assert Invitation.objects.get().revoked_at is not None
    assert {program(it).get(f"{A}/me").status_code for it in (child, key)} == {401}


def test_a_leavers_own_key_is_out_at_once(cast: Cast, key_of: KeyOf, program: Program) -> None:
    vera = promoted(cast, cast.vera, "admin")
    robot = program(key_of(vera))
    assert robot.get(f"{A}/me").status_code == 200
    with workspace_scope(cast.acme):
        deactivate(vera, by=cast.ada, at=MONDAY_10)
    assert robot.get(f"{A}/me").json()["code"] == "key_revoked"
    for answer in (
        send(robot, "post", "invitations", {"email": "x@acme.example"}),
        send(robot, "delete", f"people/{vera.pk}/deactivation"),
        send(robot, "post", "keys", {"name": "K", "scopes": ["people:read"]}),
    ):
        assert answer.status_code == 401


def test_who_comes_back_finds_their_keys_closed(cast: Cast, key_of: KeyOf, program: Program, client: Client) -> None:
    vera = promoted(cast, cast.vera, "admin")
    robot = program(key_of(vera))
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, "post", f"people/{vera.pk}/deactivation").status_code == 200
    assert send(client, "delete", f"people/{vera.pk}/deactivation").status_code == 200
    assert robot.get(f"{A}/me").status_code == 401


def test_keys_end_with_the_role_that_may_hold_them(cast: Cast, key_of: KeyOf, program: Program) -> None:
    vera = promoted(cast, cast.vera, "owner")
    robot = program(key_of(vera))
    promoted(cast, vera, "admin")
    assert robot.get(f"{A}/me").status_code == 200
    promoted(cast, vera, "manager")
    assert robot.get(f"{A}/me").status_code == 401
    promoted(cast, vera, "admin")
    assert robot.get(f"{A}/me").status_code == 401


def test_a_key_whose_maker_lost_the_role_unseen_opens_nothing(cast: Cast, key_of: KeyOf, program: Program) -> None:
    """Whatever else forgets to end it: the entrance looks at the maker at every call."""
    vera = promoted(cast, cast.vera, "admin")
    robot = program(key_of(vera))
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=vera.pk).update(role="rep")
    assert robot.get(f"{A}/me").status_code == 401


def test_a_key_is_closed_while_its_maker_has_no_account_or_no_proof(
    cast: Cast, key_of: KeyOf, program: Program
) -> None:
    robot = program(key_of(cast.ada))
    EmailAddress.objects.filter(user=cast.ada.user).update(verified=False)
    assert robot.get(f"{A}/me").status_code == 401
    EmailAddress.objects.filter(user=cast.ada.user).update(verified=True)
    User.objects.filter(pk=cast.ada.user_id).update(is_active=False)
    assert robot.get(f"{A}/me").status_code == 401


def test_the_keys_of_a_program_that_leaves_stay_closed(cast: Cast, key_of: KeyOf, program: Program) -> None:
    key = key_of(cast.ada)
    robot = program(key)
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        deactivate(key.row.member, by=cast.ada, at=MONDAY_10)
        Member.objects.filter(pk=key.row.member_id).update(is_active=True)
    assert robot.get(f"{A}/me").status_code == 401


def again(caller: Client, key: str = "one") -> Any:
    headers = {"Idempotency-Key": key}
    return caller.post(f"{A}/teams", {"name": "East", "function": "sales"}, "application/json", headers=headers)


def test_a_repeated_call_is_asked_for_its_scope_once_more(cast: Cast, key_of: KeyOf, program: Program) -> None:
    key = key_of(cast.ada)
    robot = program(key)
    assert again(robot).status_code == 201 and again(robot)["Idempotency-Replayed"] == "true"
    weaker = program(key_of(cast.ada, scopes=["people:read"], acts_as=key.row.member))
    refused = again(weaker)
    assert refused.status_code == 403 and "East" not in refused.content.decode()
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=key.row.member_id).update(role="rep")
    assert again(robot).status_code == 403


def test_a_repeated_call_counts_and_is_told_to_wait(cast: Cast, key_of: KeyOf, program: Program) -> None:
    cache.clear()
    hasty = program(key_of(cast.ada, per_minute=2))
    codes = [again(hasty).status_code for _ in range(4)]
    assert codes[:2] == [201, 201] and 429 in codes[2:]


def test_a_verb_within_the_work_is_asked_for_as_well(cast: Cast, key_of: KeyOf, program: Program) -> None:
    """The door asks for one verb, the action may ask for more (an override, say); all of them are kept."""
    robot = program(key_of(cast.ada))
    assert again(robot).status_code == 201
    with workspace_scope(cast.acme):
        assert IdempotencyKey.objects.get().answer["verbs"] == ["people.manage"]
        assert Team.objects.filter(name="East").count() == 1
