"""Limbo: whatever waits for nobody who can act is on one list, with its cause and its age, and can be sent on."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from core.errors import BadInput, NotPermitted
from core.people.models import Member, Team, TeamSeat, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, releasing, scanning
from handoffs.models import Assignment, Clock, Handoff, Task
from handoffs.queries.limbo import LimboItem, limbo_counts, limbo_page
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import as_testimony, make_records, offer_records

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = MONDAY_10 + 2 * HOUR


@pytest.fixture
def acme(cast: Cast):  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        yield cast


def limbo(cast: Cast, at: datetime = LATER) -> list[LimboItem]:
    items, after, counted = limbo_page(cast.acme, at)
    assert not after
    counts = limbo_counts(cast.acme, at)
    assert (counts, list(counts.counts)) == (counted, list(counted.counts))
    assert counts.counts == Counter(each.cause for each in items)
    assert counts.total == len(items) and counts.oldest_at == (items[0].since if items else None)
    return items


def only(cast: Cast, at: datetime = LATER) -> LimboItem:
    [item] = limbo(cast, at)
    return item


def offered(cast: Cast) -> tuple[Handoff, Member]:
    [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
    return handoff, Member.objects.get(pk=handoff.assignee_id)


def test_what_is_with_somebody_who_can_answer_is_not_in_limbo(acme: Cast) -> None:
    handoff, rep = offered(acme)
    assert limbo(acme) == []
    answering.accept(handoff, by=rep, at=MONDAY_10 + HOUR)
    assert limbo(acme) == []


def test_a_record_returned_or_recalled_stands_on_the_list_until_it_is_offered_again(acme: Cast) -> None:
    handoff, rep = offered(acme)
    answering.reject(handoff, "inaccurate_data", by=rep, at=MONDAY_10 + HOUR)
    item = only(acme)
    assert (item.noun, item.cause, item.id, item.since) == ("record", "returned", handoff.record_id, MONDAY_10 + HOUR)
    assert item.next_at == Handoff.objects.get().again_at and item.seam_key == "marketing_to_sales"
    done = releasing.release(acme.acme, [item.id], by=acme.mona, at=LATER)
    assert done.released == [item.id] and limbo(acme) == []
    second = Handoff.objects.open().get()
    assert second.assignee_id not in (None, rep.pk)
    answering.recall(second, by=acme.mona, at=LATER + HOUR)
    assert only(acme, LATER + HOUR).cause == "recalled"


def test_a_record_at_a_seam_that_was_never_offered_is_in_limbo(acme: Cast) -> None:
    [record] = make_records(acme.acme)
    item = only(acme)
    assert (item.cause, item.since, item.next_at) == ("never_offered", MONDAY_10, None)
    releasing.release(acme.acme, [record.pk], by=acme.ada, at=LATER)
    assert Handoff.objects.open().filter(record=record).exists()


def test_a_won_deal_whose_customer_was_taken_is_not_in_limbo_and_one_without_is(acme: Cast) -> None:
    records = make_records(acme.acme, 2, path="sales/closed_won", amount=1200, owner=acme.rick)
    packet = dict.fromkeys(("goals", "stakeholders", "promises", "scope", "dates", "risks"), "as agreed")
    packets = {each.pk: packet for each in records}
    taken, _ = offer_records(acme.acme, records, seam_key="sales_to_success", by=acme.rick, packets=packets)
    answering.accept(taken, by=acme.cleo, at=MONDAY_10 + HOUR)
    assert limbo(acme) == []
    [won] = make_records(acme.acme, path="sales/closed_won", amount=5, owner=acme.rick)
    assert (only(acme).cause, only(acme).id) == ("never_offered", won.pk)
    as_testimony(won)  # testimony of long ago: its customer is elsewhere
    assert limbo(acme) == []


def test_a_lead_that_came_back_into_its_stage_is_judged_by_this_stay(acme: Cast) -> None:
    handoff, rep = offered(acme)
    answering.accept(handoff, by=rep, at=MONDAY_10 + HOUR)
    stage = Record.objects.get(pk=make_records(acme.acme)[0].pk).stage_id
    Record.objects.filter(pk=handoff.record_id).update(stage_id=stage, entered_stage_at=MONDAY_10 + HOUR * 2)
    assert {each.id for each in limbo(acme, MONDAY_10 + 3 * HOUR)} >= {handoff.record_id}


def test_a_handoff_in_a_queue_is_in_limbo_and_says_when_it_is_asked_again(acme: Cast) -> None:
    for member in (acme.rick, acme.rosa, acme.mona):
        TimeOff.objects.create(member=member, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(days=3))
    handoff, _ = offer_records(acme.acme, make_records(acme.acme, 2), by=acme.dana)
    assert [each.cause for each in limbo(acme)] == ["queue", "queue"]
    assert limbo(acme)[0].next_at == Handoff.objects.get(pk=handoff.pk).again_at
    done = releasing.release(acme.acme, [handoff.pk], by=acme.ada, at=LATER)
    assert done.left[handoff.pk][0] == "nobody_there"
    TimeOff.objects.filter(member=acme.rosa).delete()
    assert releasing.release(acme.acme, [handoff.pk], by=acme.ada, at=LATER).released == [handoff.pk]
    assert Handoff.objects.get(pk=handoff.pk).assignee_id == acme.rosa.pk


@pytest.mark.parametrize(
    ("change", "cause"),
    [({"is_active": False}, "left"), ({"kind": "integration"}, "program"), ({"role": "leader"}, "role")],
)
def test_a_handoff_with_somebody_who_cannot_answer_is_in_limbo(acme: Cast, change: dict, cause: str) -> None:  # type: ignore[type-arg]
    handoff, rep = offered(acme)
    Member.objects.filter(pk=rep.pk).update(**change)
    item = only(acme)
    assert (item.noun, item.cause, item.id, item.holder) == ("handoff", cause, handoff.pk, rep.name)
    releasing.release(acme.acme, [handoff.pk], by=acme.mona, at=LATER)
    assert limbo(acme) == []
    assert Handoff.objects.get().assignee_id not in (None, rep.pk)


def test_a_handoff_whose_holder_is_away_beyond_its_due_time_is_in_limbo(acme: Cast) -> None:
    handoff, rep = offered(acme)
    away = TimeOff.objects.create(member=rep, starts_at=MONDAY_10 + HOUR, ends_at=handoff.due_at - HOUR)
    assert limbo(acme) == []  # back before it is due
    TimeOff.objects.filter(pk=away.pk).update(ends_at=handoff.due_at + timedelta(days=2))
    assert (only(acme).cause, only(acme).since) == ("absent", MONDAY_10 + HOUR)


def test_a_handoff_whose_holder_lost_the_seat_is_in_limbo_but_not_one_given_by_hand(acme: Cast) -> None:
    handoff, rep = offered(acme)
    TeamSeat.objects.filter(member=rep).delete()
    assert only(acme).cause == "lost_seat"
    handoff.assignments.update(ended_at=MONDAY_10)
    Assignment.objects.create(handoff=handoff, member=rep, at=MONDAY_10, cause="manual")
    assert limbo(acme) == []


def test_a_ladder_that_has_stopped_is_in_limbo(acme: Cast) -> None:
    offered(acme)
    Clock.objects.update(next_rung_at=None)
    assert only(acme).cause == "ladder_ended"


def test_an_open_task_of_somebody_who_left_is_in_limbo_and_goes_to_who_can_act(acme: Cast) -> None:
    handoff, _ = offered(acme)
    while scanning.scan(acme.acme, handoff.due_at):
        pass
    Team.objects.filter(manager=acme.mona).update(manager=None)
    Member.objects.filter(pk=acme.mona.pk).update(is_active=False)
    item = only(acme, handoff.due_at)
    assert (item.noun, item.cause, item.holder) == ("task", "left", "Mona")
    assert releasing.release(acme.acme, [item.id], by=acme.ada, at=handoff.due_at).released == [item.id]
    assert Task.objects.get().assignee_id == acme.ada.pk and limbo(acme, handoff.due_at) == []


def test_an_open_record_whose_owner_left_or_that_nobody_owns_after_the_handoff_is_in_limbo(acme: Cast) -> None:
    [gone] = make_records(acme.acme, path="sales/discovery", owner=acme.cleo)
    [nobodys] = make_records(acme.acme, path="lifecycle/sal", at=MONDAY_10 + HOUR)
    make_records(acme.acme, path="lifecycle/lead")  # before its first handoff nobody need own a lead
    Member.objects.filter(pk=acme.cleo.pk).update(is_active=False)
    items = {each.id: each.cause for each in limbo(acme)}
    assert items == {gone.pk: "left", nobodys.pk: "no_owner"}
    assert releasing.release(acme.acme, [gone.pk], by=acme.ada, at=LATER).left[gone.pk][0] == "needs_an_owner"


def test_the_list_is_filtered_and_goes_page_by_page_longest_waiting_first(acme: Cast) -> None:
    for hour in range(5):
        make_records(acme.acme, at=MONDAY_10 - hour * HOUR)
    make_records(acme.acme, path="expansion/signal", owner=acme.cleo)
    seen, after = [], ""
    while True:
        items, after, _ = limbo_page(acme.acme, LATER, after=after, size=2)
        seen += items
        if not after:
            break
    assert len(seen) == 6 and seen == sorted(seen, key=lambda each: (each.since, each.id))
    assert len(limbo_page(acme.acme, LATER, seam="success_to_sales")[0]) == 1
    assert len(limbo_page(acme.acme, LATER, cause="returned")[0]) == 0
    with pytest.raises(BadInput):
        limbo_page(acme.acme, LATER, cause="bored")
    with pytest.raises(BadInput):
        limbo_page(acme.acme, LATER, seam="no_such")


def test_a_rep_sends_nothing_on(acme: Cast) -> None:
    [record] = make_records(acme.acme)
    with pytest.raises(NotPermitted):
        releasing.release(acme.acme, [record.pk], by=acme.rick, at=LATER)


def test_what_is_no_longer_in_limbo_is_named(acme: Cast) -> None:
    handoff, _ = offered(acme)
    assert releasing.release(acme.acme, [handoff.pk], by=acme.mona, at=LATER).left[handoff.pk][0] == "not_in_limbo"


def test_a_hundred_are_sent_on_in_a_handful_of_statements(acme: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    records = make_records(acme.acme, 100)
    with django_assert_max_num_queries(14):
        done = releasing.release(acme.acme, [each.pk for each in records], by=acme.mona, at=LATER)
    assert len(done.released) == 100 and limbo(acme) == []
