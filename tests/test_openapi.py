"""The API's schema is true: it is valid, it knows every route, and nothing near it breaks the server."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from urllib3 import HTTPResponse

from core.errors import NotFound
from core.http.api import Envelope
from core.people.models import Member
from core.people.permissions import SCOPES
from core.tenancy.scope import workspace_scope
from integrations.actions import issue_key
from integrations.openapi import ENVELOPE
from integrations.reference import reference, schema
from tests.cast import MONDAY_10, Cast
from tests.isolation.rows import one_of_each
from tests.isolation.walk import addresses

EXAMPLES = int(os.environ.get("REVOPS_SCHEMATHESIS_EXAMPLES", "11"))
PARTS = 4  # workers take one each
KNOWN = 7  # the number of the rows that exist


def test_the_schema_is_valid_and_made_without_complaint() -> None:
    GENERATOR_STATS.reset()
    schema.cache_clear()
    validate_schema(schema())
    assert not dict(GENERATOR_STATS._error_cache), "a view does not say what it takes or gives"
    assert not dict(GENERATOR_STATS._warn_cache), "two shapes of one name, or the like"


def test_every_route_of_the_api_is_in_the_schema_with_its_methods() -> None:
    told = {(path, method) for path, calls in schema()["paths"].items() for method in calls}
    for address in addresses():
        if address.route.startswith("api/"):
            path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address.route)
            for method in address.methods:
                assert (path, method) in told, f"{method} {path} is not in the schema"


def calls() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema()["paths"].items():
        for method, call in methods.items():
            yield f"{method} {path}", call


def test_every_call_says_how_to_come_in_and_how_it_refuses() -> None:
    for name, call in calls():
        assert {"apiKey": []} in call["security"], name
        for status in ("401", "403", "404", "422", "429"):
            assert "$ref" in call["responses"][status]["content"]["application/json"]["schema"], f"{name} {status}"


def test_every_call_has_a_name_of_its_own_and_a_sentence() -> None:
    names = [call["operationId"] for _, call in calls()]
    assert len(set(names)) == len(names)
    assert not [name for name, call in calls() if not (call.get("description") or call.get("summary"))]


def test_the_envelope_in_the_schema_is_the_one_that_is_sent() -> None:
    assert set(ENVELOPE["properties"]) == set(Envelope().fields) == set(NotFound().as_json())
    assert schema()["components"]["schemas"]["Refusal"] == ENVELOPE


def test_the_schema_and_its_page_are_open_to_everybody(client: Client, db: None) -> None:
    assert client.get("/api/v1/schema/").status_code == 200
    page = client.get("/api/v1/docs/").content.decode()
    assert all(call["path"] in page for group in reference(schema(), "") for call in group["calls"])


OPERATIONS = {
    operation.ok().label: operation.ok() for operation in schemathesis.openapi.from_dict(schema()).get_all_operations()
}
BROKEN, UNTRUE = schemathesis.checks.not_a_server_error, schemathesis.checks.response_schema_conformance


def checks(answer: requests.Response) -> list[Any]:
    """No server error; and what comes as JSON has the shape that the schema tells."""
    return [BROKEN, UNTRUE] if answer.headers.get("Content-Type", "").startswith("application/json") else [BROKEN]


def answered(case: schemathesis.Case, headers: dict[str, str]) -> requests.Response:
    """Make the call inside this process and transaction, and give the answer in the form the checks read."""
    asked = requests.Request(**case.as_transport_kwargs("http://testserver", headers=headers)).prepare()
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body or b""
    kind = str(asked.headers.pop("Content-Type", ""))
    client = Client(raise_request_exception=False)
    given = client.generic(str(asked.method), str(asked.path_url), body, kind, headers=dict(asked.headers))
    answer = requests.Response()
    answer.status_code, answer.request, answer.url = given.status_code, asked, str(asked.url)
    answer.headers.update(given.headers)
    answer.raw = HTTPResponse(headers=dict(given.headers), status=given.status_code)
    answer._content = given.getvalue()
    return answer


@pytest.fixture
def robot(cast: Cast) -> dict[str, Any]:
    """A key with every scope and an admin's role, in a workspace with one row of every noun."""
    one_of_each(cast.acme, cast.rick, number=KNOWN, key="known")
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        issued = issue_key(name="Robot", role="admin", scopes=SCOPES, per_minute=60_000, by=cast.ada, at=MONDAY_10)
        ids = list(Member.objects.values_list("pk", flat=True))
    return {"key": str(issued.key), "ids": [*ids, issued.row.pk]}


@pytest.mark.fuzz
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_nearly_fits_the_schema_breaks_the_server(robot: dict[str, Any], part: int, subtests: Any) -> None:
    """Generated calls with a good key: valid, at the edges, and such as break the schema. Each call is undone,
    so that every one meets the same workspace. Some thousand calls in all; more by REVOPS_SCHEMATHESIS_EXAMPLES."""
    for label, operation in list(OPERATIONS.items())[part::PARTS]:
        with subtests.test(label):
            check_answers(operation, robot)


def check_answers(operation: Any, robot: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {robot['key']}"}
    modes = st.sampled_from([schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
    cases = modes.flatmap(lambda mode: operation.as_strategy(generation_mode=mode))

    @settings(
        max_examples=EXAMPLES,
        derandomize="REVOPS_SCHEMATHESIS_EXAMPLES" not in os.environ,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, exists=st.booleans(), choice=st.integers(0, 1_000))
    def call(case: schemathesis.Case, exists: bool, choice: int) -> None:
        case.path_parameters = {**case.path_parameters, "workspace": "acme"}
        if exists:
            for name in set(case.path_parameters) - {"workspace"}:
                case.path_parameters[name] = _known(name, robot["ids"], choice)
        with transaction.atomic():
            answer = answered(case, headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=checks(answer), headers=headers)

    call()


def _known(name: str, ids: list[UUID], choice: int) -> Any:
    if name == "number":
        return KNOWN
    return str(ids[choice % len(ids)]) if name.endswith("_id") else "known"
