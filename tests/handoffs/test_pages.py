"""The pages of handoffs: who sees what, which partial, which code; and how many queries."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.people.models import Member, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering
from handoffs.models import Handoff, Pool, Task
from handoffs.queries import inbox
from lifecycle.models import Record
from tests.cast import Cast
from tests.counting import statements
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def as_(member: Member, client: Client) -> Client:
    client.force_login(member.user, "django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def offered(cast: Cast, count: int = 1, **options) -> list[Handoff]:  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        return offer_records(cast.acme, make_records(cast.acme, count), by=cast.dana, at=timezone.now(), **options)


def rep_of(cast: Cast, handoff: Handoff) -> Member:
    return cast.rick if handoff.assignee_id == cast.rick.pk else cast.rosa


def won_deal(cast: Cast) -> Handoff:
    with workspace_scope(cast.acme):
        records = make_records(cast.acme, path="sales/closed_won", name="Initech", amount=1200, owner=cast.rick)
        [handoff] = offer_records(cast.acme, records, seam_key="sales_to_success", by=cast.rick, at=timezone.now())
        return handoff


def test_the_inbox_shows_mine_due_first_in_four_queries_whatever_the_number(cast: Cast, client: Client) -> None:
    as_(cast.rick, client)
    client.get("/w/acme/inbox/")
    for count in (2, 40):
        offered(cast, count)
        with statements() as said:
            page = client.get("/w/acme/inbox/")
        assert page.status_code == 200
        assert len([each for each in said if each != "BEGIN"]) <= 4, said
    rows = [card.handoff for card in page.context["cards"]]
    with workspace_scope(cast.acme):
        mine = Handoff.objects.open().filter(assignee=cast.rick).order_by("due_at", "number")
        assert [each.id for each in rows] == list(mine.values_list("pk", flat=True)[:25])
    assert rows == sorted(rows, key=lambda each: each.due_at)
    assert b"data-due" in page.content


def test_a_long_inbox_is_shown_in_parts_that_stay_open_when_it_is_asked_again(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace_scope(cast.acme):
        Handoff.objects.filter(pk__in=[each.pk for each in offered(cast, 30)]).update(assignee=cast.rick)
    pages = [as_(cast.rick, client).get(f"/w/acme/inbox/{query}", **HTMX) for query in ("", "?shown=50", "?shown=none")]
    assert [page.content.count(b"<li id=") for page in pages] == [25, 30, 0]
    assert b'href="?shown=50"' in pages[0].content and b"Show more" not in pages[1].content
    assert b'name="shown" value="50"' in pages[1].content
    assert pages[2].status_code == 422
    monkeypatch.setattr(inbox, "SHOWN", 25)
    cut = client.get("/w/acme/inbox/?shown=99").content.decode()
    assert "These are the first 25." in cut and "Show more" not in cut
    listed = client.get("/w/acme/handoffs/?state=offered&assignee=rick%40acme.example").content.decode()
    assert "?state=offered&amp;assignee=rick%40acme.example" in cut and "Lead 1" in listed


def test_an_empty_inbox_says_so(cast: Cast, client: Client) -> None:
    assert b"Nothing waits for you" in as_(cast.vera, client).get("/w/acme/inbox/").content


def test_accepting_from_the_inbox_gives_the_row_back(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    url = f"/w/acme/handoffs/{handoff.number}/acceptance/"
    answer = as_(rep_of(cast, handoff), client).post(url, **HTMX)
    assert answer.status_code == 200
    assert f'id="handoff-{handoff.number}"'.encode() in answer.content
    assert "close-dialog" in answer["HX-Trigger"]
    again = client.post(url, **HTMX)
    assert again.status_code == 409
    assert again["HX-Retarget"] == "#refusals"


def test_without_scripts_accepting_leads_to_the_handoffs_page(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    answer = as_(rep_of(cast, handoff), client).post(f"/w/acme/handoffs/{handoff.number}/acceptance/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/w/acme/handoffs/{handoff.number}/"


def test_rejecting_asks_in_a_dialog_and_says_what_is_missing_in_it(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    as_(rep_of(cast, handoff), client)
    url = f"/w/acme/handoffs/{handoff.number}/rejection/"
    dialog = client.get(url, **HTMX)
    assert b"<dialog" in dialog.content and b"Not a fit" in dialog.content
    assert b"<html" in client.get(url).content
    refused = client.post(url, {"reason": "not_a_fit"}, **HTMX)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#reject-form")
    assert b"needs a note" in refused.content
    done = client.post(url, {"reason": "not_a_fit", "note": "five people"}, **HTMX)
    assert done.status_code == 200
    with workspace_scope(cast.acme):
        assert Record.objects.select_related("stage").get().stage.key == "disqualified"


def test_somebody_elses_handoff_is_not_mine_to_answer(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    other = cast.rosa if rep_of(cast, handoff) == cast.rick else cast.rick
    assert as_(other, client).post(f"/w/acme/handoffs/{handoff.number}/acceptance/").status_code == 403


def test_what_waits_in_a_queue_is_for_its_side_to_answer(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        for away in (cast.rick, cast.rosa, cast.mona):
            now = timezone.now()
            TimeOff.objects.create(member=away, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=9))
    [handoff] = offered(cast)
    assert handoff.assignee_id is None
    shown = {who.name: as_(who, client).get(f"/w/acme/handoffs/{handoff.number}/") for who in (cast.rick, cast.cleo)}
    assert {name: b">Accept<" in answer.content for name, answer in shown.items()} == {"Rick": True, "Cleo": False}
    with workspace_scope(cast.acme):  # a rule may name a pool of another side: theirs it is, as the inbox has it
        Handoff.objects.update(queue=Pool.objects.get(key="customer_success"))
    paths = "inbox/", f"handoffs/{handoff.number}/"
    shown = {who.name: [as_(who, client).get(f"/w/acme/{path}") for path in paths] for who in (cast.rick, cast.cleo)}
    offers = {name: [b">Accept<" in answer.content for answer in answers] for name, answers in shown.items()}
    assert offers == {"Rick": [False, False], "Cleo": [True, True]}
    assert as_(cast.rick, client).post(f"/w/acme/handoffs/{handoff.number}/acceptance/").status_code == 403
    assert as_(cast.cleo, client).post(f"/w/acme/handoffs/{handoff.number}/acceptance/", **HTMX).status_code == 200


def test_the_handoffs_page_shows_rules_pool_clock_and_ladder(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    page = as_(cast.mona, client).get(f"/w/acme/handoffs/{handoff.number}/")
    text = page.content.decode()
    for words in ("Everybody else takes turns", "Why this time?", "Raise to the seam", "Reassign", "available"):
        assert words in text


def test_the_packet_is_filled_and_the_gaps_shrink(cast: Cast, client: Client) -> None:
    handoff = won_deal(cast)
    as_(cast.rick, client)
    assert b"6 required items missing" in client.get(f"/w/acme/handoffs/{handoff.number}/").content
    saved = client.post(f"/w/acme/handoffs/{handoff.number}/packet/", {"goals": "Grow", "risks": "None"}, **HTMX)
    assert b"4 required items missing" in saved.content
    returned = as_(cast.cleo, client).get(f"/w/acme/handoffs/{handoff.number}/rejection/", **HTMX)
    assert b"Stakeholders" in returned.content
    with workspace_scope(cast.acme):
        number = handoff.record.number
    timeline = client.get(f"/w/acme/records/{number}/")
    assert timeline.status_code == 200 and "Packet filled in" in timeline.content.decode()


def test_a_manager_sees_load_and_late_ones_and_reassigns(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    with workspace_scope(cast.acme):
        Handoff.objects.update(due_at=timezone.now() - timedelta(hours=1))
    as_(cast.mona, client)
    page = client.get("/w/acme/handoffs/team/")
    assert page.status_code == 200
    board = page.context["board"]
    assert [(row.card.handoff.number, row.age.word) for row in board.rows] == [(handoff.number, "late")]
    assert sum(each.load.late_count for each in board.people) == 1
    other = cast.rosa if rep_of(cast, handoff) == cast.rick else cast.rick
    url = f"/w/acme/handoffs/{handoff.number}/assignment/"
    assert b"<dialog" in client.get(url, **HTMX).content
    assert client.post(url, {"to": other.pk, "note": "away today"}).status_code == 302
    with workspace_scope(cast.acme):
        assert Handoff.objects.get().assignee_id == other.pk
    assert as_(cast.rick, client).post(url, {"to": cast.rick.pk}).status_code == 403


def test_tasks_are_closed_with_an_outcome(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    with workspace_scope(cast.acme):
        answering.reject(handoff, "inaccurate_data", by=rep_of(cast, handoff), at=timezone.now())
        task = Task.objects.get()
    as_(cast.dana, client)
    assert task.title in client.get("/w/acme/tasks/").content.decode()
    url = f"/w/acme/tasks/{task.number}/completion/"
    assert client.post(url, {"outcome": ""}, **HTMX).status_code == 422
    assert client.post(url, {"outcome": "corrected"}, **HTMX).status_code == 200
    assert client.post(url, {"outcome": "again"}, **HTMX).status_code == 409
    assert b"corrected" in client.get("/w/acme/tasks/?show=done").content


def test_where_it_went_is_a_part_and_a_page_and_offers_again(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    with workspace_scope(cast.acme):
        answering.reject(handoff, "inaccurate_data", by=rep_of(cast, handoff), at=timezone.now())
        number = Record.objects.get().number
    as_(cast.dana, client)
    url = f"/w/acme/records/{number}/path/"
    part = client.get(url, **HTMX).content.decode()
    assert "Inaccurate data" in part and "<html" not in part and "again" in part
    assert "<html" in client.get(url).content.decode()
    answer = client.post(f"/w/acme/records/{number}/offers/", {"seam": "marketing_to_sales"})
    assert answer.status_code == 302
    with workspace_scope(cast.acme):
        assert Handoff.objects.open().count() == 1


def test_all_handoffs_by_filter(cast: Cast, client: Client) -> None:
    offered(cast, 3)
    as_(cast.vera, client)
    page = client.get("/w/acme/handoffs/?state=offered&seam=marketing_to_sales&late=false")
    assert len(page.context["cards"]) == 3
    assert client.get("/w/acme/handoffs/?state=lost").status_code == 422
    assert client.get("/w/acme/handoffs/?after=x").status_code == 422


def test_otto_sees_nothing(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    as_(cast.otto, client)
    for path in ("inbox/", f"handoffs/{handoff.number}/", "handoffs/team/", "tasks/", "handoffs/"):
        assert client.get(f"/w/acme/{path}").status_code == 404
    assert client.get(f"/w/globex/handoffs/{handoff.number}/").status_code == 404
