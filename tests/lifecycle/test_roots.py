"""The first record of a journey is kept on each record that came from another one, whichever door wrote it."""

from importlib import import_module
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection

from core.tenancy.scope import workspace_scope
from lifecycle.actions.journeys import make_next
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db


def test_every_record_of_a_journey_names_its_first_and_follows_it(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        lead, deal, customer, renewal, other = make_records(cast.acme, 5)

        def follow(record: Record, origin: Record | None) -> None:
            Record.objects.filter(pk=record.pk).update(origin=origin)

        def roots() -> list[object]:
            return [
                Record.objects.values_list("root_id", flat=True).get(pk=each.pk) for each in (deal, customer, renewal)
            ]

        assert roots() == [None, None, None]
        follow(renewal, customer)
        follow(customer, deal)
        assert roots() == [None, deal.pk, deal.pk]
        follow(deal, lead)
        assert roots() == [lead.pk] * 3
        follow(deal, other)
        assert roots() == [other.pk] * 3
        follow(customer, None)
        assert roots() == [other.pk, None, customer.pk]
        [made] = make_next(cast.acme, [renewal], "expansion/signal", by=cast.ada, at=MONDAY_10)
        assert made.root_id == customer.pk


def test_the_migration_fills_the_roots_of_records_that_are_there(cast: Cast) -> None:
    fill = import_module("lifecycle.migrations.0016_root_of_a_journey")
    with workspace_scope(cast.acme):
        records = make_records(cast.acme, 5)
        for origin, record in pairwise(records[:4]):
            Record.objects.filter(pk=record.pk).update(origin=origin)
        Record.objects.update(root_id=None)
        with connection.cursor() as cursor:
            for place in (0, 1):
                cursor.execute(fill.FILL, {"after": str(UUID(int=0)), "most": 2 + place})
        assert [Record.objects.get(pk=each.pk).root_id for each in records] == [None, *[records[0].pk] * 3, None]
