"""A stay says whose the record was and what it was worth then, whichever door wrote it."""

from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from core.database import as_owner
from core.people.models import Team
from core.tenancy.scope import workspace_scope
from lifecycle.actions.advancing import advance
from lifecycle.actions.editing import edit_record
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.owning import change_owner
from lifecycle.models import Record, StageStay, StayChange
from tests.cast import MONDAY_10, Cast

FORCED = {"override": True, "reason_key": "history"}
UNFILL = """
alter table lifecycle_stagestay disable trigger user;
alter table lifecycle_staychange disable trigger user;
delete from lifecycle_staychange;
update lifecycle_stagestay set facts_from = 'unfilled', owner_id = null, team_id = null, left_owner_id = null,
  left_team_id = null, amount = null, currency = '', source = '', recorded_at = null;
alter table lifecycle_stagestay enable trigger user;
alter table lifecycle_staychange enable trigger user;
"""


def hours(number: int) -> datetime:
    return MONDAY_10 + timedelta(hours=number)


def lived(cast: Cast) -> Record:
    """A deal of Rick's that Rosa took over, that came back to him with a move and was won; then Rosa takes care of it,
    and its amount is put right."""
    deal = {"name": "Deal", "owner_id": str(cast.rick.pk), "amount": 100, "currency": "EUR", "source": "Web"}
    take_in(cast.acme, [Incoming(1, "opportunity", core=deal)], by=cast.ada, at=hours(0))
    record = Record.objects.get(name="Deal")
    change_owner(record, cast.rosa, by=cast.mona, at=hours(1))
    advance(record, "qualification", by=cast.mona, at=hours(2), **FORCED)
    edit_record(record, core={"amount": 250, "source": "Event"}, by=cast.ada, at=hours(3))
    back = {"core": {"owner_id": str(cast.rick.pk)}, "record_id": record.pk, "stage": "proposal"}
    row = Incoming(1, "opportunity", **back, is_override=True, reason_key="history")
    assert not take_in(cast.acme, [row], by=cast.ada, at=hours(4)).rejected
    record.refresh_from_db()
    advance(record, "closed_won", by=cast.mona, at=hours(5), **FORCED)
    change_owner(record, cast.rosa, by=cast.mona, at=hours(6))
    edit_record(record, core={"amount": 300}, by=cast.ada, at=hours(7))
    return record


def stays() -> list[tuple[Any, ...]]:
    held = (
        "stage__pipeline__key",
        "stage__key",
        "owner_id",
        "left_owner_id",
        "amount",
        "currency",
        "source",
        "team_id",
        "left_team_id",
    )
    return list(StageStay.objects.order_by("record_id", "entered_at", "id").values_list(*held))


def changes() -> list[tuple[Any, ...]]:
    told = StayChange.objects.exclude(owner_before=None, owner_after=None).order_by("at")
    return [each[1:] for each in told.values_list("at", "owner_before", "owner_after") if each[1] != each[2]]


@pytest.mark.django_db(transaction=True)
def test_a_stay_keeps_what_held_when_it_began_and_a_closing_follows_the_amount(cast: Cast) -> None:
    """And the older stays of a database from before are filled from events with the same."""
    with workspace_scope(cast.acme):
        lived(cast)
        take_in(
            cast.acme,
            [Incoming(1, "lead", core={"name": "Nobody's", "source": "Web"}, history=(("lead", hours(-48)),))],
            by=cast.ada,
            at=hours(0),
        )
        written, rick, rosa = stays(), cast.rick.pk, cast.rosa.pk
        sales = Team.objects.get(function="sales").pk
        told = StayChange.objects.order_by("at").values_list("amount_before", "amount_after")
        assert list(told) == [(100, 100), (100, 250), (250, 250), (250, 300)]
        assert changes() == [(rick, rosa), (rick, rosa)]
        assert set(StageStay.objects.filter(facts_from="file").values_list("recorded_at", flat=True)) == {hours(0)}
    assert [stay[1:] for stay in written if stay[0] == "sales"] == [
        ("discovery", rick, rosa, Decimal(100), "EUR", "Web", sales, sales),
        ("qualification", rosa, rosa, Decimal(100), "EUR", "Web", sales, sales),
        ("proposal", rick, rick, Decimal(250), "EUR", "Event", sales, sales),
        ("closed_won", rick, None, Decimal(300), "EUR", "Event", sales, None),
    ]
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute(UNFILL)
        import_module("lifecycle.migrations.0019_facts_of_older_stays").fill(
            None, SimpleNamespace(connection=connection)
        )
    with workspace_scope(cast.acme):
        assert stays() == written
        assert changes() == [(rick, rosa), (rick, rosa)]
        marks = dict(
            StageStay.objects.filter(pipeline__key__in=["sales", "lifecycle"]).values_list("stage__key", "facts_from")
        )
        assert marks == {
            "discovery": "present", "qualification": "events", "proposal": "present", "closed_won": "present",
            "lead": "file",
        }  # fmt: skip
        assert set(StageStay.objects.filter(facts_from="file").values_list("recorded_at", flat=True)) == {hours(0)}
