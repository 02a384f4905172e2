"""What cannot be taken is put aside; what somebody else holds is not, wherever it is taken."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import OperationalError

from core.errors import WorldMovedOn
from core.history.actions import _followers, follow
from core.operating.models import SetAside
from core.operating.setting_aside import set_aside, take_all, try_again, try_due
from core.tenancy.scope import workspace_scope
from governance.actions import working_out
from governance.actions.drafting import draft
from governance.actions.submitting import submit
from lifecycle.actions import rescoring
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db


class Held(Exception):
    pgcode = "55P03"


def held(*_: object, **news: object) -> None:
    raise OperationalError("canceling statement due to lock timeout") from Held()


def test_a_lock_that_somebody_holds_is_the_fault_of_no_row() -> None:
    def one_by_one(rows: Sequence[int]) -> None:
        if len(rows) > 1:
            raise ValueError("one of them is bad")
        raise WorldMovedOn("Others keep writing the same records; try again.", code="too_busy")

    put_aside: list[int] = []
    with pytest.raises(OperationalError):
        take_all([1, 2], held, lambda row, trouble: put_aside.append(row))
    with pytest.raises(WorldMovedOn):
        take_all([1, 2], one_by_one, lambda row, trouble: put_aside.append(row))
    assert not put_aside


def test_neither_a_score_nor_an_impact_is_set_aside_for_it_nor_for_longer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace_scope(cast.acme):
        [record] = make_records(cast.acme, path="lifecycle/lead", properties={"demo_requested": True, "visits": 9})
        rescoring.begin(cast.acme, rescoring.Cause.PUBLISHED, at=MONDAY_10)
        follow("records.scored", held)
        try:
            with pytest.raises(OperationalError):
                rescoring.ask_batch(cast.acme, at=MONDAY_10)
            assert not SetAside.objects.exists()
            set_aside("record_score", record.pk, what="Record", trouble=ValueError("bad"), at=MONDAY_10,
                      next_try_at=MONDAY_10)  # fmt: skip
            assert try_due(MONDAY_10 + timedelta(minutes=1), until=float("inf")) == 0
            row = SetAside.objects.get()
            assert (row.tries, row.reason, row.next_try_at) == (1, "ValueError: bad", MONDAY_10)
            with pytest.raises(OperationalError):
                try_again(row.pk, by=cast.ada, at=MONDAY_10)
        finally:
            _followers["records.scored"].remove(held)
        assert rescoring.ask_batch(cast.acme, at=MONDAY_10) == 1
        assert not SetAside.objects.exists() and Record.objects.get().score > 0
        impact = submit(
            draft(cast.dana, title="Lower", edits=[(["scoring", "threshold"], 30)], at=MONDAY_10),
            by=cast.dana,
            at=MONDAY_10,
        )
        monkeypatch.setattr(working_out, "_answer_next", held)
        with pytest.raises(OperationalError):
            working_out.next_step(MONDAY_10)
        impact.refresh_from_db()
        assert impact.state == "waiting" and not SetAside.objects.exists()
