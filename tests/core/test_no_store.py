"""Nothing that is somebody's is kept by a cache on the way or by the browser of who signed out."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.people.models import Member
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "where",
    [
        "/w/acme/people/",
        "/api/v1/w/acme/people",
        "/accounts/profile/",
        "/workspaces/new/",
        "/?all",
        "/api/v1/w/acme/nowhere",
    ],
)
def test_what_is_somebodys_is_not_kept(cast: Cast, as_member: Callable[[Member], Client], where: str) -> None:
    assert "no-store" in as_member(cast.ada).get(where)["Cache-Control"]


def test_an_invitation_is_not_kept(client: Client, db: None) -> None:
    assert "no-store" in client.get("/join/nothing/")["Cache-Control"]


def test_what_is_public_may_be_kept(client: Client, db: None) -> None:
    assert "no-store" not in client.get("/api/v1/docs/").get("Cache-Control", "")
