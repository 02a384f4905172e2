"""Whoever makes a key or an invitation while they are being taken out makes nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from core.errors import NotPermitted
from core.people.inviting import invite
from core.people.membership import change_role, deactivate
from core.people.models import Invitation, Member
from core.tenancy.scope import workspace_scope
from integrations.actions import issue_key
from integrations.models import ApiKey
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
Making = Callable[[Member], Any]
MAKINGS: list[Making] = [
    lambda vera: issue_key(name="Late", scopes=["people:read"], by=vera, at=timezone.now()),
    lambda vera: invite(email="x@acme.example", role="rep", by=vera, at=timezone.now()),
]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_locks waits join pg_locks has using (pid) where not waits.granted"
            " and has.database = (select oid from pg_database where datname = current_database()))"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("make", MAKINGS)
@pytest.mark.parametrize("end", ["leave", "rep"])
def test_nothing_is_made_for_who_is_leaving(cast: Cast, make: Making, end: str) -> None:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        vera = change_role(cast.vera, "admin", by=cast.ada, at=timezone.now())
        vera.workspace = cast.acme
    leaving, tried = threading.Event(), threading.Event()

    def late() -> str:
        """She had come in before; her call goes on."""
        leaving.wait(10)
        try:
            with workspace_scope(cast.acme):
                make(vera)
            return "made"
        except NotPermitted:
            return "refused"
        finally:
            tried.set()
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        answer = other.submit(late)
        with workspace_scope(cast.acme):
            if end == "leave":
                deactivate(vera, by=cast.ada, at=timezone.now())
            else:
                change_role(vera, end, by=cast.ada, at=timezone.now())
            leaving.set()
            while not somebody_waits() and not tried.wait(0.02):
                pass
        assert answer.result(10) == "refused"
    with workspace_scope(cast.acme):
        assert not ApiKey.objects.exists() and not Invitation.objects.exists()
