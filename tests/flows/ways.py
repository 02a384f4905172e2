"""The five pieces of work that the product is for, each done through its real door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from governance.tasks import run_impacts
from handoffs.models import Clock, Escalation, Handoff
from handoffs.tasks import scan_for_due_steps
from imports.tasks import run_imports
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record
from tests.cast import Cast

WORTH_A_CALL = {"employees": 200, "seniority": "VP", "demo_requested": True, "use_case": "Routing"}
COLUMNS = {
    "Email": {"to": "email"},
    "Name": {"to": "name"},
    "Employees": {"to": "property:employees", "format": "1,234.56"},
    "Seniority": {"to": "property:seniority"},
    "Demo requested": {"to": "property:demo_requested"},
    "Use case": {"to": "property:use_case"},
}
LABEL = ["seams", {"key": "marketing_to_sales"}, "label"]


def door(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def posted(client: Client, path: str, body: Any, status: int) -> Any:
    answer = client.post(f"/api/v1/w/acme/{path}", body, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def record_is_posted(cast: Cast, turn: int) -> Callable[[], None]:
    client = door(cast.dana)
    row = {"kind": "lead", "name": "Ann", "email": f"ann{turn}@post.example", "properties": WORTH_A_CALL}

    def work() -> None:
        assert posted(client, "records", row, 201)["state"] == "created"

    return work


def handoff_is_accepted(cast: Cast, turn: int) -> Callable[[], None]:
    number = offered(cast, f"accept{turn}").number
    client = door(cast.mona)

    def work() -> None:
        client.post(f"/w/acme/handoffs/{number}/acceptance/")
        with workspace_scope(cast.acme):
            assert Handoff.objects.get(number=number).state == Handoff.State.ACCEPTED

    return work


def late_handoff_is_escalated(cast: Cast, turn: int) -> Callable[[], None]:
    handoff = offered(cast, f"late{turn}", days_ago=6)
    with workspace_scope(cast.acme):  # as the scan finds it that has looked at everything older before
        Clock.objects.filter(handoff=handoff).update(next_rung_at=timezone.now() - timedelta(minutes=1))

    def work() -> None:
        scan_for_due_steps()
        with workspace_scope(cast.acme):
            assert Escalation.objects.filter(handoff=handoff).exists()

    return work


def row_of_a_file_is_handed_over(cast: Cast, turn: int) -> Callable[[], None]:
    client, email = door(cast.ada), f"zed{turn}@file.example"
    text = f"{','.join(COLUMNS)}\n{email},Zed,200,VP,yes,Routing\n"

    def work() -> None:
        file = SimpleUploadedFile(f"leads{turn}.csv", text.encode())
        answer = client.post("/api/v1/w/acme/imports", {"file": file, "target": "leads", "start": "true"})
        assert answer.status_code == 201, answer.content
        run_imports(str(cast.acme.pk))
        with workspace_scope(cast.acme):
            assert Handoff.objects.open().filter(record__email=email).exists()

    return work


def change_is_published(cast: Cast, turn: int) -> Callable[[], None]:
    ada, vera = door(cast.ada), door(cast.vera)
    change = {"title": "T", "reason": "R", "edits": [{"path": LABEL, "after": f"Sales takes over {turn}"}]}

    def work() -> None:
        number = posted(ada, "changes", change, 201)["number"]
        posted(ada, f"changes/{number}/submission", None, 201)
        run_impacts()
        posted(vera, f"changes/{number}/approval", None, 201)
        assert posted(ada, f"changes/{number}/publication", None, 201)["state"] == "published"

    return work


def offered(cast: Cast, name: str, days_ago: int = 0) -> Handoff:
    """A lead that came in and was offered at once."""
    row = Incoming(1, "lead", core={"name": name, "email": f"{name}@offered.example"}, properties=WORTH_A_CALL)
    with workspace_scope(cast.acme):
        take_in(cast.acme, [row], by=cast.dana, at=timezone.now() - timedelta(days=days_ago))
        return Handoff.objects.open().get(record=Record.objects.get(name=name))


WAYS = {
    "A record is posted": record_is_posted,
    "A handoff is accepted": handoff_is_accepted,
    "A late handoff is escalated": late_handoff_is_escalated,
    "A row of a file is handed over": row_of_a_file_is_handed_over,
    "A change is published": change_is_published,
}
