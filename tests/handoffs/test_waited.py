"""Requests that waited for a record carry an earlier moment than what was written meanwhile; history keeps order."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core.history.models import Event
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering
from handoffs.models import Handoff
from lifecycle.actions import advancing, owning
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record
from revops.audit.running import audit
from tests.cast import Cast
from tests.handoffs.races import prepared

pytestmark = pytest.mark.django_db


def told(record: Record) -> list[tuple[datetime, str]]:
    """The events of the record in the order they were written."""
    return list(Event.objects.filter(record_id=record.pk).order_by("id").values_list("at", "kind"))


def test_who_accepts_again_after_waiting_is_the_last_owner_that_history_tells(cast: Cast) -> None:
    [record] = prepared(cast, 1)
    now = timezone.now()
    earlier = [now - timedelta(milliseconds=each * 200) for each in range(4)]
    with workspace_scope(cast.acme):
        answering.accept(Handoff.objects.open().get(), by=cast.rick, at=earlier[0])
        record.refresh_from_db()
        advancing.advance(record, "mql", by=cast.ada, at=earlier[1], override=True, reason_key="history")
        again = Handoff.objects.open().get()
        Handoff.objects.filter(pk=again.pk).update(assignee=cast.rosa)
        answering.accept(again, by=cast.mona, at=earlier[2])
        record.refresh_from_db()
        owning.change_owner(record, cast.mona, by=cast.mona, at=earlier[3])
        row = Incoming(1, "lead", core={"email": record.email, "owner_id": cast.rick.pk})
        take_in(cast.acme, [row], by=cast.ada, at=earlier[3])
        assert told(record) == sorted(told(record), key=lambda each: each[0])
        assert not [each for each in audit(Workspace.objects.get(pk=cast.acme.pk)) if each.broken]
