"""Offering: who receives, by when, and what is written down about it."""

from datetime import timedelta

import pytest

from core.history.models import Event
from core.people.models import Member, Team, TeamSeat, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.models import Assignment, Handoff, Rotation
from lifecycle.models import Account
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records, running

pytestmark = pytest.mark.django_db


def test_two_reps_take_turns(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        handoffs = offer_records(cast.acme, make_records(cast.acme, 4), by=cast.dana)
        first, second = sorted([cast.rick.pk, cast.rosa.pk])
        assert [each.assignee_id for each in handoffs] == [first, second, first, second]
        assert sorted(Rotation.objects.values_list("given", flat=True)) == [2, 2]


def test_an_offer_has_due_times_in_working_hours_and_one_event(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        assert handoff.due_at == MONDAY_10 + timedelta(hours=5)  # four working hours with the lunch hour between
        clock = running(handoff)
        assert clock.next_rung_at == MONDAY_10 + timedelta(hours=4)
        assert [rung["action"] for rung in clock.rungs] == ["warn", "task", "reassign", "raise"]
        event = Event.objects.get(kind="handoff.offered")
        assert event.record_id == handoff.record_id
        assert event.actor_id == cast.dana.pk
        assert handoff.number == 1
        assert handoff.team_id == Team.objects.get(key="sales").pk


def test_the_assignment_keeps_every_rule_tried_and_the_state_of_the_pool(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        TimeOff.objects.create(member=cast.rosa, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(days=2))
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        trace = Assignment.objects.get(handoff=handoff).trace
        assert [(rule["label"], rule["verdict"]) for rule in trace["rules"]] == [
            ("A named account goes to its owner", "unmet"),
            ("A known company goes to its owner", "unmet"),
            ("Everybody else takes turns", "met"),
        ]
        assert trace["matched"] == 2
        assert [(each["name"], each["state"]) for each in trace["candidates"]] == [
            ("Rick", "available"),
            ("Rosa", "away"),
        ]
        assert handoff.assignee_id == cast.rick.pk


def test_the_owner_of_the_account_receives_unless_gone(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        account = Account.objects.create(number=1, name="Initech", name_key="initech", owner=cast.rosa)
        handoffs = offer_records(cast.acme, make_records(cast.acme, 3, account=account))
        assert {each.assignee_id for each in handoffs} == {cast.rosa.pk}
        Member.objects.filter(pk=cast.rosa.pk).update(is_active=False)
        [handoff] = offer_records(cast.acme, make_records(cast.acme, account=account))
        assert handoff.assignee_id == cast.rick.pk
        trace = Assignment.objects.get(handoff=handoff).trace
        assert trace["rules"][1]["why"] == "the account's owner is not here"
        assert trace["account"] == {"name": "Initech", "how": "name"}


def test_offering_an_open_record_again_changes_nothing(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        records = make_records(cast.acme, 2)
        offer_records(cast.acme, records)
        before = list(Rotation.objects.order_by("member_id").values_list("virtual_time", "given"))
        assert offer_records(cast.acme, records) == []
        assert Handoff.objects.count() == Assignment.objects.count() == 2
        assert before == list(Rotation.objects.order_by("member_id").values_list("virtual_time", "given"))


def test_a_cap_is_kept_and_the_manager_receives_what_nobody_can(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        TeamSeat.objects.filter(member__in=[cast.rick, cast.rosa]).update(cap=2)
        handoffs = offer_records(cast.acme, make_records(cast.acme, 6))
        counts = {each: [h.assignee_id for h in handoffs].count(each.pk) for each in (cast.rick, cast.rosa, cast.mona)}
        assert list(counts.values()) == [2, 2, 2]
        assert Assignment.objects.filter(cause="fallback").count() == 2


def test_with_nobody_and_no_manager_it_waits_in_a_named_queue(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        TimeOff.objects.bulk_create(
            TimeOff(member=each, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(days=1))
            for each in (cast.rick, cast.rosa, cast.mona)
        )
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        assert handoff.assignee_id is None
        assert handoff.queue is not None and handoff.queue.key == "sales"
        assert handoff.due_at is not None


def test_one_round_trip_for_any_number(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        few, many = make_records(cast.acme, 2), make_records(cast.acme, 200)
        offer_records(cast.acme, few)
        with django_assert_num_queries(2):  # the offer, and the factory's look at what came of it
            offer_records(cast.acme, many)


def test_a_newcomer_starts_at_the_present_and_is_not_flooded(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 40))
        TeamSeat.objects.create(team=Team.objects.get(key="sales"), member=cast.mona)
        handoffs = offer_records(cast.acme, make_records(cast.acme, 9))
        counts = [[h.assignee_id for h in handoffs].count(each.pk) for each in (cast.rick, cast.rosa, cast.mona)]
        assert sorted(counts) == [3, 3, 3]
