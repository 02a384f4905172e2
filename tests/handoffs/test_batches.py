"""A batch gives every record to whom it would go by itself: caps of three kinds, weights that grow, orders of pools."""

import random
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from blueprint.schema import SeamTerms
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from handoffs.actions.offer_batch import offer_batch
from handoffs.actions.pasts import Past
from handoffs.models import Assignment, Capacity, Handoff, Rotation
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.governance.test_rescoring import published
from tests.handoffs.factories import seam_with
from tests.handoffs.test_sets_agree import populate, some_pools, some_records, some_rules

pytestmark = pytest.mark.django_db
Given = dict[UUID, tuple[UUID | None, str]]
TIMES = ("virtual_time", "last_turn", "given")


def capacities(people: list[Member], chance: random.Random) -> None:
    """Some take so many a day or a week; some have just begun."""
    for each in people:
        if chance.random() < 0.6:
            Capacity.objects.create(
                member=each,
                time_zone=chance.choice(["Europe/Berlin", "Asia/Kolkata"]),
                day_cap=chance.choice([None, None, 2, 6]),
                week_cap=chance.choice([None, None, 3, 9]),
                starts_on=chance.choice([None, MONDAY_10.date(), MONDAY_10.date() - timedelta(days=9)]),
                ramp_days=chance.choice([0, 10, 30]),
            )


def given_to(
    workspace: Workspace, seam: SeamTerms, batches: list[list[UUID]], pasts: dict[UUID, Past]
) -> tuple[Given, list[tuple[object, ...]]]:
    """Who would get each record, and how the rotation would stand; nothing is kept of it."""
    with transaction.atomic():
        for batch in batches:
            offer_batch(workspace, seam, batch, by=None, at=MONDAY_10, pasts=pasts)
        rows = Assignment.objects.values_list("handoff__record_id", "member_id", "cause")
        given = {record_id: (member_id, cause) for record_id, member_id, cause in rows}
        times = list(Rotation.objects.order_by("pool", "member").values_list("pool", "member", *TIMES))
        transaction.set_rollback(True)
    return given, times


@pytest.mark.parametrize("seed", [3, 17])  # without the cut these go elsewhere
def test_a_batch_goes_where_one_by_one_would(cast: Cast, seed: int) -> None:
    chance = random.Random(7_000 + seed)
    with workspace_scope(cast.acme):
        people = populate(cast, chance)
        capacities(people, chance)
        pools = [{**pool, "counts_gifts": False} for pool in some_pools(cast.acme, chance)]
        workspace = published(cast, [(["pools"], pools)])
        seam = seam_with(workspace, routing=some_rules(chance))
        records = some_records(workspace, people, chance, 60)
        before = records[: len(records) // 3]
        offer_batch(
            workspace, seam, [each.pk for each in before], by=None, at=MONDAY_10 - timedelta(days=chance.choice([0, 1]))
        )
        Handoff.objects.filter(record__in=before[::3]).update(state="accepted", answered_at=MONDAY_10)
        ids = [each.pk for each in records[len(before) :]]
        pasts = {each: Past(frozenset([chance.choice(people).pk]), 1) for each in ids if chance.random() < 0.1}
        asks_best_first = any(
            pool["best_first"] for pool in pools if pool["key"] in {rule.pool for rule in seam.routing}
        )
        order = Record.objects.filter(pk__in=ids).order_by(*["-score"] * asks_best_first, "number")
        one_by_one = [[each] for each in order.values_list("pk", flat=True)]
        assert given_to(workspace, seam, [ids], pasts) == given_to(workspace, seam, one_by_one, pasts)
