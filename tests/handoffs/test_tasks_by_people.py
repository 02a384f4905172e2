"""People make tasks, give them where they lead, put them off and close them; one that repeats comes again."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from core.history.models import Event
from core.notices.mailing import send_due
from core.notices.models import Notice
from core.notices.sorting import sort
from core.tenancy.scope import workspace_scope
from handoffs.models import Task
from tests.cast import MONDAY_10, Cast
from tests.handoffs.coming_back import offered, scanned
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db
FRIDAY_9 = "2026-03-06T08:00:00Z"  # nine o'clock at Acme


def test_a_task_from_making_to_coming_again(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        handoff, has_it, _ = offered(cast)
    with time_machine.travel(MONDAY_10, tick=False):
        as_(cast.rick, client)
        said = {"title": "Call them", "due_at": FRIDAY_9, "repeats": "week", "record": 1}
        for wrong, status, field in [
            ({"title": "  "}, 422, "title"),
            ({"due_at": None}, 422, "due_at"),
            ({"repeats": "year"}, 422, "repeats"),
            ({"due_at": "0001-01-01T00:00:00Z"}, 422, "due_at"),  # no page could show it
            ({"due_at": "9999-12-31T23:00:00Z"}, 422, "due_at"),
            ({"assignee": "nobody@acme.example"}, 422, "assignee"),
            ({"assignee": cast.rosa.email}, 403, None),
        ]:
            answer = client.post(f"{API}/tasks", said | wrong, content_type=JSON)
            assert (answer.status_code, answer.json()["field"]) == (status, field), wrong
        made = client.post(f"{API}/tasks", said, content_type=JSON)
        assert made.status_code == 201 and made.json()["assignee"]["email"] == cast.rick.email
        number = made.json()["number"]
        as_(cast.mona, client)
        given = client.post(f"{API}/tasks", {"title": "Prepare", "assignee": cast.rosa.email}, content_type=JSON).json()
        assert [task["title"] for task in client.get(f"{API}/tasks?whose=team").json()] == ["Call them", "Prepare"]
        assert [task["title"] for task in client.get(f"{API}/tasks?whose=made").json()] == ["Prepare"]
        assert (
            as_(cast.rosa, client).patch(f"{API}/tasks/{number}", {"title": "X"}, content_type=JSON).status_code == 403
        )
        changed = client.patch(f"{API}/tasks/{given['number']}", {"due_at": FRIDAY_9}, content_type=JSON).json()
        assert (changed["title"], changed["due_at"]) == ("Prepare", FRIDAY_9)
        as_(cast.rick, client)
        late = client.post(f"{API}/tasks/{number}/snooze", {"days": 3}, content_type=JSON).json()
        assert late["due_at"] == "2026-03-09T08:00:00Z"
        closed = client.post(f"{API}/tasks/{number}/completion", {"outcome": "Talked"}, content_type=JSON)
        over = client.post(f"{API}/tasks/{number}/snooze", {"days": 1}, content_type=JSON)
        assert (closed.status_code, over.status_code) == (200, 409)
        [again] = client.get(f"{API}/tasks").json()
        assert (again["title"], again["due_at"], again["record"]) == ("Call them", "2026-03-16T08:00:00Z", 1)
    with workspace_scope(cast.acme):
        notice = Notice.objects.get(kind="task")
        assert notice.member_id == cast.rosa.pk
        sort(cast.acme, MONDAY_10)
    while send_due(cast.acme, MONDAY_10):
        pass
    [body] = [each.body for each in mail.outbox if each.to == [cast.rosa.email]]
    assert "A task for you: Prepare" in body and "/w/acme/tasks/\n" in body
    opened = as_(cast.rosa, client).post(f"/w/acme/notices/{notice.pk}/opening/")
    assert opened["Location"] == "/w/acme/tasks/"
    with workspace_scope(cast.acme):
        told = Event.objects.filter(kind__startswith="task.").values_list("kind", flat=True)
        assert sorted(told) == ["task.changed", "task.completed", *3 * ["task.created"], "task.put_off"]
        scanned(cast, handoff.due_at)
        breach = Task.objects.get(kind="breach")
    with time_machine.travel(handoff.due_at, tick=False):
        answer = as_(cast.mona, client).post(f"{API}/tasks/{breach.number}/snooze", {"days": 1}, content_type=JSON)
        assert (answer.status_code, answer.json()["code"]) == (422, "not_by_hand")


def test_the_pages_show_a_list_a_board_and_a_month(cast: Cast, client: Client) -> None:
    with time_machine.travel(MONDAY_10, tick=False):
        as_(cast.rick, client)
        form = {"title": "Call them", "due_at": "2026-03-03T09:00", "assignee": cast.rick.pk, "repeats": ""}
        assert client.post("/w/acme/tasks/new/", {**form, "title": ""}).status_code == 422
        assert client.post("/w/acme/tasks/new/", {**form, "assignee": cast.rosa.pk}).status_code == 422
        assert client.post("/w/acme/tasks/new/", {**form, "record": 99}).status_code == 404
        assert client.post("/w/acme/tasks/new/", form).status_code == 302
        assert b"Call them" in client.get("/w/acme/tasks/").content
        board = client.get("/w/acme/tasks/?look=board").content.decode()
        assert board.index("Tomorrow") < board.index("Call them") < board.index("This week")
        month = client.get("/w/acme/tasks/?look=calendar&month=2026-03").content.decode()
        assert "March 2026" in month and "09:00 Call them" in " ".join(month.split())
        assert client.get("/w/acme/tasks/?look=calendar&month=x").status_code == 422
        assert b"Call them" not in client.get("/w/acme/tasks/?when=overdue").content
        edit = client.get("/w/acme/tasks/1/edit/").content.decode()
        assert 'value="2026-03-03T09:00"' in edit
        assert client.post("/w/acme/tasks/1/edit/", {**form, "title": "Write them"}).status_code == 302
        assert client.post("/w/acme/tasks/1/snooze/", {"days": "1"}).status_code == 302
        assert client.post("/w/acme/tasks/1/snooze/", {"days": 5_000 * "1"}).status_code == 422
    with time_machine.travel(MONDAY_10 + timedelta(days=2), tick=False):
        late = client.get("/w/acme/tasks/?when=overdue").content.decode()
        assert "Write them" in late
