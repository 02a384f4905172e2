"""Boards by mail: due in the workspace's morning, written once with their figures, sent once, opened again as sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from scorecard.actions.mailing_boards import mail_board, send_mails, write_mails
from scorecard.models import BoardMail, BoardMailing, MetricBoard
from scorecard.rules.mailing_days import next_mail_at, next_try_at
from scorecard.tasks import mail_boards
from tests.cast import ACMES_ZONE, MONDAY_10, Cast
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db
NEXT_MONDAY = datetime(2026, 3, 9, 7, tzinfo=ZoneInfo(ACMES_ZONE))


def door(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def own(cast: Cast) -> MetricBoard:
    with workspace_scope(cast.acme):
        make_records(cast.acme, 2, path="sales/closed_won")
        asked = {"metrics": ["win_rate", "cycle_length"], "period": "90d", "compare": "previous"}
        return MetricBoard.objects.create(number=1, name="Monday", owner=cast.vera, is_shared=True, **asked)


@pytest.mark.parametrize(
    ("every", "after", "due"),
    [
        ("week", "2026-03-02T10:00", "2026-03-09T06:00"),
        ("week", "2026-03-08T22:59", "2026-03-09T06:00"),
        ("week", "2026-03-08T23:01", "2026-03-16T06:00"),
        ("month", "2026-03-02T10:00", "2026-04-01T05:00"),
    ],
)
def test_a_mail_is_due_in_the_workspaces_morning(every: str, after: str, due: str) -> None:
    at = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = next_mail_at(every, at, ZoneInfo(ACMES_ZONE))
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_tries_end() -> None:
    waits = [next_try_at(tries, MONDAY_10) for tries in range(1, 10)]
    assert waits[0] == MONDAY_10 + timedelta(minutes=5)
    assert waits[-1] is None


def test_a_board_is_mailed_once_with_the_figures_of_its_moment(cast: Cast, own: MetricBoard) -> None:
    with time_machine.travel(MONDAY_10, tick=False):
        answer = door(cast.rick).post("/w/acme/boards/1/mailing/", {"every": "week"})
    assert answer.status_code == 302
    with workspace_scope(cast.acme):
        assert write_mails(cast.acme, NEXT_MONDAY - timedelta(seconds=1)) == 0
        assert [write_mails(cast.acme, NEXT_MONDAY) for _ in range(2)] == [1, 0]
        assert [send_mails(cast.acme, NEXT_MONDAY) for _ in range(2)] == [1, 0]
        (kept,) = BoardMail.objects.all()
        assert BoardMailing.objects.get().next_at == NEXT_MONDAY + timedelta(days=7)
        make_records(cast.acme, 9, path="sales/closed_lost", at=NEXT_MONDAY)
    (sent,) = mail.outbox
    assert sent.to == [cast.rick.email]
    assert "target ≥ 25 %" in sent.body and "Last 90 days (10 Dec 2025 – 9 Mar 2026)" in sent.body
    assert "Win rate: 100 %" in sent.body and str(kept.pk) in sent.extra_headers["Message-ID"]
    assert "100 %" in sent.alternatives[0][0]
    with time_machine.travel(NEXT_MONDAY, tick=False):
        again = door(cast.rick).get(f"/w/acme/boards/mails/{kept.pk}/")
        assert b"100 %" in again.content
        assert f"/w/acme/boards/mails/{kept.pk}/".encode() in door(cast.rick).get("/w/acme/boards/1/").content
        assert door(cast.vera).get(f"/w/acme/boards/mails/{kept.pk}/").status_code == 404


def test_a_mail_server_that_is_away_loses_and_doubles_nothing(
    cast: Cast, own: MetricBoard, settings: pytest.FixtureRequest
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined] # nobody listens there
    with workspace_scope(cast.acme):
        mail_board(own, "week", by=cast.vera, at=MONDAY_10)
        write_mails(cast.acme, NEXT_MONDAY)
        assert send_mails(cast.acme, NEXT_MONDAY) == 0
        waiting = BoardMail.objects.get()
        assert (waiting.tries, waiting.sent_at, waiting.next_try_at) == (1, None, NEXT_MONDAY + timedelta(minutes=5))
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
        assert send_mails(cast.acme, NEXT_MONDAY) == 0
        assert send_mails(cast.acme, NEXT_MONDAY + timedelta(minutes=5)) == 1
        assert send_mails(cast.acme, NEXT_MONDAY + timedelta(minutes=6)) == 0
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("happens", ["unshared", "left"])
def test_who_may_not_open_a_board_gets_it_no_more(cast: Cast, own: MetricBoard, happens: str) -> None:
    with workspace_scope(cast.acme):
        mail_board(own, "month", by=cast.rick, at=MONDAY_10)
        if happens == "unshared":
            MetricBoard.objects.update(is_shared=False)
        else:
            Member.objects.filter(pk=cast.rick.pk).update(is_active=False)
        assert write_mails(cast.acme, MONDAY_10 + timedelta(days=40)) == 0
        assert not BoardMailing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_clock_mails_what_is_due(cast: Cast, own: MetricBoard) -> None:
    with workspace_scope(cast.acme):
        mail_board(own, "week", by=cast.vera, at=MONDAY_10)
        BoardMailing.objects.update(next_at=MONDAY_10)
    assert [mail_boards(), mail_boards()] == [1, 0]
    assert len(mail.outbox) == 1
