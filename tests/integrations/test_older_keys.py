"""Keys from before: what an upgrade leaves them, and which it closes."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.db import connection

from core.tenancy.scope import workspace_scope
from integrations.actions import KeyWithSecret
from integrations.models import ApiKey
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_people_write_becomes_what_the_key_is_used_for(cast: Cast, key_of: Callable[..., KeyWithSecret]) -> None:
    plain, maker, reader, orphan, demoted = (key_of(cast.ada, name=name) for name in "abcde")
    with workspace_scope(cast.acme):
        ApiKey.objects.update(scopes=["people:write", "records:read"])
        ApiKey.objects.filter(pk=reader.row.pk).update(scopes=["records:read"], created_by=maker.row.member)
        ApiKey.objects.filter(pk=orphan.row.pk).update(made_by=None)
        ApiKey.objects.filter(pk=demoted.row.pk).update(made_by=cast.rick)
        split = import_module("integrations.migrations.0006_narrower_scopes").SPLIT
        with connection.cursor() as cursor:
            cursor.execute(split)
            cursor.execute(split)
        rows = {row.pk: row for row in ApiKey.objects.all()}
    assert rows[plain.row.pk].scopes == ["people:write", "records:read", "workspace:write"]
    assert rows[maker.row.pk].scopes == ["keys:write", "people:write", "records:read", "workspace:write"]
    assert rows[reader.row.pk].scopes == ["records:read"]
    closed = {issued.row.name for issued in (plain, maker, reader, orphan, demoted) if rows[issued.row.pk].revoked_at}
    assert closed == {"d", "e"}
