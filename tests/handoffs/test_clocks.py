"""Clocks as rows: who had how long, whose the breach is, and giving it away that makes nothing later."""

from datetime import timedelta

import pytest
from django.test import Client

from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, reassigning, scanning
from handoffs.models import Clock, Handoff, Task
from lifecycle.actions.touching import log_activity
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.clock_oracle import lives
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def offered(acme: Cast) -> Handoff:
    return offer_records(acme.acme, make_records(acme.acme), by=acme.dana)[0]


def scan(cast: Cast, at) -> None:  # type: ignore[no-untyped-def]
    while scanning.scan(cast.acme, at):
        pass


def clocks(handoff: Handoff) -> list[tuple[object, ...]]:
    told = ("kind", "run", "member_id", "started_at", "due_at", "state", "stopped_at", "restarts")
    return list(Clock.objects.filter(handoff=handoff).order_by("kind", "run").values_list(*told))


def test_a_breach_is_of_whoever_let_the_time_pass_and_the_next_one_has_a_verdict_of_their_own(
    acme: Cast, offered: Handoff
) -> None:
    due = offered.due_at
    scan(acme, due + 4 * HOUR)
    late = Handoff.objects.get(pk=offered.pk)
    second, changed = Member.objects.get(pk=late.assignee_id), MONDAY_10 + 7 * HOUR
    assert second.pk != offered.assignee_id
    answered, touched = changed + HOUR, changed + 2 * HOUR
    answering.accept(late, by=second, at=answered)
    log_activity(late.record, kind="call", outcome="Connected", by=second, at=touched)
    late.refresh_from_db()
    assert clocks(late) == [
        ("answer", 1, offered.assignee_id, MONDAY_10, due, "breached", changed, 0),
        ("answer", 2, second.pk, changed, late.due_at, "met", answered, 0),
        ("first_touch", 2, second.pk, changed, late.touch_due_at, "met", touched, 0),
    ]
    assert (late.breached_at, late.answered_at) == (due, answered)


def test_giving_it_to_somebody_else_by_hand_makes_nothing_later(acme: Cast, offered: Handoff) -> None:
    first, due, touch_due = offered.assignee_id, offered.due_at, offered.touch_due_at
    other = acme.rosa if first == acme.rick.pk else acme.rick
    for minutes, to in ((60, other), (120, acme.ada), (239, other)):
        given = reassigning.reassign(offered, to, by=acme.mona, at=MONDAY_10 + minutes * MINUTE)
        assert (given.assignee_id, given.due_at, given.touch_due_at) == (to.pk, due, touch_due)
    scan(acme, due + MINUTE)
    held = [(run, member, state) for _, run, member, _, _, state, *_ in clocks(offered)]
    assert held == [(1, first, "ended"), (2, other.pk, "ended"), (3, acme.ada.pk, "ended"), (4, other.pk, "breached")]
    late = reassigning.reassign(offered, acme.ada, by=acme.mona, at=due + HOUR)  # missed: whoever comes next has time
    assert late.due_at > due and late.breached_at == due
    assert clocks(offered)[-1][3:] == (due + HOUR, late.due_at, "running", None, 0)


def test_a_seam_may_allow_to_begin_anew_so_many_times(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "restarts"], 1)])
        [handoff] = offer_records(acme, make_records(acme), by=cast.dana)
        other = cast.rosa if handoff.assignee_id == cast.rick.pk else cast.rick
        anew = reassigning.reassign(handoff, other, by=cast.mona, at=MONDAY_10 + HOUR)
        assert anew.due_at == handoff.due_at + HOUR
        kept = reassigning.reassign(handoff, cast.ada, by=cast.mona, at=MONDAY_10 + 2 * HOUR)
        assert kept.due_at == anew.due_at
        assert [each[-1] for each in clocks(handoff)] == [0, 1, 1]
    client.force_login(cast.mona.user, "django.contrib.auth.backends.ModelBackend")
    told = client.get(f"/api/v1/w/acme/handoffs/{handoff.number}").json()
    first, second, third = told["clocks"]
    assert [each["state"] for each in told["clocks"]] == ["ended", "ended", "running"]
    assert (first["run"], first["due_at"], first["working_minutes"]) == (1, "2026-03-02T15:00:00Z", 240)
    assert second["started_at"] == third["started_at"] and third["restarts"] == 1
    assert sum(step["minutes"] for step in third["why"]) == third["working_minutes"] == 240
    page = client.get(f"/w/acme/handoffs/{handoff.number}/").content.decode()
    assert "It went on when it changed hands." in page and "Begun anew by hand 1 time." in page


def test_where_the_seam_says_so_the_first_touch_is_chased_from_the_offer_by_each_ones_own_clock(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        seam = ["seams", {"key": "marketing_to_sales"}]
        acme = published(cast, [([*seam, "touch_minutes"], 120), ([*seam, "touch_at_once"], True)])
        first, second = offer_records(acme, make_records(acme, 2), by=cast.dana)
        log_activity(second.record, kind="call", outcome="Connected", by=cast.mona, at=MONDAY_10 + HOUR)
        scan(cast, MONDAY_10 + 3 * HOUR)
        assert (first.touch_due_at, Task.objects.get().kind) == (MONDAY_10 + 3 * HOUR, "first_touch")
        assert Event.objects.get(kind="handoff.touch_missed").at == first.touch_due_at
        states = Clock.objects.order_by("handoff__number", "kind").values_list("kind", "state", "handoff__breached_at")
        assert list(states) == [
            *(("answer", "running", None), ("first_touch", "breached", None)),
            *(("answer", "running", None), ("first_touch", "met", None)),
        ]
        scan(cast, MONDAY_10 + 7 * HOUR)  # the ladder passes both on, and asks the next one for a touch of the first
        held = Clock.objects.filter(handoff=first, kind="first_touch").order_by("run")
        assert [(each.run, each.state, each.stopped_at is None) for each in held] == [
            (1, "breached", False),
            (2, "running", True),
        ]
        first.refresh_from_db()
        answering.reject(first, "no_budget", by=cast.mona, at=MONDAY_10 + 8 * HOUR)
        assert Task.objects.get(handoff=first, kind="first_touch").outcome == "Rejected by Mona."
        assert [each.state for each in held.all()] == ["breached", "ended"]


def test_a_touch_that_came_too_late_is_missed_also_where_its_step_was_set_aside(acme: Cast, offered: Handoff) -> None:
    assert offered.assignee is not None
    answering.accept(offered, by=offered.assignee, at=MONDAY_10 + HOUR)
    clock = Clock.objects.get(handoff=offered, kind="first_touch")
    Clock.objects.filter(pk=clock.pk).update(next_rung_at=clock.due_at + 2 * HOUR)
    log_activity(offered.record, kind="call", outcome="Connected", by=offered.assignee, at=clock.due_at + HOUR)
    clock.refresh_from_db()
    assert (clock.state, clock.breached_at, clock.stopped_at) == ("breached", clock.due_at, clock.due_at + HOUR)


def test_who_has_how_long_is_what_the_wall_clock_says() -> None:
    came = lives(30, seed=7)
    assert {"kept", "begun anew", "missed"} <= set(came)
