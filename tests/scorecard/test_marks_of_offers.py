"""What a new offer marks: asked for by its record, however many others there are."""

import pytest
from django.db import connection

from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, seam_with

READ = "select coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relname = 'handoffs_handoff'"


@pytest.mark.django_db(transaction=True)
def test_many_offers_at_once_do_not_read_each_other(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        seam = seam_with(cast.acme)
        offers = [
            Handoff(number=number, seam_id=seam.id, record=record, assignee=cast.rick, blueprint_version=1)
            for number, record in enumerate(make_records(cast.acme, 400), 1)
        ]
        for offer in offers:
            offer.offered_at = offer.due_at = MONDAY_10
        Handoff.objects.bulk_create(offers, batch_size=400)
        with connection.cursor() as cursor:
            cursor.execute(READ)
            assert cursor.fetchone()[0] <= 3 * len(offers)
