"""Whoever is away: what they have stands still, goes to their deputy or to the next in turn; and clocks that wait
while a record is on hold."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from blueprint.documents import blueprint_of
from core.errors import BadInput, NotPermitted
from core.people.membership import name_deputy, remove_time_off
from core.people.models import Member, TimeOff
from core.tenancy.scope import workspace_scope
from core.tenancy.sweeps import workspaces_with
from handoffs.actions import answering, going_away, leaving_soon, offering, reassigning, scanning
from handoffs.api.passage_serializers import PassageOut
from handoffs.models import Handoff, Pause, Task
from handoffs.queries.path import passage_of
from handoffs.queries.pause_state import pauses_of
from handoffs.queries.team import load_of_team
from lifecycle.actions import rescoring
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.ask_again_sql import ask_again_of, pauses_in_time
from lifecycle.models import Record
from revops.audit.running import audit
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records, offer_records, running
from tests.lifecycle.test_owners import HOT, ZOE

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOON = MONDAY_10 + 2.5 * HOUR  # after lunch, where working time is time
BACK = NOON + timedelta(days=2)


def of(handoffs: list[Handoff], member: Member) -> Handoff:
    return next(each for each in handoffs if each.assignee_id == member.pk)


def test_what_becomes_of_what_somebody_has_while_they_are_away_is_what_the_seam_says(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        away = [("marketing_to_sales", "pause"), ("sales_to_success", "deputy"), ("success_to_sales", "hand_on")]
        edits = [(["seams", {"key": seam}, "pausing", "when_away"], said) for seam, said in away]
        on_hold = [{"label": "It is on hold", "expression": 'source == "hold"'}]
        marketing = ["seams", {"key": "marketing_to_sales"}]
        at_most = ([*marketing, "pausing", "minutes"], 60)
        acme = published(cast, [*edits, at_most, ([*marketing, "pause_when"], on_hold)])
        leads = offer_records(acme, make_records(acme, 2), by=cast.dana)
        signals = make_records(acme, 2, path="expansion/signal")
        expansions = offer_records(acme, signals, seam_key="success_to_sales", by=cast.cleo)
        won = make_records(acme, path="sales/closed_won", amount=100, owner=cast.rick)
        [deal] = offer_records(acme, won, seam_key="sales_to_success", by=cast.rick)
        lead, expansion = of(leads, cast.rick), of(expansions, cast.rick)
        assert deal.assignee_id == cast.cleo.pk
        name_deputy(cast.cleo, cast.mona, by=cast.cleo, at=MONDAY_10)
        for member in (cast.rick, cast.cleo):
            TimeOff.objects.create(member=member, starts_at=NOON, ends_at=BACK, note="Moving")
        # the scanner may look; it sees what is committed
        assert workspaces_with(going_away.ABSENCE_WORKSPACES, ahead=leaving_soon.AHEAD) == []
        early = NOON - HOUR
        assert going_away.begin_absences(acme, early) == 0
        assert leaving_soon.hand_on_ahead(acme, NOON - timedelta(days=4)) == 0  # more than a working day before
        told = PassageOut(passage_of(expansion, early)).data["leave_ahead"]
        assert (told["name"], told["becomes"], told["starts_at"]) == ("Rick", "hand_on", "2026-03-02T12:30:00Z")
        assert passage_of(expansion, NOON - timedelta(days=20)).leave_ahead is None
        with transaction.atomic():
            assert expansion.due_at > NOON and leaving_soon.hand_on_ahead(acme, early) == 1
            expansion.refresh_from_db()
            assert (expansion.assignee_id, running(expansion).started_at) == (cast.rosa.pk, early)
            assert passage_of(expansion, early).hands[-1].note == "Rick leaves Mon 2 Mar, 12:30"
            assert leaving_soon.hand_on_ahead(acme, early) == 0  # once; the others stay until the absence begins
            reassigning.reassign(expansion, cast.rick, by=cast.mona, at=early)  # who knows better
            assert leaving_soon.hand_on_ahead(acme, early) == 0
            transaction.set_rollback(True)
        with transaction.atomic():
            TimeOff.objects.create(member=cast.rosa, starts_at=NOON, ends_at=BACK)
            leaving_soon.hand_on_ahead(acme, early)  # not from one who leaves to another
            assert set(Handoff.objects.filter(seam_id=expansion.seam_id).values_list("assignee", flat=True)) == {
                cast.mona.pk
            }
            transaction.set_rollback(True)
        expansion.refresh_from_db()
        assert going_away.begin_absences(acme, NOON) == 2
        assert going_away.begin_absences(acme, NOON) == 0
        due = lead.due_at
        for each in (lead, expansion, deal):
            each.refresh_from_db()
        assert (lead.assignee_id, lead.due_at, lead.paused_until) == (cast.rick.pk, due + timedelta(days=2), BACK)
        assert (expansion.assignee_id, deal.assignee_id) == (cast.rosa.pk, cast.mona.pk)
        assert {each.assignments.get(ended_at=None).cause for each in (expansion, deal)} == {"absence"}
        assert running(deal).started_at == NOON and expansion.paused_until is None
        loads = {each.name: (each.pauses, each.away_pauses) for each in load_of_team(cast.ada, NOON)}
        assert (loads["Rick"], loads["Rosa"]) == ((0, 1), (0, 0))
        soon = NOON + HOUR / 2
        remove_time_off(TimeOff.objects.get(member=cast.rick), by=cast.rick, at=soon)  # back before it was thought
        lead.refresh_from_db()
        assert (lead.due_at, lead.paused_until) == (due + HOUR / 2, None)
        other = of(leads, cast.rosa)
        given = reassigning.reassign(other, cast.cleo, by=cast.mona, at=NOON + HOUR)  # who is away, knowingly
        assert given.paused_until == BACK
        # a few hours off, and more after some that were taken back, stop it no longer than pauses may in all
        for place, hours in enumerate((3, 4, 40)):
            begins = NOON + (2 + place) * HOUR
            TimeOff.objects.create(member=cast.rick, starts_at=begins, ends_at=begins + hours * HOUR)
            going_away.begin_absences(acme, begins)
            lead.refresh_from_db()
            assert lead.paused_until == NOON + 2.5 * HOUR
        left = pauses_of(lead, lead.seam_terms, passage_of(lead, begins), begins, is_theirs=True)
        assert left.minutes_left == 0 and not left.may_pause
        assert not any(each.broken for each in audit(acme, only="clocks_are_kept"))


def test_clocks_stand_still_while_the_record_is_as_the_seam_says(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        on_hold = [{"label": "It is on hold", "expression": 'source == "hold"'}]
        acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "pause_when"], on_hold)])
        [handoff] = offer_records(acme, make_records(acme), by=cast.dana)
        due = handoff.due_at

        def says(source: str, at: timedelta) -> Handoff:
            row = Incoming(1, "lead", core={"email": handoff.record.email, "source": source})
            take_in(acme, [row], by=cast.ada, at=MONDAY_10 + at)
            return Handoff.objects.get(pk=handoff.pk)

        assert says("web", HOUR).paused_until is None
        assert says("hold", 2.5 * HOUR).due_at > due + timedelta(days=5)
        assert says("hold", 3 * HOUR).pauses.count() == 1
        goes_on = says("web", 4 * HOUR)
        assert (goes_on.due_at, Pause.objects.get().kind) == (due + 1.5 * HOUR, "state")
        with transaction.atomic():
            for said, is_standing in (([{"label": "Of the web", "expression": 'source == "web"'}], True), ([], False)):
                published(
                    cast, [(["seams", {"key": "marketing_to_sales"}, "pause_when"], said)], at=MONDAY_10 + 4 * HOUR
                )
                handoff.refresh_from_db()
                assert handoff.is_paused(MONDAY_10 + 4 * HOUR) == is_standing, said
            transaction.set_rollback(True)
        [on_hold_before] = make_records(acme, source="hold")
        by_hand = offering.offer(on_hold_before, handoff.seam.key, by=cast.dana, at=NOON)
        assert by_hand.paused_until and by_hand.pauses.get().kind == "state"
        other = cast.rosa if by_hand.assignee_id == cast.rick.pk else cast.rick
        given = reassigning.reassign(by_hand, other, by=cast.mona, at=NOON + HOUR)  # the record is on hold still
        assert (given.due_at, given.paused_until, given.pauses.count()) == (by_hand.due_at, by_hand.paused_until, 2)
        taken = answering.accept(given, by=other, at=NOON + 2 * HOUR)
        assert taken.paused_until == by_hand.paused_until and taken.pauses.count() == 3
        assert taken.clocks.get(kind="first_touch").due_at == taken.touch_due_at > given.touch_due_at - HOUR
        assert not any(each.broken for each in audit(acme, only="clocks_are_kept"))
        TimeOff.objects.create(
            member=cast.mona, starts_at=MONDAY_10, ends_at=BACK
        )  # what is escalated to her is Vera's
        name_deputy(cast.mona, cast.vera, by=cast.ada, at=MONDAY_10)
        while scanning.scan(acme, goes_on.due_at):
            pass
        assert Task.objects.get(kind="breach").assignee == cast.vera


def test_time_alone_lets_a_clock_stand_still_and_go_on(cast: Cast) -> None:
    step, second = timedelta(minutes=6), timedelta(seconds=1)
    third = "now - created_at >= hours(0.2) && now - created_at < hours(0.3)"
    with workspace_scope(cast.acme):
        line = [{"label": "In its third while", "expression": third}]
        take_in(cast.acme, [Incoming(1, "lead", core=ZOE, properties=HOT)], by=cast.dana, at=MONDAY_10)
        make_records(cast.acme, path="sales/closed_won", created_at=MONDAY_10)
        seams = "marketing_to_sales", "sales_to_success"
        acme = published(cast, [(["seams", {"key": seam}, "pause_when"], line) for seam in seams])
        while rescoring.ask_batch(acme, at=MONDAY_10 + step):
            pass
        handoff = Handoff.objects.get()
        due = handoff.due_at
        for steps, is_paused in ((2, True), (3, False)):
            record = handoff.record
            record.refresh_from_db()
            assert record.ask_again_at == MONDAY_10 + steps * step + second
            assert rescoring.ask_due(acme, record.ask_again_at) == 2
            handoff.refresh_from_db()
            assert (handoff.paused_until is not None) == is_paused
        record.refresh_from_db()
        assert handoff.due_at == due + step and record.ask_again_at is None
        assert Record.objects.get(kind="opportunity").stage_id in ask_again_of(acme).won_stages
        assert pauses_in_time(blueprint_of(acme)).keys() == {"lifecycle", "sales", "onboarding"}  # of the next one, too


def test_a_deputy_is_named_by_who_may_plan_and_is_somebody_else_who_is_here(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        for deputy, code in ((cast.rick, "same_member"), (Member(kind="agent", is_active=True), "not_a_person")):
            with pytest.raises(BadInput) as refusal:
                name_deputy(cast.rick, deputy, by=cast.rick, at=MONDAY_10)
            assert (refusal.value.code, refusal.value.field) == (code, "deputy")
        with pytest.raises(NotPermitted):
            name_deputy(cast.rick, cast.rosa, by=cast.rosa, at=MONDAY_10)
    client.force_login(cast.mona.user, "django.contrib.auth.backends.ModelBackend")
    api = f"/api/v1/w/acme/people/{cast.rick.pk}/deputy"
    named = client.put(api, {"deputy": str(cast.rosa.pk)}, content_type="application/json")
    assert named.json()["deputy"]["name"] == "Rosa" and client.get(api).json() == named.json()
    unknown = client.put(api, {"deputy": str(cast.otto.pk)}, content_type="application/json")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "deputy")
    assert client.delete(api).json() == {"deputy": None}
    page = f"/w/acme/people/{cast.rick.pk}/"
    assert client.post(f"{page}deputy/", {"deputy": str(cast.mona.pk)}).status_code == 302
    assert "Gets tasks and escalations while they are away" in client.get(page).content.decode()
    assert client.get(api).json()["deputy"]["name"] == "Mona"
