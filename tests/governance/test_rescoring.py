"""A published version reaches the records that are open, and behaviour fades where nothing else happens."""

from copy import deepcopy
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from blueprint.documents import blueprint_of, document
from core.history.actions import _followers, follow
from core.history.models import Event
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.submitting import submit
from governance.models import Impact
from handoffs.models import Handoff
from lifecycle.actions import rescoring
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.touching import log_activity
from lifecycle.facts import facts_of
from lifecycle.models import Record, Rescoring, ScoreChange, StageStay
from lifecycle.rules.scoring import score
from lifecycle.tasks import fade, rescore
from tests.cast import MONDAY_10, Cast


def signed_in(member: Member) -> Client:
    browser = Client()
    browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


pytestmark = pytest.mark.django_db

TUESDAY = MONDAY_10 + timedelta(days=1)
LUKEWARM = {"employees": 200, "seniority": "VP", "job_title": "Head of sales"}


def leads(cast: Cast, count: int) -> None:
    """Leads that stay below the threshold of version 1."""
    rows = [
        Incoming(place, "lead", core={"name": f"L {place}", "email": f"l{place}@co.example"}, properties=LUKEWARM)
        for place in range(count)
    ]
    take_in(cast.acme, rows, by=cast.dana, at=MONDAY_10)


def published(cast: Cast, edits: list[tuple[list[object], object]]) -> Workspace:
    change = draft(cast.dana, title="Lower", reason="We lose them", edits=edits, at=MONDAY_10)
    submit(change, by=cast.dana, at=MONDAY_10)
    Impact.objects.filter(change=change).update(state=Impact.State.DONE, progress_ratio=1)
    approve(change, by=cast.vera, at=TUESDAY, note="Fine")
    publish(change, by=cast.ada, at=TUESDAY)
    return Workspace.objects.get(pk=cast.acme.pk)


def ask_all(workspace: Workspace) -> None:
    while rescoring.ask_batch(workspace, at=TUESDAY):
        pass


