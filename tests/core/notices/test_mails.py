"""Who has not seen a notice is mailed: once, gathered, in their own hours, and never instead of the task."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from core.notices import tasks
from core.notices.mailing import LEASE, send_due
from core.notices.models import Notice, NoticeDelivery, NoticeKind
from core.notices.sorting import sort
from core.notices.tasks import deliver_notices, forget_old_notices
from core.notices.telling import tell_people
from core.people.models import Workspace
from core.tenancy import sweeps
from core.tenancy.scope import workspace_scope
from handoffs.models import Task
from tests.cast import MONDAY_10, Cast
from tests.handoffs.coming_back import offered, scanned
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SMTP, LOCMEM = (f"django.core.mail.backends.{name}.EmailBackend" for name in ("smtp", "locmem"))
ALL = ["offered", "passed_on", "returned", "due_soon", "breached", "task", "raised", "to_approve", "review_due"]
WISHES = {"bell": ALL, "mail": ALL, "slack": ALL, "is_gathered": True, "quiet_since": None, "quiet_until": None}
WISHES |= {"quiet_days": [], "time_zone": ""}


def passed(cast: Cast, at: datetime) -> list[str]:
    """One pass of the clock; the subjects of what it sent."""
    del mail.outbox[:]
    sort(cast.acme, at)
    while send_due(cast.acme, at):
        pass
    return [message.subject for message in mail.outbox]


def test_mails_are_gathered_and_leave_out_what_was_seen(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        _, has_it, _ = offered(cast)
    assert passed(cast, MONDAY_10) == ["Offered to you: Lead 1 (Marketing → Sales)"]
    [first] = mail.outbox
    assert first.to == [has_it.email] and "/w/acme/handoffs/1/" in first.body
    assert "/w/acme/handoffs/1/" in first.alternatives[0][0] and "/notices/wishes/" in first.body
    assert passed(cast, MONDAY_10 + MINUTE) == []  # nothing twice
    with workspace_scope(cast.acme):
        for minutes in (10, 20, 30):
            at = MONDAY_10 + minutes * MINUTE
            offer_records(cast.acme, make_records(cast.acme, 2), by=cast.dana, at=at)
            assert len(passed(cast, at)) == (minutes == 10)  # the other's first
        seen = Notice.objects.filter(member=has_it, at=MONDAY_10 + 20 * MINUTE)
        assert seen.update(seen_at=MONDAY_10 + 40 * MINUTE) == 1
    for minutes in (60, 70):
        assert passed(cast, MONDAY_10 + (minutes - 1) * MINUTE) == []
        assert passed(cast, MONDAY_10 + minutes * MINUTE) == ["2 notices: Acme"]
        assert mail.outbox[0].body.count("Offered to you: Lead") == 2


def test_each_is_told_as_they_wish(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        handoff, has_it, _ = offered(cast)
    as_(has_it, client)
    quiet = {"quiet_since": "10:30", "quiet_until": "12:00", "time_zone": "Asia/Kolkata"}
    for wrong, field in [
        ({"quiet_since": "20:00"}, "quiet_until"),
        ({"quiet_since": "20:00", "quiet_until": "20:00"}, "quiet_until"),
        ({"quiet_days": [0, 1, 2, 3, 4, 5, 6]}, "quiet_days"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
    ]:
        answer = client.put(f"{API}/notices/wishes", WISHES | wrong, content_type=JSON)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
        assert (
            client.post("/w/acme/notices/wishes/", {k: v or "" for k, v in (WISHES | wrong).items()}).status_code == 422
        )
    wished = {**WISHES, **quiet, "mail": [kind for kind in ALL if kind != "offered"], "bell": ALL[1:]}
    assert client.put(f"{API}/notices/wishes", wished, content_type=JSON).status_code == 200
    assert client.get(f"{API}/notices/wishes").json() == wished
    page = client.get("/w/acme/notices/wishes/").content.decode()
    assert 'value="10:30"' in page and page.count("checked") == 2 * len(ALL) - 2 + 1
    assert passed(cast, MONDAY_10) == []  # not by mail
    assert client.get(f"{API}/notices?unseen=true").json()["results"] == []  # nor at the bell
    late = handoff.due_at
    with workspace_scope(cast.acme):
        scanned(cast, late)
        assert Task.objects.filter(handoff=handoff, done_at=None).count() == 1
    with time_machine.travel(late, tick=False):
        form = {"mail": ["task"], "quiet_days": ["0"], "time_zone": ""}
        assert as_(cast.mona, client).post("/w/acme/notices/wishes/", form).status_code == 302
    assert passed(cast, late) == ["2 notices: Acme"]  # due soon, and past due; Mona's Monday is quiet
    assert passed(cast, late + timedelta(hours=23))[0].startswith("A task for you: Not answered in time")
    with workspace_scope(cast.acme):
        assert Task.objects.filter(handoff=handoff, done_at=None).count() == 1


def test_a_mail_server_that_is_away_loses_nothing_and_its_trouble_is_shown(
    cast: Cast, client: Client, settings: pytest.FixtureRequest
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 1  # type: ignore[attr-defined]
    with workspace_scope(cast.acme):
        offered(cast)
    assert passed(cast, MONDAY_10) == []
    with workspace_scope(cast.acme):
        waiting = NoticeDelivery.objects.get()
        assert (waiting.state, waiting.tries, waiting.next_try_at) == ("waiting", 1, MONDAY_10 + MINUTE)
        moment = MONDAY_10
        while waiting.next_try_at:
            moment = waiting.next_try_at
            passed(cast, moment)
            waiting.refresh_from_db()
        assert (waiting.state, waiting.tries) == ("given_up", 10) and moment - MONDAY_10 > timedelta(days=2.9)
    with time_machine.travel(moment, tick=False):
        [listed] = as_(cast.ada, client).get(f"{API}/notice-deliveries?state=trouble").json()["results"]
        assert listed["state"] == "given_up" and "ConnectionRefusedError" in listed["trouble"]
        page = client.get("/w/acme/notices/deliveries/?state=trouble").content.decode()
        assert "Given up" in page and "ConnectionRefusedError" in page and "Try again now" in page
        assert client.post(f"/w/acme/notices/deliveries/{waiting.pk}/retry/").status_code == 302
        settings.EMAIL_BACKEND = LOCMEM  # type: ignore[attr-defined]
        [subject] = passed(cast, moment)
        assert subject.startswith("Offered to you") and str(waiting.pk) in mail.outbox[0].extra_headers["Message-ID"]
        assert client.post(f"{API}/notice-deliveries/{waiting.pk}/retry").status_code == 409
        assert client.get(f"{API}/notice-deliveries?state=sent").json()["results"][0]["trouble"] == ""


def test_a_worker_that_dies_after_sending_sends_once_more_with_the_same_id(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        offered(cast)
    passed(cast, MONDAY_10)
    [first] = mail.outbox
    with workspace_scope(cast.acme):  # as it was between the mail server's yes and the note
        NoticeDelivery.objects.update(sent_at=None, next_try_at=MONDAY_10 + LEASE)
    assert passed(cast, MONDAY_10 + LEASE - MINUTE) == []
    assert len(passed(cast, MONDAY_10 + LEASE)) == 1 and passed(cast, MONDAY_10 + 2 * LEASE) == []
    with workspace_scope(cast.acme):
        assert NoticeDelivery.objects.get().tries == 2
    assert first.extra_headers["Message-ID"].startswith("<")


@pytest.mark.django_db(transaction=True)
def test_the_clock_mails_and_forgets(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "LOOK_AGAIN_S", 0)
    with workspace_scope(cast.acme):
        offered(cast)
    turns = list[str]()

    def deliver(workspace: Workspace, at: datetime) -> int:
        turns.append(workspace.slug)
        if len(turns) == 1:  # others are told something while these are
            with workspace_scope(cast.globex):
                tell_people([cast.otto], NoticeKind.TASK, "Call them", about="task", number=1, by=None, at=at)
        return sort(workspace, at)

    monkeypatch.setattr(tasks, "sort", deliver)
    assert [deliver_notices(), deliver_notices()] == [4, 0] and "globex" in turns[:3]
    assert len(mail.outbox) == 2
    with workspace_scope(cast.acme):
        NoticeDelivery.objects.update(made_at=MONDAY_10)
    assert [forget_old_notices(), forget_old_notices()] == [2, 0]
    with workspace_scope(cast.acme):
        assert not Notice.objects.exists() and not NoticeDelivery.objects.exists()
