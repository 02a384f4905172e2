"""A sample company is made, looked around in and taken away as a whole; nothing of it is anybody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.database import scanner_cursor
from core.people.models import Member, Team, User, Workspace
from core.people.sample_company import take_away
from core.tenancy.scope import workspace_scope
from core.tenancy.sweeps import each_workspace
from revops.sample.making import make_all
from revops.sample.people import made_up
from tests.cast import Cast
from tests.isolation.walk import tenant_models

pytestmark = pytest.mark.django_db
API = "/api/v1/w/acme/sample-company"
DAYS = 2  # of its four weeks


def young() -> Workspace:
    """The sample company that was asked for, founded some days ago only."""
    since = timezone.now() - timedelta(days=DAYS)
    Workspace.objects.filter(sample_of__slug="acme").update(created_at=since)
    return Workspace.objects.get(sample_of__slug="acme")


def as_member(member: Member) -> Client:
    browser = Client()
    browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def counts(workspace_id: UUID) -> dict[str, int]:
    with workspace_scope(workspace_id):
        return {str(model._meta.label): model.objects.count() for model in tenant_models()}


def test_it_is_made_entered_marked_and_taken_away_whole(cast: Cast) -> None:
    ada, before = as_member(cast.ada), counts(cast.globex.pk)
    assert ada.get(API).json() == {"state": "none", "progress_ratio": 0, "workspace": None}
    assert "Look around in a sample company" in ada.get("/w/acme/steps/").content.decode()
    assert ada.post("/w/acme/sample/").status_code == 302
    assert ada.post(API).status_code == 202  # a second click, through the other door
    sample = young()
    assert ada.get(API).json()["state"] == "making" and ada.post(API + "/entrance").status_code == 404
    assert b"data-poll" in ada.get("/w/acme/sample/").content
    assert make_all(timezone.now) == 1 and make_all(timezone.now) == 0

    told = ada.get(API).json()
    assert told == {"state": "ready", "progress_ratio": 1, "workspace": sample.slug}
    assert ada.get(f"/w/{sample.slug}/scorecard/").status_code == 404  # nobody is in before they go in
    assert ada.post("/w/acme/sample/entrance/").headers["Location"] == f"/w/{sample.slug}/"
    assert ada.get(f"/w/{sample.slug}/inbox/").content.count(b'aria-label="Accept ') == 3  # something to do
    assert as_member(cast.rick).post("/w/acme/sample/entrance/").status_code == 403
    for path in ("scorecard", "records", "steps", "handoffs"):
        shown = ada.get(f"/w/{sample.slug}/{path}/").content.decode()
        assert "Everything here is made up" in shown and "Back to Acme" in shown, path
    assert ada.post(f"/api/v1/w/{sample.slug}/sample-company").json()["code"] == "in_a_sample"
    assert ada.post(f"/w/{sample.slug}/people/invite/", {"email": "x@y.example", "role": "rep"}).status_code < 400
    assert not mail.outbox and "Everything here is made up" not in ada.get("/w/acme/steps/").content.decode()
    assert min(counts(sample.pk)[label] for label in ("lifecycle.Record", "handoffs.Handoff", "history.Event")) > 0

    connection.check_constraints()  # as the commit of its making does
    assert ada.post("/w/acme/sample/removal/").status_code == 302
    assert ada.get(API).json()["state"] == "none" and ada.get(f"/w/{sample.slug}/").status_code == 404
    assert set(counts(sample.pk).values()) == {0}
    assert not User.objects.filter(email__endswith=".invalid").exists() and counts(cast.globex.pk) == before
    assert User.objects.filter(pk=cast.ada.user_id).exists() and ada.delete(API).status_code == 204


def test_one_that_was_left_half_made_is_made_anew_and_nothing_else_works_on_it(cast: Cast) -> None:
    as_member(cast.ada).post(API)
    half = young()
    made_up(half, half.created_at)  # and here the worker died
    connection.check_constraints()
    done: list[Any] = []
    each_workspace([half.pk, cast.acme.pk], lambda workspace: done.append(workspace.pk), what="handoffs.scan")
    assert done == [cast.acme.pk]
    assert make_all(timezone.now) == 1
    [whole] = Workspace.objects.filter(sample_of=cast.acme)
    assert whole.pk != half.pk and whole.sample_ready_at and set(counts(half.pk).values()) == {0}

    def is_taken_away_meanwhile(workspace: Workspace) -> int:
        take_away(cast.acme.pk)
        raise ValueError(workspace.slug)

    connection.check_constraints()
    swept = each_workspace([whole.pk], is_taken_away_meanwhile, what="handoffs.scan", opens_scope=False)
    assert swept.failed == ()  # nobody is left to be told of it


def test_it_is_not_taken_away_while_a_worker_makes_it_and_one_that_fails_goes(cast: Cast) -> None:
    vera = as_member(cast.vera)
    assert vera.post(API).status_code == 403
    ada = as_member(cast.ada)
    ada.post(API)
    with scanner_cursor() as worker:  # a session of its own
        worker.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sample:{cast.acme.pk}"])
        assert ada.delete(API).json()["code"] == "being_made" and ada.post("/w/acme/sample/removal/").status_code == 409
        assert make_all(timezone.now) == 0
    with workspace_scope(young()):
        Team.objects.create(key="marketing", name="In the way", function="marketing")  # so that making it fails
    assert make_all(timezone.now) == 0 and ada.get(API).json()["state"] == "none"
