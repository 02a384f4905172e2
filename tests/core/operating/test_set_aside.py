"""What a pass could not do is kept in one place, shown to admins, tried again, and gone when that succeeds."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.errors import NotFound, NotPermitted
from core.history.actions import _followers, follow
from core.history.models import Event
from core.operating.models import SetAside
from core.operating.setting_aside import set_aside, try_again
from core.operating.tasks import retry_what_was_set_aside
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from governance.actions.drafting import draft
from governance.actions.submitting import submit
from governance.actions.working_out import next_step
from governance.models import Impact
from handoffs.actions import scanning
from handoffs.models import Clock, Escalation, Handoff
from imports import opening, starting
from imports import run as running
from lifecycle.actions import rescoring
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Import, ImportFile, Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = MONDAY_10 + 4 * HOUR
BAD = [{"action": "warn", "at": "2026-03-02T13:00:00+00:00"}, {"action": "task", "at": "not a time"}]


def door(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def one_bad_of_three(cast: Cast) -> Handoff:
    """Three handoffs with a step due; the ladder of one holds what is no time."""
    handoffs = offer_records(cast.acme, make_records(cast.acme, 3))
    Clock.objects.filter(handoff=handoffs[1]).update(rungs=BAD)
    assert scanning.scan(cast.acme, LATER) == 3
    return handoffs[1]


def mend(handoff: Handoff) -> None:
    Clock.objects.filter(handoff=handoff).update(rungs=[BAD[0], {**BAD[1], "at": "2026-03-02T15:00:00+00:00"}])


def test_a_step_that_fails_is_kept_with_its_reason_and_counted_again(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        bad = one_bad_of_three(cast)
        row = SetAside.objects.get()
        assert (row.kind, row.subject_id, row.tries, row.since) == ("handoff_step", bad.pk, 1, LATER)
        assert str(bad.number) in row.what and "not a time" in row.reason
        assert row.next_try_at == LATER + HOUR
        scanning.scan(cast.acme, LATER + HOUR)
        row.refresh_from_db()
        assert (row.tries, row.since, row.last_tried_at) == (2, LATER, LATER + HOUR)


def test_the_next_scan_that_succeeds_clears_it_and_judges_it_by_its_own_time(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        bad = one_bad_of_three(cast)
        mend(bad)
        assert scanning.scan(cast.acme, LATER) == 0, "it waits its hour"
        scanning.scan(cast.acme, LATER + HOUR)
        assert not SetAside.objects.exists()
        assert Escalation.objects.get(handoff=bad, action="warn").due_at.isoformat() == BAD[0]["at"]


def test_an_admin_tries_again_at_once(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        bad = one_bad_of_three(cast)
        row = SetAside.objects.get()
        failed = try_again(row.pk, by=cast.ada, at=LATER + timedelta(minutes=5))
        assert failed.outcome == "failed" and failed.row is not None and failed.row.tries == 2
        mend(bad)
        assert try_again(row.pk, by=cast.ada, at=LATER + timedelta(minutes=6)).outcome == "done"
        assert not SetAside.objects.exists()
        assert Escalation.objects.get(handoff=bad).due_at.isoformat() == BAD[0]["at"]
        assert list(Event.objects.filter(kind__startswith="aside.").order_by("at").values_list("kind", "actor")) == [
            ("aside.failed", cast.ada.pk),
            ("aside.done", cast.ada.pk),
        ]
        with pytest.raises(NotFound):
            try_again(row.pk, by=cast.ada, at=LATER)


def test_a_score_that_cannot_be_asked_is_kept_and_asked_again(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        warm = {"employees": 200, "seniority": "VP", "job_title": "Head of sales"}
        rows = [
            Incoming(place, "lead", core={"name": f"L {place}", "email": f"l{place}@co.example"}, properties=warm)
            for place in range(3)
        ]
        take_in(cast.acme, rows, by=cast.dana, at=MONDAY_10)
        bad = Record.objects.order_by("number")[1]
        hot = {**warm, "demo_requested": True, "visits": 9}
        Record.objects.update(properties=hot)  # as if the rules now read them otherwise

        def trouble(*, entered: dict[Any, list[Any]], **news: object) -> None:
            if any(bad.pk in ids for ids in entered.values()):
                raise ValueError("not this one")

        rescoring.begin(cast.acme, rescoring.Cause.PUBLISHED, at=LATER)
        follow("records.entered", trouble)
        try:
            while rescoring.ask_batch(cast.acme, at=LATER):
                pass
        finally:
            _followers["records.entered"].remove(trouble)
        assert set(Record.objects.exclude(pk=bad.pk).values_list("stage__key", flat=True)) == {"mql"}
        row = SetAside.objects.get()
        assert (row.kind, row.subject_id, row.reason) == ("record_score", bad.pk, "ValueError: not this one")
        assert try_again(row.pk, by=cast.ada, at=LATER).outcome == "done"
        assert Record.objects.get(pk=bad.pk).stage.key == "mql" and not SetAside.objects.exists()


def test_an_import_that_broke_on_our_side_goes_on_where_it_stopped(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        given = {"target": "leads", "columns": {"Email": "email", "Name": "name"}}
        content = b"Email,Name\nann@initech.example,Ann\nbob@initech.example,Bob\n"
        job = opening.receive(file_name="leads.csv", content=content, given=given, by=cast.ada, at=MONDAY_10)
        starting.start(job, by=cast.ada, at=MONDAY_10)
        ImportFile.objects.all().delete()
    assert running.run_import(cast.acme.pk, job.pk, clock=lambda: LATER, until=lambda: False)
    with workspace_scope(cast.acme):
        row = SetAside.objects.get()
        assert (row.kind, row.subject_id, row.next_try_at) == ("import", job.pk, None)
        ImportFile.objects.create(of=job, content=content)
        begun = try_again(row.pk, by=cast.ada, at=LATER)
        assert begun.outcome == "begun" and begun.row is not None
        assert Import.objects.get().state == "waiting"
    assert running.run_import(cast.acme.pk, job.pk, clock=lambda: LATER, until=lambda: False)
    with workspace_scope(cast.acme):
        assert (Import.objects.get().state, Import.objects.get().created_count) == ("finished", 2)
        assert not SetAside.objects.exists()


def test_a_file_that_could_not_be_opened_by_our_fault_is_opened_again(cast: Cast) -> None:
    content = b"Email,Name\nann@initech.example,Ann\n"
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        job = starting.upload(file_name="leads.csv", content=b"\x00" * 9 + content, by=cast.ada, at=MONDAY_10)
        Import.objects.update(asked={"target": ["no", "word"]})  # what no door lets in
        ImportFile.objects.update(content=content)
    opening.open_file(cast.acme.pk, job.pk, clock=lambda: LATER)
    with workspace_scope(cast.acme):
        row = SetAside.objects.get()
        assert (row.kind, row.subject_id) == ("import", job.pk)
        Import.objects.update(asked={})
        assert try_again(row.pk, by=cast.ada, at=LATER).outcome == "begun"
        assert Import.objects.get().state == "reading"
    opening.open_file(cast.acme.pk, job.pk, clock=lambda: LATER)
    with workspace_scope(cast.acme):
        assert Import.objects.get().state == "mapping" and not SetAside.objects.exists()


def test_an_impact_that_failed_is_worked_out_again(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="Lower", edits=[(["scoring", "threshold"], 30)], at=MONDAY_10)
        impact = submit(change, by=cast.dana, at=MONDAY_10)
        Impact.objects.filter(pk=impact.pk).update(summary={"answered": "three"})
        assert next_step(LATER)
        row = SetAside.objects.get()
        assert (row.kind, row.subject_id) == ("impact", change.pk) and str(change.number) in row.what
        assert try_again(row.pk, by=cast.ada, at=LATER).outcome == "begun"
        assert try_again(row.pk, by=cast.ada, at=LATER).outcome == "begun", "asked for twice, worked out once"
        while next_step(LATER):
            pass
        states = Impact.objects.filter(change=change).order_by("asked_at").values_list("state", flat=True)
        assert list(states) == ["failed", "done"], "what failed stays as it was"
        assert not SetAside.objects.exists()


def test_only_admins_see_it_and_try_again(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        one_bad_of_three(cast)
        row = SetAside.objects.get()
        with pytest.raises(NotPermitted):
            try_again(row.pk, by=cast.mona, at=LATER)
    for member, status in ((cast.ada, 200), (cast.mona, 403), (cast.rick, 403), (cast.otto, 404)):
        assert door(member).get("/w/acme/set-aside/").status_code == status, member.name
        assert door(member).get("/api/v1/w/acme/set-aside").status_code == status, member.name
    for member, status in ((cast.mona, 403), (cast.otto, 404)):
        assert door(member).post(f"/w/acme/set-aside/{row.pk}/retry/").status_code == status
        assert door(member).post(f"/api/v1/w/acme/set-aside/{row.pk}/retry").status_code == status


def test_the_page_and_the_api_show_it_and_try_again(cast: Cast) -> None:
    ada = door(cast.ada)
    assert "Nothing is set aside" in ada.get("/w/acme/set-aside/").content.decode()
    with workspace_scope(cast.acme):
        bad = one_bad_of_three(cast)
        row = SetAside.objects.get()
    page = ada.get("/w/acme/set-aside/").content.decode()
    assert row.what in page and "not a time" in page and "Try again now" in page
    [told] = ada.get("/api/v1/w/acme/set-aside").json()["results"]
    assert (told["what"], told["tries"], told["label"]) == (row.what, 1, "Due step of a handoff")
    assert told["why"].startswith("A value does not fit") and "DataError" in told["reason"]
    answer = ada.post(f"/api/v1/w/acme/set-aside/{row.pk}/retry")
    assert answer.status_code == 200 and answer.json()["outcome"] == "failed" and answer.json()["row"]["tries"] == 2
    assert "it failed again" in ada.post(f"/w/acme/set-aside/{row.pk}/retry/", follow=True).content.decode()
    with workspace_scope(cast.acme):
        mend(bad)
    assert ": done." in ada.post(f"/w/acme/set-aside/{row.pk}/retry/", follow=True).content.decode()
    assert ada.post(f"/api/v1/w/acme/set-aside/{row.pk}/retry").status_code == 404


def test_one_rows_trouble_leaves_the_others_of_its_kind_alone(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        for member in (cast.dana, cast.rick):
            set_aside("handoff_step", member.pk, what=member.name, trouble=ValueError("x\x00y"), at=LATER)
        with workspace_scope(cast.globex):
            assert not SetAside.objects.exists()
            with pytest.raises(NotFound):
                try_again(SetAside(pk=cast.dana.pk).pk, by=cast.otto, at=LATER)
        assert {row.reason for row in SetAside.objects.all()} == {"ValueError: xy"}


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_tried_by_itself_and_what_was_done_by_hand_goes_from_the_list(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        broken, answered = offer_records(cast.acme, make_records(cast.acme, 2))
        Clock.objects.filter(handoff=broken).update(rungs=BAD, rung=1, next_rung_at=LATER)
        Clock.objects.filter(handoff=answered).update(next_rung_at=None)
        Handoff.objects.filter(pk=answered.pk).update(state="accepted", answered_at=LATER)
        for pk in (broken.pk, answered.pk):
            when = {"at": LATER, "next_try_at": LATER + HOUR}
            set_aside("handoff_step", pk, what="Handoff", trouble=ValueError("x"), **when)
        set_aside("import", cast.dana.pk, what="Import 1", trouble=ValueError("x"), at=LATER)
    before = timezone.now()
    assert retry_what_was_set_aside() == 2
    with workspace_scope(cast.acme):
        left = {row.kind: row for row in SetAside.objects.all()}
        assert set(left) == {"handoff_step", "import"} and len(left) == SetAside.objects.count()
        assert (left["handoff_step"].subject_id, left["handoff_step"].tries) == (broken.pk, 2)
        assert left["handoff_step"].next_try_at >= before + HOUR
        assert (left["import"].tries, left["import"].next_try_at) == (1, None), "that one waits for a person"
    assert retry_what_was_set_aside() == 0
