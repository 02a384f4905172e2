"""Clocks that stand still: for the customer, for the packet; bounded, counted, and told."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blueprint.documents import blueprint_of
from blueprint.schema import PausingTerms
from core.businesstime import every_hour
from core.errors import NotPermitted, Refusal
from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, packets, pausing, reassigning, scanning
from handoffs.actions.pausing import WantedPause
from handoffs.actions.standing_still import begin, wake
from handoffs.models import Handoff, Pause, Task
from handoffs.queries import path
from handoffs.rules.halts import Halt, budget
from lifecycle.actions.touching import log_activity
from revops.audit.running import audit
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records, running

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOON = MONDAY_10 + 150 * MINUTE  # after lunch, where working time is time
WAIT = WantedPause(reason="customer_answers")


def scan(cast: Cast, at: datetime) -> None:
    while scanning.scan(cast.acme, at):
        pass


def offered(cast: Cast) -> tuple[Handoff, Member]:
    [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
    assert handoff.assignee is not None
    return handoff, handoff.assignee


def refused(handoff: Handoff, wanted: WantedPause, by: Member, at: datetime) -> tuple[str | None, str | None]:
    with pytest.raises(Refusal) as refusal:
        pausing.pause(handoff, wanted, by=by, at=at)
    return refusal.value.code, refusal.value.field


def test_while_they_wait_for_the_customer_nothing_falls_due_and_then_it_goes_on_by_itself(acme: Cast) -> None:
    handoff, rep = offered(acme)
    due, touch_due = handoff.due_at, handoff.touch_due_at
    steps = [rung["at"] for rung in running(handoff).rungs]
    until = MONDAY_10 + 24 * HOUR
    pausing.pause(handoff, WantedPause("meeting_agreed", "Tuesday", until), by=rep, at=MONDAY_10 + HOUR)
    handoff.refresh_from_db()
    # eight working hours a day: what was due three hours later is due three hours after Tuesday at ten
    assert (handoff.due_at, handoff.paused_until) == (due + 23 * HOUR, until)
    assert handoff.touch_due_at and touch_due and handoff.touch_due_at > touch_due
    clock = running(handoff)
    assert clock.due_at == handoff.due_at and [rung["at"] for rung in clock.rungs] != steps
    scan(acme, until - MINUTE)
    assert not handoff.escalations.exists()
    [task] = Task.objects.filter(handoff=handoff)
    assert (task.kind, task.assignee_id, task.due_at) == ("waiting", rep.pk, until - HOUR)
    told = path.passage_of(Handoff.objects.get(pk=handoff.pk), MONDAY_10 + 2 * HOUR)
    assert (told.clock, told.countdown.state, told.countdown.minutes_left) == ("paused", "paused", 180)
    [why] = [each for each in told.clocks if each.clock.kind == "answer"]
    assert why.minutes == sum(line.minutes for line in why.why) == 240
    assert "stood still: a meeting is agreed" in [line.why for line in why.why]
    scan(acme, handoff.due_at + MINUTE)
    handoff.refresh_from_db()
    assert handoff.breached_at == handoff.due_at == due + 23 * HOUR
    assert refused(handoff, WAIT, rep, handoff.due_at + 2 * MINUTE) == ("past_due", None)
    assert not any(each.broken for each in audit(acme.acme, only="clocks_are_kept"))


def test_an_answer_a_touch_and_another_hand_end_it_and_the_time_it_stood_still_is_all_that_is_given(acme: Cast) -> None:
    handoff, rep = offered(acme)
    due, touch_due = handoff.due_at, handoff.touch_due_at
    assert touch_due is not None
    pausing.pause(handoff, WAIT, by=rep, at=NOON)
    assert refused(handoff, WAIT, rep, NOON) == ("paused_already", None)
    pausing.resume(handoff, by=rep, at=NOON + HOUR)
    handoff.refresh_from_db()
    assert (handoff.due_at, handoff.paused_until) == (due + HOUR, None)
    assert Task.objects.get(handoff=handoff).outcome == "The clock goes on."
    with pytest.raises(Refusal, match="by hand"):
        pausing.resume(handoff, by=rep, at=NOON + HOUR)
    pausing.pause(handoff, WAIT, by=acme.mona, at=NOON + HOUR)
    answering.accept(Handoff.objects.get(pk=handoff.pk), by=rep, at=NOON + 2 * HOUR)
    handoff.refresh_from_db()
    assert (handoff.due_at, handoff.clocks.get(kind="answer").state) == (due + 2 * HOUR, "met")
    assert refused(handoff, WAIT, rep, NOON + 2 * HOUR) == ("pauses_used_up", None)
    other, theirs = offered(acme)
    done = answering.accept(other, by=theirs, at=MONDAY_10 + HOUR)
    pausing.pause(done, WAIT, by=theirs, at=NOON)  # the first touch waits as well
    log_activity(other.record, kind="call", outcome="Connected", by=theirs, at=NOON + HOUR)
    clock = other.clocks.get(kind="first_touch")
    assert (clock.state, clock.due_at) == ("met", touch_due + HOUR)
    third, hers = offered(acme)
    pausing.pause(third, WAIT, by=hers, at=NOON)
    given = reassigning.reassign(third, acme.ada, by=acme.mona, at=NOON + HOUR)
    assert (given.due_at, given.paused_until) == (due + HOUR, None)
    kinds = Event.objects.filter(subject_id__in=[handoff.pk, third.pk]).values_list("kind", flat=True)
    assert [*kinds].count("handoff.paused") == [*kinds].count("handoff.resumed") == 3
    assert not any(each.broken for each in audit(acme.acme, only="clocks_are_kept"))


def test_nobody_pauses_what_is_not_theirs_or_longer_than_the_seam_allows_and_each_refusal_names_its_field(
    acme: Cast,
) -> None:
    handoff, rep = offered(acme)
    other = acme.rosa if rep.pk == acme.rick.pk else acme.rick
    at = MONDAY_10 + HOUR
    assert refused(handoff, WantedPause(), rep, at) == ("reason_needed", "reason")
    assert refused(handoff, WantedPause("price"), rep, at) == ("unknown_reason", "reason")
    assert refused(handoff, WantedPause("other"), rep, at) == ("note_needed", "note")
    assert refused(handoff, WantedPause("other", "x" * 501), rep, at) == ("too_long", "note")
    assert refused(handoff, WantedPause("customer_away", until=at), rep, at) == ("in_the_past", "until")
    far = WantedPause("customer_away", until=MONDAY_10 + timedelta(days=60))
    assert refused(handoff, far, rep, at) == ("too_long", "until")
    assert refused(handoff, WantedPause(gaps=["nothing"]), rep, at) == ("unknown_item", "gaps")
    for somebody in (other, acme.dana):
        with pytest.raises(NotPermitted):
            pausing.pause(handoff, WAIT, by=somebody, at=at)
    pausing.pause(handoff, WAIT, by=rep, at=at)  # as long as it may: five working days of eight hours
    assert Pause.objects.get().until_at == MONDAY_10 + timedelta(days=7) + 3 * HOUR
    Handoff.objects.filter(pk=handoff.pk).update(paused_until=None)
    assert refused(handoff, WAIT, rep, Pause.objects.get().until_at) == ("pauses_used_up", None)


def test_what_is_left_of_pauses_adds_up_and_who_waited_for_one_to_begin_ends_it(acme: Cast) -> None:
    parts = [timedelta(microseconds=each) for each in (116825570181, 15999938205, 11174491614)]
    assert sum(parts, timedelta()) == timedelta(minutes=2_400)
    days = [MONDAY_10 + timedelta(days=2 * place) for place in range(3)]
    halts = [Halt(day, day + each, "") for day, each in zip(days, parts, strict=True)]
    assert budget(PausingTerms(times=9, minutes=2_400), every_hour("UTC"), 3, [*halts, halts[0]]).is_spent
    handoff, rep = offered(acme)
    due = handoff.due_at
    pausing.pause(handoff, WAIT, by=rep, at=NOON)
    pausing.resume(handoff, by=rep, at=NOON - MINUTE)  # asked before, and held up by the pause
    pause = Pause.objects.get()
    handoff.refresh_from_db()
    assert (pause.ended_at, handoff.due_at, handoff.paused_until) == (NOON, due, None)
    pausing.pause(handoff, WAIT, by=rep, at=NOON)
    handoff.refresh_from_db()
    away = Pause(handoff=handoff, kind=Pause.Kind.ABSENCE, member_id=rep.pk, at=NOON, until_at=NOON + HOUR)
    begin([handoff], [away], by=None, at=NOON)
    wake([handoff], by=None, at=NOON + MINUTE, kinds=[Pause.Kind.ABSENCE])  # back: the customer has still to answer
    assert Task.objects.get(handoff=handoff, done_at=None).kind == "waiting"


def test_the_sender_is_asked_for_what_is_missing_and_the_clock_waits_for_it(acme: Cast) -> None:
    records = make_records(acme.acme, path="sales/closed_won", amount=100, owner=acme.rick)
    seam = blueprint_of(acme.acme).seams_by_key["sales_to_success"]
    [handoff] = offer_records(acme.acme, records, seam_key=seam.key, by=acme.rick)
    due = handoff.due_at
    pausing.pause(handoff, WantedPause(gaps=["goals", "risks"]), by=acme.cleo, at=NOON)
    [task] = Task.objects.filter(handoff=handoff)
    assert (task.kind, task.assignee) == ("asked", acme.rick) and "Goals of the customer, Risks" in task.title
    packets.save_packet(handoff, {"goals": "To grow"}, by=acme.rick, at=NOON + HOUR / 2)
    assert Pause.objects.get().ended_at is None
    packets.save_packet(handoff, {"risks": "None that we know"}, by=acme.rick, at=NOON + HOUR)
    handoff.refresh_from_db()
    task.refresh_from_db()
    assert (handoff.due_at, Pause.objects.get().ended_at) == (due + HOUR, NOON + HOUR)
    assert task.done_at == NOON + HOUR
    assert refused(handoff, WantedPause(gaps=["wrong"]), acme.cleo, NOON + HOUR) == ("unknown_item", "gaps")
    assert refused(handoff, WantedPause(gaps=["goals"]), acme.cleo, NOON + HOUR) == ("not_missing", "gaps")


def test_it_is_paused_and_goes_on_from_the_page_and_through_the_api(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        now = timezone.now()
        [handoff] = offer_records(cast.acme, make_records(cast.acme, at=now), by=cast.dana, at=now)
    client.force_login(cast.mona.user, "django.contrib.auth.backends.ModelBackend")
    page, api = f"/w/acme/handoffs/{handoff.number}/", f"/api/v1/w/acme/handoffs/{handoff.number}"
    assert f"{page}pause/" in client.get(page).content.decode()
    form = client.get(f"{page}pause/").content.decode()
    assert "The customer has to answer" in form and "Ask the sender" not in form
    assert client.post(f"{page}pause/", {"reason": ""}).status_code == 422
    assert client.post(f"{page}pause/", {"reason": "customer_away"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "The clock stands still: the customer is away" in shown and "Paused by hand 1 of 2 times" in shown
    assert "stood still: the customer is away" in shown
    told = client.get(api).json()
    assert told["clock"] == told["clock_state"] == "paused" and told["paused_until"]
    assert [(each["kind"], each["reason"], each["by"]) for each in told["pauses"]] == [
        ("customer", "customer_away", "Mona")
    ]
    load = {each["name"]: each for each in client.get("/api/v1/w/acme/team-load").json()}
    assert sum(each["paused_count"] for each in load.values()) == 1 == sum(each["pauses"] for each in load.values())
    assert client.delete(f"{api}/pause").status_code == 200
    again = client.post(f"{api}/pause", {"reason": "nothing"}, content_type="application/json")
    assert (again.status_code, again.json()["field"]) == (422, "reason")
    answer = client.post(f"{api}/pause", {"reason": "customer_away"}, content_type="application/json")
    assert answer.status_code == 200 and answer.json()["paused_until"]
    assert client.post(f"{page}resumption/").status_code == 302
    assert client.delete(f"{api}/pause").json()["code"] == "not_paused"
    used = client.post(f"{api}/pause", {"reason": "customer_away"}, content_type="application/json")
    assert used.json()["code"] == "pauses_used_up"
