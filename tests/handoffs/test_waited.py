"""Requests that waited for a record carry an earlier moment than what was written meanwhile; history keeps order."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core.history.models import Event
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, offering, packets, reassigning, releasing
from handoffs.models import Handoff
from handoffs.rules import sla
from lifecycle.actions import advancing, owning
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record
from revops.audit.running import audit
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records
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


def written(record: Record) -> datetime:
    """Somebody writes on the record just now, while others wait for it."""
    now = timezone.now()
    Record.objects.filter(pk=record.pk).update(updated_at=now)
    return now


@pytest.mark.parametrize("is_by_hand", [True, False])
def test_an_offer_that_waited_is_made_when_its_record_is_free_and_its_clock_begins_then(
    cast: Cast, is_by_hand: bool
) -> None:
    with workspace_scope(cast.acme):
        record, other = make_records(cast.acme, 2)
        written_at = written(record)
        at = written_at - timedelta(days=3)
        if is_by_hand:
            offering.offer(record, "marketing_to_sales", by=cast.dana, at=at)
        else:
            offer_records(cast.acme, [record, other], by=cast.dana, at=at)
            assert Handoff.objects.get(record=other).offered_at == at
        offered = Handoff.objects.get(record=record)
        assert (offered.offered_at, offered.assignments.get().at) == (written_at, written_at)
        assert (written_at, "handoff.offered") in told(record)
        assert offered.due_at == sla.start(offered.seam_terms, written_at).due_at


def test_who_changes_hands_after_waiting_does_so_when_the_record_is_free(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [record] = make_records(cast.acme)
        [handoff] = offer_records(cast.acme, [record], by=cast.dana, at=timezone.now())
        receiver = cast.rosa if handoff.assignee_id == cast.rick.pk else cast.rick
        written_at = written(record)
        at = handoff.offered_at
        reassigning.reassign(handoff, receiver, by=cast.mona, at=at)
        written_again_at = written(record)
        Member.objects.filter(pk=receiver.pk).update(is_active=False)
        assert releasing.release(cast.acme, [handoff.pk], by=cast.mona, at=at).released == [handoff.pk]
        assert list(handoff.assignments.order_by("at").values_list("at", flat=True)) == [
            at,
            written_at,
            written_again_at,
        ]


def test_a_packet_filled_after_waiting_is_told_after_what_was_written_meanwhile(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [record] = make_records(cast.acme, path="sales/closed_won")
        [handoff] = offer_records(cast.acme, [record], seam_key="sales_to_success", at=timezone.now())
        answering.reject(handoff, "packet_incomplete", "All.", by=cast.mona, at=timezone.now(), gaps=["goals"])
        handoff.refresh_from_db()
        items = {item.key: "Known now" for item in handoff.seam_terms.packet}
        written_at = written(record)
        packets.save_packet(handoff, items, by=cast.mona, at=handoff.offered_at)
        assert told(record)[-3:] == [
            (written_at, "handoff.packet_saved"),
            (written_at, "handoff.offered"),
            (written_at, "task.completed"),
        ]