def test_leads_above_a_lowered_threshold_become_mqls_and_are_handed_over(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        leads(cast, 3)
        points = Record.objects.order_by("number").first().score
        assert 0 < points < blueprint_of(cast.acme).scoring.threshold
        assert not Handoff.objects.exists()
        workspace = published(cast, [(["scoring", "threshold"], points)])
        assert not Handoff.objects.exists(), "the walk comes after publishing, not inside it"
        assert "Waiting for a worker" in signed_in(cast.vera).get("/w/acme/changes/2/impact/").content.decode()
        ask_all(workspace)
        assert set(Record.objects.values_list("stage__key", flat=True)) == {"mql"}
        assert Handoff.objects.count() == 3
        assert set(StageStay.objects.filter(stage__key="mql").values_list("cause", "blueprint_version")) == {
            ("auto", 2)
        }
        walk = Rescoring.objects.get()
        assert (walk.cause, walk.asked_count, walk.changed_count, walk.finished_at) == ("published", 3, 3, TUESDAY)
        assert Event.objects.filter(kind="scores.asked_again").get().facts["changed"] == 3
    told = signed_in(cast.vera)
    change = told.get("/api/v1/w/acme/changes/2").json()
    assert change["asked_anew"]["asked"] == change["asked_anew"]["records"] == change["asked_anew"]["changed"] == 3
    assert "3</span> asked" in told.get("/w/acme/changes/2/").content.decode()


def test_a_raised_threshold_takes_nothing_back(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        leads(cast, 2)
        points = Record.objects.first().score
        ask_all(published(cast, [(["scoring", "threshold"], points)]))
        again = draft(cast.dana, title="Higher", reason="x", edits=[(["scoring", "threshold"], 95)], at=TUESDAY)
        submit(again, by=cast.dana, at=TUESDAY)
        Impact.objects.filter(change=again).update(state=Impact.State.DONE, progress_ratio=1)
        approve(again, by=cast.vera, at=TUESDAY, note="Fine")
        publish(again, by=cast.ada, at=TUESDAY)
        ask_all(Workspace.objects.get(pk=cast.acme.pk))
        assert set(Record.objects.values_list("stage__key", flat=True)) == {"mql"}
        assert Handoff.objects.count() == 2


def test_new_points_reach_old_records_with_their_reasons(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        leads(cast, 2)
        before = Record.objects.order_by("number").first()
        rules = deepcopy(document(cast.acme.pk, 1)["scoring"]["rules"])
        next(each for each in rules if each["label"] == "Director or above")["points"] += 3
        workspace = published(cast, [(["scoring", "rules"], rules)])
        ask_all(workspace)
        after = Record.objects.select_related("stage").get(pk=before.pk)
        assert after.score == before.score + 3
        change = ScoreChange.objects.filter(record=after).latest("at")
        assert (change.cause, change.before, change.after) == ("published", before.score, after.score)
        assert sum(points for _, points in change.reasons) == after.score
        event = Event.objects.filter(record_id=after.pk, kind="score.changed").get()
        assert event.facts == {"before": before.score, "after": after.score, "cause": "published"}
        assert not Event.objects.filter(record_id=after.pk, kind="record.updated").exists()


def test_a_change_that_scores_nothing_asks_nobody(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        published(cast, [(["seams", {"key": "marketing_to_sales"}, "answer_minutes"], 30)])
        assert not Rescoring.objects.exists()


def test_a_version_published_in_mid_walk_starts_it_over(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        leads(cast, 2)
        workspace = published(cast, [(["scoring", "threshold"], 95)])
        assert rescoring.ask_batch(workspace, at=TUESDAY) == 2
        assert Rescoring.objects.get().reached is not None
        rescoring.begin(workspace, Rescoring.Cause.PUBLISHED, at=TUESDAY)
        walk = Rescoring.objects.get()
        assert (walk.reached, walk.asked_count) == (None, 0)


def test_behaviour_fades_as_the_rules_say(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        rows = [
            Incoming(1, "lead", core={"name": "A", "email": "a@co.example"}, properties={"pages_viewed": 12}),
            Incoming(2, "lead", core={"name": "B", "email": "b@co.example"}, properties={"pages_viewed": 12}),
        ]
        take_in(cast.acme, rows, by=cast.dana, at=MONDAY_10)
        touched, untouched = Record.objects.order_by("number")
        log_activity(touched, kind="call", direction="inbound", by=cast.rick, at=MONDAY_10)
        touched.refresh_from_db()
        rescoring.begin(cast.acme, Rescoring.Cause.FADED, at=TUESDAY)
        later = MONDAY_10 + timedelta(days=200)
        assert rescoring.ask_batch(cast.acme, at=later) == 1, "who was never touched has nothing to fade"
        faded = Record.objects.select_related("account", "stage").get(pk=touched.pk)
        model = blueprint_of(cast.acme).scoring
        assert (
            faded.score
            == score(model, blueprint_of(cast.acme).catalogue, facts_of(faded, cast.acme, later), later).points
        )
        assert faded.score < touched.score


@pytest.mark.django_db(transaction=True)
def test_the_clock_walks_every_workspace_and_finishes(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        leads(cast, 2)
    fade()
    fade()
    with workspace_scope(cast.acme):
        assert Rescoring.objects.count() == 1
    rescore()
    assert connection.get_autocommit()
    for workspace in (cast.acme, cast.globex):
        with workspace_scope(workspace):
            assert Rescoring.objects.get().finished_at is not None


def test_one_record_in_trouble_does_not_stop_the_others(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        leads(cast, 3)
        bad = Record.objects.order_by("number")[1]

        def trouble(*, entered: dict[UUID, list[UUID]], **news: object) -> None:
            if any(bad.pk in ids for ids in entered.values()):
                raise ValueError("not this one")

        workspace = published(cast, [(["scoring", "threshold"], bad.score)])
        follow("records.entered", trouble)
        try:
            ask_all(workspace)
        finally:
            _followers["records.entered"].remove(trouble)
        stages = dict(Record.objects.values_list("number", "stage__key"))
        assert stages.pop(bad.number) == "lead"
        assert set(stages.values()) == {"mql"}
        walk = Rescoring.objects.get()
        assert (walk.asked_count, walk.changed_count, walk.finished_at) == (3, 2, TUESDAY)
