"""People make tasks, give them where they lead, put them off and close them; one that repeats comes again."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from core.history.models import Event
from core.notices.mailing import send_due
from core.notices.models import Notice
from core.notices.sorting import sort
from core.tenancy.scope import workspace_scope
from handoffs.actions.tasking import complete_task
from handoffs.actions.tasks_by_hand import WantedTask, make_task
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
        assert [task["title"] for task in found(client, "whose=team")] == ["Call them", "Prepare"]
        assert [task["title"] for task in found(client, "whose=made")] == ["Prepare"]
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
        [again] = found(client)
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
        as_(cast.mona, client)
        for verb, said in ("post", "/snooze"), ("patch", ""):
            answer = getattr(client, verb)(
                f"{API}/tasks/{breach.number}{said}", {"days": 1} if said else {"title": "X"}, content_type=JSON
            )
            assert (answer.status_code, answer.json()["code"]) == (422, "not_by_hand")
        given = client.patch(f"{API}/tasks/{breach.number}", {"assignee": cast.rosa.email}, content_type=JSON)
        assert given.json()["assignee"]["email"] == cast.rosa.email  # to see to it in her place


def test_who_may_see_to_a_task_and_lists_a_page_at_a_time(cast: Cast, client: Client) -> None:
    """Whoever has it, who made it, who leads them, and whom a task of theirs asks about it; lists are cut and go on."""
    with workspace_scope(cast.acme):
        due = [MONDAY_10 + timedelta(hours=hours) for hours in (3, 1, 1)]
        for_dana = [make_task(WantedTask("D", cast.dana, each), by=cast.ada, at=MONDAY_10) for each in (*due, None)]
        make_task(WantedTask("R", cast.rick, due[0]), by=cast.ada, at=MONDAY_10)
        asked = Task.objects.create(
            number=99, kind="late_task", title="Late", assignee=cast.mona, about=for_dana[0], created_at=MONDAY_10
        )
    with time_machine.travel(MONDAY_10, tick=False):
        as_(cast.mona, client)
        done = {"outcome": "Done"}
        for number, status in (1, 200), (2, 403), (5, 200):
            url = f"{API}/tasks/{number}"
            assert client.patch(url, {"title": "T"}, content_type=JSON).status_code == status
            assert client.post(f"{url}/snooze", {"days": 1}, content_type=JSON).status_code == status
            assert client.get(f"/w/acme/tasks/{number}/edit/").status_code == status
            shown = client.get("/w/acme/tasks/?whose=all").content.decode()
            assert (f"Close task #{number}" in shown) == (status == 200)
        assert client.post(f"{API}/tasks/2/completion", done, content_type=JSON).json()["code"] == "not_yours"
        assert as_(cast.rosa, client).post(f"{API}/tasks/5/completion", done, content_type=JSON).status_code == 403
        assert as_(cast.otto, client).get(f"{API}/tasks/5").status_code == 404
        assert as_(cast.mona, client).post(f"{API}/tasks/5/completion", done, content_type=JSON).status_code == 200
        with workspace_scope(cast.acme):
            complete_task(for_dana[0], "Done", by=cast.mona, at=MONDAY_10)  # her task asks about it
            asked.refresh_from_db()
            assert asked.done_at == MONDAY_10
        for query, numbers in [
            (f"assignee={cast.dana.email}", [2, 3, 4]),
            (f"assignee={cast.dana.pk}&order=-due", [3, 2, 4]),
            ("whose=all&order=-made", [4, 3, 2]),
            ("whose=all&state=all&order=made&kind=manual", [1, 2, 3, 4, 5]),
            ("whose=all&state=done&order=done", [1, 5, 99]),
            ("whose=all&state=done", [99, 5, 1]),
            (f"whose=all&due_before={MONDAY_10.isoformat()}", []),
            (f"whose=all&due_after={due[1].isoformat()}&due_before={due[0].isoformat()}", [2, 3]),
            ("record=1", []),
        ]:
            query = query.replace("+", "%2B")
            assert [each["number"] for each in found(client, query)] == numbers, query
            assert [each["number"] for each in found(client, f"{query}&limit=1")] == numbers, query
        for wrong in ("order=x", "state=x", "assignee=x", "due_before=x", "record=x", "cursor=x", "cursor=1_x"):
            answer = client.get(f"{API}/tasks?{wrong}")
            assert (answer.status_code, answer.json()["field"]) == (422, wrong.partition("=")[0]), wrong


def found(client: Client, query: str = "") -> list[Any]:
    """The tasks of all pages."""
    rows, following = [], f"{API}/tasks?{query}"
    while following:
        page = client.get(following).json()
        rows, following = rows + page["results"], page["next"]
    return rows


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
