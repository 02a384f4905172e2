"""What belongs to another workspace does not exist: the answer is the one for what is missing, to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from tests.cast import Cast
from tests.isolation.rows import one_of_each
from tests.isolation.walk import Address, absent, addresses, tenant_models, words

pytestmark = pytest.mark.django_db
ADDRESSES = addresses()
ONLY_GLOBEX = 424_242_424
WITH_HOLES = [address for address in ADDRESSES if address.holes]


def signed_in(member: Member) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def filled(address: Address, **values: Any) -> dict[str, Any]:
    return {name: values.get(converter, absent(converter)) for name, converter in address.holes.items()}


def test_the_walk_finds_pages_and_api() -> None:
    routes = {address.route for address in ADDRESSES}
    assert "w/<slug:workspace>/people/" in routes and "api/v1/w/<slug:workspace>/people" in routes
    assert len(routes) > 30


def test_a_stranger_finds_nothing_at_any_address(cast: Cast) -> None:
    """Otto at Acme, with every method: what he is told is what he is told of a workspace that does not exist."""
    otto = signed_in(cast.otto)
    for address in ADDRESSES:
        values = filled(address, int=1)
        for method in address.methods:
            foreign = getattr(otto, method)(address.url("acme", **values))
            missing = getattr(otto, method)(address.url("no-such-place", **values))
            assert foreign.status_code == 404, f"{method} {address}"
            assert words(foreign) == words(missing), f"{method} {address}"


def test_nobody_learns_whether_a_workspace_exists_without_signing_in(cast: Cast, client: Client) -> None:
    for address in ADDRESSES:
        values = filled(address)
        foreign = client.get(address.url("acme", **values))
        missing = client.get(address.url("no-such-place", **values))
        assert foreign.status_code == (401 if address.route.startswith("api/") else 302), address.route
        told = [words(answer)[2].replace("no-such-place", "acme") for answer in (foreign, missing)]
        assert told[0] == told[1] and words(foreign)[1] == words(missing)[1], address.route


@pytest.fixture
def globex_has_rows(cast: Cast) -> dict[str, list[Any]]:
    """Rows of Globex whose numbers and ids nobody at Acme has: a number of every noun, a team, an invitation."""
    one_of_each(cast.globex, cast.otto, number=ONLY_GLOBEX, key="only-at-globex")
    with workspace_scope(cast.globex):
        ids = [row.pk for model in tenant_models() if _has_uuid(model) for row in model.objects.all()[:1]]
    return {"int": [ONLY_GLOBEX], "uuid": ids, "slug": ["only-at-globex"], "str": ["only-at-globex"]}


def _has_uuid(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.UUIDField)


@pytest.mark.slow
def test_a_member_asking_for_anothers_row_learns_nothing(cast: Cast, globex_has_rows: dict[str, list[Any]]) -> None:
    """Ada asks at Acme for what only Globex has: same answer as for what nobody has, and 404 to a plain look."""
    ada = signed_in(cast.ada)
    faults = [fault for address in WITH_HOLES for fault in _faults(ada, address, globex_has_rows)]
    assert not faults, "\n".join(faults)


def _faults(ada: Client, address: Address, of_globex: dict[str, list[Any]]) -> Iterator[str]:
    nothing = {name: absent(converter) for name, converter in address.holes.items()}
    for method in address.methods:
        missing = getattr(ada, method)(address.url("acme", **nothing))
        if missing.status_code >= 500 or (method == "get" and missing.status_code not in (404, 405)):
            yield f"{method} {address} answers {missing.status_code} for nothing"
        for name, converter in address.holes.items():
            for value in of_globex[converter]:
                foreign = getattr(ada, method)(address.url("acme", **{**nothing, name: value}))
                told = words(foreign)[1].replace(str(value).encode(), str(nothing[name]).encode())
                if (foreign.status_code, told) != words(missing)[:2]:
                    yield f"{method} {address} {name}={value}: {foreign.status_code}, else {missing.status_code}"


def test_every_app_is_walked() -> None:
    labels = {model._meta.app_label for model in tenant_models()}
    assert labels >= {"workspaces", "history", "blueprint", "lifecycle", "handoffs", "scorecard", "governance"}
    assert apps.is_installed("integrations") and "integrations" in labels
