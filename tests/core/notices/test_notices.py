"""Everybody is told what waits for them, in the transaction that decided it, and nobody of what they did themselves."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from core.notices.mentions import mentions_in
from core.notices.models import Notice
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from governance.actions.acknowledging import acknowledge
from governance.actions.drafting import draft
from governance.actions.submitting import submit
from governance.models import ChangeRequest
from handoffs.actions import answering
from handoffs.actions.offering import offer
from handoffs.actions.reassigning import reassign
from handoffs.actions.tasking import complete_task
from handoffs.actions.tasks_by_hand import WantedTask, make_task
from handoffs.models import Handoff
from lifecycle.actions.touching import log_activity
from tests.cast import MONDAY_10, Cast
from tests.governance.emergency import break_glass
from tests.handoffs.coming_back import HOUR, scanned
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SLA = [(["seams", {"key": "marketing_to_sales"}, "answer_minutes"], 600)]


def told(member: Member) -> list[tuple[str, str]]:
    """What the member was told since the last look, oldest first."""
    fresh = Notice.objects.filter(member=member, seen_at=None).order_by("at", "kind", "title")
    found = [(notice.kind, notice.title) for notice in fresh]
    fresh.update(seen_at=MONDAY_10)
    return found


def kinds(member: Member) -> list[str]:
    return [kind for kind, _ in told(member)]


def bell(client: Client, shown: str = "") -> tuple[int, str]:
    answer = client.get(f"/w/acme/notices/bell/?shown={shown}", headers={"HX-Request": "true"})
    words = answer.content.decode()
    return answer.status_code, words.partition('aria-label="')[2].partition('"')[0]


def titles(found: Iterable[dict[str, str]]) -> list[str]:
    return [each["title"] for each in found]


def test_the_ladder_tells_whoever_has_it_and_whoever_is_above(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        first, second = (cast.rick, cast.rosa)[:: 1 if handoff.assignee_id == cast.rick.pk else -1]
        title = "Lead 1 (Marketing → Sales)"
        assert told(first) == [("offered", title)] and not told(cast.dana) and not told(second)
        scanned(cast, handoff.due_at - HOUR)
        assert told(first) == [("due_soon", title)] and not told(cast.mona)
        scanned(cast, handoff.due_at)
        assert told(first) == [("breached", title)]
        assert told(cast.mona) == [("task", f"Not answered in time: {title}")]
        scanned(cast, handoff.due_at + 2 * HOUR)
        assert told(first) == [("breached", f"{title}, given to {second.name}")]
        assert told(second) == [("passed_on", title)]
        scanned(cast, MONDAY_10 + timedelta(days=4))
        assert "raised" in kinds(cast.ada)


def test_what_was_answered_is_no_longer_news(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        one, two = make_records(cast.acme, 2)
        [late] = offer_records(cast.acme, [one], by=cast.dana, at=MONDAY_10)
        [given] = offer_records(cast.acme, [two], by=cast.dana, at=MONDAY_10 + 2 * HOUR)
        scanned(cast, late.due_at)
        left = Notice.objects.filter(seen_at=None)
        kinds = sorted(left.values_list("kind", flat=True))
        assert kinds == ["breached", "due_soon", "offered", "offered", "task"]
        for handoff in (late, given):
            handoff.refresh_from_db()
        reassign(given, cast.mona, by=cast.ada, at=late.due_at + MINUTE)
        assert [each.member_id for each in left.filter(number=given.number)] == [cast.mona.pk]
        answering.accept(given, by=cast.mona, at=late.due_at + HOUR)
        answering.reject(late, "inaccurate_data", by=late.assignee, at=late.due_at + HOUR)
        assert [(each.kind, each.member_id) for each in left] == [("returned", cast.dana.pk)]
        offer(late.record, "marketing_to_sales", by=cast.dana, at=late.due_at + HOUR)
        assert left.get().kind == "offered"
        by_hand = make_task(WantedTask("Ask", cast.rick, MONDAY_10 + HOUR), by=cast.mona, at=MONDAY_10)
        assert left.filter(member=cast.rick, kind="task").exists()
        complete_task(by_hand, "Asked", by=cast.rick, at=late.due_at)
        assert not left.filter(kind="task").exists()


def test_several_decided_at_once_are_one_notice(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        handoffs = offer_records(cast.acme, make_records(cast.acme, 5), by=cast.dana)
        found = {member.name: told(member) for member in (cast.rick, cast.rosa)}
        assert (
            sorted(found.values()) == [[("offered", f"{count} handoffs: Marketing → Sales")] for count in (2, 3)]
            and len(handoffs) == 5
        )
        assert Notice.objects.filter(number=None).first().page == ("handoffs:inbox", [])


def test_answers_and_changes_tell_whoever_must_act_next(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        back, given, left = offer_records(cast.acme, make_records(cast.acme, 3), by=cast.dana)
        to = cast.rosa if given.assignee_id == cast.rick.pk else cast.rick
        for member in (cast.rick, cast.rosa):
            told(member)
    with time_machine.travel(MONDAY_10 + MINUTE, tick=False):
        as_(cast.mona, client)
        for number, verb, said in [
            (back.number, "rejection", {"reason": "inaccurate_data"}),
            (given.number, "assignment", {"to": to.email}),
            (left.number, "assignment", {"to": cast.mona.email}),
        ]:
            answer = client.post(f"{API}/handoffs/{number}/{verb}", said, content_type=JSON)
            assert answer.status_code == 200, answer.json()
        with workspace_scope(cast.acme):
            [(kind, title)] = told(cast.dana)
            assert kind == "returned" and title.startswith("Returned, inaccurate data: Lead 1")
            assert kinds(to) == ["passed_on"] and not told(cast.mona)  # she gave it to herself
            asked = draft(cast.dana, title="Faster", reason="They wait too long", edits=SLA, at=MONDAY_10)
            submit(asked, by=cast.dana, at=MONDAY_10)
            assert [told(member) for member in (cast.vera, cast.mona, cast.dana)] == [
                *2 * [[("to_approve", f"#{asked.number} Faster")]],
                [],
            ]
            break_glass(cast.ada, title="Stop", reason="The phone system is down", edits=SLA, at=MONDAY_10)
            assert kinds(cast.vera) == ["review_due", "to_read"]
            assert [kinds(member) for member in (cast.ada, cast.dana)] == [["to_approve"], ["to_read"]]
            change = ChangeRequest.objects.get(kind="emergency")
            assert Notice.objects.get(kind="review_due").page == ("governance:change", [change.number])
            page = Notice.objects.filter(kind="to_read").first().page
            assert page == ("governance:version", [change.published_version])
            news = Notice.objects.filter(kind="to_read", seen_at=None, member=cast.rick)
            assert news.get().title == f"Version {change.published_version}: Stop"
            acknowledge(cast.rick, change.published_version, at=MONDAY_10 + HOUR)
            assert not news.exists()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@rick, please look. Rick@acme.example knows, @Mona@acme.example.", ["rick", "mona@acme.example"]),
        ("(@ada) @ada @ nobody me@here.example x@y", ["ada"]),
        ("no one", []),
    ],
)
def test_who_is_mentioned_stands_behind_an_at(text: str, found: list[str]) -> None:
    assert mentions_in(text) == found


def test_who_is_mentioned_in_a_note_is_told_once_and_nobody_of_their_own(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        has_it = handoff.assignee
        record, said = handoff.record, f"@mona @MONA@acme.example @{has_it.email} @otto @vera: see this"
        log_activity(record, kind="note", note=said, by=has_it, at=MONDAY_10 + HOUR)
        answering.reject(handoff, "inaccurate_data", "@mona wrong number", by=has_it, at=MONDAY_10 + HOUR)
        about = {(each.member.name, each.about, each.number) for each in Notice.objects.filter(kind="mentioned")}
        assert about == {("Mona", "record", record.number), ("Vera", "record", record.number), ("Mona", "handoff", 1)}
        assert told(cast.mona)[0] == ("mentioned", f"{has_it.name}: {record.name}")


def test_the_bell_counts_the_page_shows_and_both_forget_what_was_seen(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        has_it, other = (cast.rick, cast.rosa)[:: 1 if handoff.assignee_id == cast.rick.pk else -1]
        offer_records(cast.acme, make_records(cast.acme, 2), by=cast.dana, at=MONDAY_10 + MINUTE)
        of_other = Notice.objects.get(member=other)
    with time_machine.travel(MONDAY_10 + HOUR, tick=False):
        as_(has_it, client)
        assert bell(client) == (200, "Notices, 2 not seen") and bell(client, "2") == (204, "")
        assert client.get("/w/acme/notices/bell/").status_code == 302
        page = client.get("/w/acme/notices/").content.decode()
        assert page.index("Lead ") < page.index("Lead 1 (Marketing → Sales)") and "2 not seen" in page
        newest, oldest = client.get(f"{API}/notices").json()["results"]
        assert (oldest["label"], oldest["number"], oldest["seen_at"]) == ("Offered to you", handoff.number, None)
        for foreign in (f"{API}/notices/{of_other.pk}/seen", f"/w/acme/notices/{of_other.pk}/opening/"):
            assert client.post(foreign).status_code == 404
        opened = client.post(f"/w/acme/notices/{oldest['id']}/opening/")
        assert opened["Location"] == f"/w/acme/handoffs/{handoff.number}/"
        unseen = client.get(f"{API}/notices?unseen=true").json()["results"]
        assert titles(unseen) == [newest["title"]] and bell(client)[1] == "Notices, 1 not seen"
        assert client.post(f"{API}/notices/seen", {"until": oldest["at"]}, content_type=JSON).json() == {"seen": 0}
        assert client.post("/w/acme/notices/seen/", {"until": "2026-02-31T10:00:00Z"}).status_code == 422
        assert client.post("/w/acme/notices/seen/", {"until": newest["at"]}).status_code == 302
        assert bell(client, "1") == (200, "Notices") and bell(client) == (204, "")
        empty = client.get("/w/acme/notices/?unseen=1").content.decode()
        assert "You have seen everything" in empty
        assert as_(other, client).get(f"{API}/notices?unseen=true").json()["results"]
    with workspace_scope(cast.acme):
        assert Handoff.objects.open().count() == 3  # a notice is for eyes only
