"""The same call twice is one call, whatever comes between."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from core.history.models import Event
from core.people.models import Team
from core.tenancy.scope import workspace_scope
from integrations.actions import KeyWithSecret
from integrations.idempotency import KEPT_FOR
from integrations.models import ApiKey, IdempotencyKey
from tests.cast import Cast

TEAMS = "/api/v1/w/acme/teams"
EAST = {"name": "East", "function": "sales"}
KeyOf = Callable[..., KeyWithSecret]


@pytest.fixture
def robot(cast: Cast, key_of: KeyOf, program: Callable[[KeyWithSecret], Client]) -> Client:
    return program(key_of(cast.ada))


def make(client: Client, shape: dict[str, Any] | None = None, key: str = "one", where: str = TEAMS) -> Any:
    return client.post(where, EAST if shape is None else shape, "application/json", headers={"Idempotency-Key": key})


def teams(cast: Cast) -> int:
    with workspace_scope(cast.acme):
        return Team.objects.filter(name="East").count()


@pytest.mark.django_db
def test_the_second_call_gets_the_first_answer_and_does_nothing(cast: Cast, robot: Client) -> None:
    first, second = make(robot), make(robot)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content and first["Content-Type"] == second["Content-Type"]
    assert "Idempotency-Replayed" not in first and second["Idempotency-Replayed"] == "true"
    with workspace_scope(cast.acme):
        assert Event.objects.filter(kind="team.created").count() == 1


@pytest.mark.django_db
def test_another_body_or_address_under_the_same_key_is_refused(robot: Client) -> None:
    make(robot)
    body = make(robot, {**EAST, "region": "Far"})
    address = make(robot, where="/api/v1/w/acme/invitations")
    for refused in (body, address):
        assert refused.status_code == 422 and refused.json()["code"] == "idempotency_key_reused"


@pytest.mark.django_db
def test_a_refused_call_frees_its_key(cast: Cast, robot: Client) -> None:
    refused = make(robot, {"name": ""})
    assert refused.status_code == 422
    assert make(robot).status_code == 201 and teams(cast) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "tab\t"])
def test_a_key_is_plain_and_short(robot: Client, key: str) -> None:
    refused = make(robot, key=key)
    assert refused.status_code == 422 and refused.json()["code"] == "bad_idempotency_key"


@pytest.mark.django_db
def test_each_caller_has_keys_of_their_own(
    cast: Cast, robot: Client, key_of: KeyOf, program: Callable[[KeyWithSecret], Client]
) -> None:
    make(robot)
    other = make(program(key_of(cast.ada)))
    assert other.status_code == 422 and other.json()["code"] == "team_taken"


@pytest.mark.django_db
def test_a_look_takes_no_key(cast: Cast, robot: Client) -> None:
    assert robot.get(TEAMS, headers={"Idempotency-Key": "one"}).status_code == 200
    with workspace_scope(cast.acme):
        assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_a_secret_is_not_kept_to_be_told_again(cast: Cast, robot: Client) -> None:
    wish = {"name": "K", "scopes": ["people:read"]}
    first = make(robot, wish, where="/api/v1/w/acme/keys")
    again = make(robot, wish, where="/api/v1/w/acme/keys")
    assert first.status_code == 201 and again.status_code == 409 and again.json()["code"] == "told_once"
    with workspace_scope(cast.acme):
        assert ApiKey.objects.filter(name="K").count() == 1
        assert first.json()["key"] not in str(list(IdempotencyKey.objects.values_list("answer", flat=True)))


@pytest.mark.django_db
def test_old_keys_are_forgotten_with_new_ones(cast: Cast, robot: Client) -> None:
    make(robot)
    with workspace_scope(cast.acme):
        IdempotencyKey.objects.update(at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    make(robot, {**EAST, "name": "West"}, key="two")
    with workspace_scope(cast.acme):
        assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["two"]


@pytest.mark.django_db(transaction=True)
def test_twenty_callers_with_one_key_get_one_answer(
    cast: Cast, key_of: KeyOf, program: Callable[[KeyWithSecret], Client]
) -> None:
    """Twins wait on the key's row; none does the work again, none is turned away."""
    key = key_of(cast.ada)

    def call(_: int) -> tuple[int, bytes]:
        try:
            answer = make(program(key))
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as callers:
        answers = set(callers.map(call, range(20)))
    assert len(answers) == 1 and answers.pop()[0] == 201
    assert teams(cast) == 1


@pytest.mark.django_db(transaction=True)
def test_a_twin_of_an_undone_call_does_the_work(
    cast: Cast, key_of: KeyOf, program: Callable[[KeyWithSecret], Client]
) -> None:
    """Half of the callers break off after taking the key, as a killed process does; one of the others is the first."""
    key = key_of(cast.ada)

    def broken(_: int) -> None:
        try:
            with workspace_scope(cast.acme):
                with connection.cursor() as cursor:
                    cursor.execute(
                        "insert into integrations_idempotencykey (workspace_id, member_id, key, body_hash, at)"
                        " values (%s, %s, 'one', 'x', now()) on conflict do nothing",
                        [cast.acme.pk, key.row.member_id],
                    )
                    cursor.execute("select pg_sleep(0.05)")
                raise ConnectionAbortedError
        except ConnectionAbortedError:
            pass
        finally:
            connections.close_all()

    def call(number: int) -> int:
        if number % 2:
            broken(number)
            return 0
        try:
            return int(make(program(key)).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as callers:
        answers = set(callers.map(call, range(12)))
    assert answers == {0, 201} and teams(cast) == 1
