"""What stops the first-touch clock: a person of the receiving side, with an outcome that the seam counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from blueprint.documents import blueprint_of, document
from blueprint.schema import FirstTouch
from core.people.functions import Function
from core.people.key_in_hand import KeyInHand
from core.people.models import Member, Team
from core.tenancy.scope import workspace_scope
from governance.editors import Opened
from governance.editors.seam_editors import SeamEditor
from governance.forms.choices import Offers
from handoffs.actions import answering
from handoffs.models import Handoff
from handoffs.rules.first_touch import Touch, why_not
from lifecycle.actions.touching import Heard, log_activity
from lifecycle.models import Activity, Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

HOUR = timedelta(hours=1)
OURS = {"kind": "call", "direction": "outbound", "outcome": "Connected"}


@pytest.fixture
def acme(cast: Cast):  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        yield cast


def offered(cast: Cast) -> tuple[Handoff, Member, Member]:
    [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
    is_ricks = handoff.assignee_id == cast.rick.pk
    return handoff, *((cast.rick, cast.rosa) if is_ricks else (cast.rosa, cast.rick))


def touched(record: Record, by: Member, **said: Any) -> Heard | None:
    heard: Heard | None = log_activity(record, **{**OURS, **said}, by=by, at=MONDAY_10 + HOUR).heard
    return heard


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, ""),
        ({"outcome": " connected "}, ""),
        ({"sides": ["marketing"], "is_assignee": True}, ""),
        ({"is_person": False}, "Only a person"),
        ({"is_person": False, "is_assignee": True}, "Only a person"),
        ({"kind": "note"}, "Only calls, e-mails, meetings"),
        ({"direction": "inbound"}, "It came from them"),
        ({"outcome": ""}, "It has no outcome that stops it"),
        ({"outcome": "Automatic reply"}, "“Automatic reply” is no outcome that stops it"),
        ({"sides": ["marketing"]}, "Only people of sales"),
        ({"sides": []}, "Only people of sales"),
    ],
)
def test_a_seam_says_what_counts_and_a_touch_hears_why_not(said: dict[str, Any], why: str) -> None:
    usual: dict[str, Any] = {**OURS, "is_person": True, "sides": ["sales"]}
    told = why_not(FirstTouch(sides=("sales",)), Touch(**{**usual, **said}))
    assert why in told and bool(told) == bool(why)


@pytest.mark.django_db
def test_a_person_of_the_receiving_side_stops_it(acme: Cast) -> None:
    handoff, _, colleague = offered(acme)
    assert touched(handoff.record, colleague) == Heard(True)
    handoff.refresh_from_db()
    assert handoff.first_touched_at == MONDAY_10 + HOUR
    assert Activity.objects.get().is_qualifying
    assert touched(handoff.record, colleague) is None  # no clock waits any longer


@pytest.mark.django_db
def test_who_manages_the_receiving_side_and_who_has_the_handoff_stop_it(acme: Cast) -> None:
    (one, *_), (other, *_) = offered(acme), offered(acme)
    assert touched(one.record, acme.mona) == Heard(True)
    Handoff.objects.filter(pk=other.pk).update(assignee=acme.cleo)
    assert touched(other.record, acme.cleo) == Heard(True)


@pytest.mark.django_db
@pytest.mark.parametrize("said", [{"outcome": ""}, {"outcome": "Automatic reply", "kind": "email"}, {"kind": "note"}])
def test_without_an_outcome_that_counts_the_clock_goes_on_and_says_so(acme: Cast, said: dict[str, Any]) -> None:
    handoff, rep, _ = offered(acme)
    heard = touched(handoff.record, rep, **said)
    assert heard is not None and not heard.stops_clock and heard.why
    handoff.refresh_from_db()
    assert handoff.first_touched_at is None
    assert not Activity.objects.get().is_qualifying


@pytest.mark.django_db
def test_neither_marketing_nor_a_key_nor_a_program_stops_it(acme: Cast) -> None:
    handoff, rep, _ = offered(acme)
    program = Member.objects.create(kind=Member.Kind.INTEGRATION, role="rep", name="Mailer")
    Team.objects.filter(function=Function.SALES).update(manager=program)
    keyed = Member.objects.get(pk=rep.pk)
    keyed.came_with = KeyInHand(frozenset({"records:write"}), ceiling=keyed.role)
    for who in (acme.dana, acme.ada, program, keyed):
        heard = touched(handoff.record, who)
        assert heard is not None and not heard.stops_clock, who
    handoff.refresh_from_db()
    assert handoff.first_touched_at is None


@pytest.mark.django_db
def test_a_touch_of_what_accepting_made_counts(acme: Cast) -> None:
    records = make_records(acme.acme, path="sales/closed_won", amount=100, owner=acme.rick)
    packet = {item.key: "as agreed" for item in blueprint_of(acme.acme).seams[1].packet}
    [handoff] = offer_records(
        acme.acme, records, seam_key="sales_to_success", by=acme.rick, packets={records[0].pk: packet}
    )
    done = answering.accept(handoff, by=acme.cleo, at=MONDAY_10)
    assert done.result is not None
    assert touched(done.result, acme.rick) == Heard(False, "Only people of Customer success stop it.")
    assert touched(done.result, acme.cleo) == Heard(True)


@pytest.mark.django_db
def test_the_first_blueprint_says_it_and_old_handoffs_keep_their_versions_terms(acme: Cast) -> None:
    said = document(acme.acme.pk, acme.acme.blueprint_version)["seams"][0]["first_touch"]
    assert said["sides"] == ["sales"]
    handoff, rep, _ = offered(acme)
    terms = blueprint_of.at(acme.acme.pk, handoff.blueprint_version).seams_by_id[handoff.seam_id].first_touch
    assert "Connected" in terms.outcomes
    Handoff.objects.filter(pk=handoff.pk).update(blueprint_version=acme.acme.blueprint_version)
    assert touched(handoff.record, rep, outcome="Meeting held") == Heard(True)


@pytest.mark.django_db
def test_the_page_and_the_api_say_that_the_clock_goes_on(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana, at=timezone.now() - HOUR)
        rep, number = cast.rick, handoff.record.number
    browser = Client()
    browser.force_login(rep.user, backend="django.contrib.auth.backends.ModelBackend")
    said = {"kind": "call", "direction": "outbound", "outcome": "", "note": ""}
    page = browser.post(f"/w/acme/records/{number}/activities/", said, follow=True).content.decode()
    assert "The first-touch clock goes on. It has no outcome that stops it" in page
    assert "Meeting agreed" in page  # what counts is offered
    address = f"/api/v1/w/acme/records/{number}/activities"
    answer = browser.post(address, {"kind": "call"}, content_type="application/json").json()
    assert (answer["stops_clock"], answer["is_qualifying"]) == (False, False) and "no outcome" in answer["why"]
    answer = browser.post(address, OURS, content_type="application/json").json()
    assert (answer["stops_clock"], answer["why"]) == (True, "")
    assert browser.post(address, OURS, content_type="application/json").json()["stops_clock"] is None


@pytest.mark.django_db
def test_a_handoff_outside_any_clock_says_nothing_of_it(acme: Cast) -> None:
    [record] = make_records(acme.acme, path="lifecycle/lead")
    assert touched(record, acme.dana) is None


def test_the_seams_form_says_what_counts_and_what_was_not_touched_is_no_edit() -> None:
    seam = {"key": "a_to_b", "label": "A", "from": "marketing", "to": "sales", "ladder": [], "calendar": "office"}
    shown = FirstTouch(sides=("sales",)).model_dump(mode="json")
    assert edits_of_first_touch(seam, shown) == []
    ((path, said),) = edits_of_first_touch(seam, {**shown, "outcomes": ["Reached\r\n\r\n Reached \r\nBooked"]})
    assert path[-1] == "first_touch" and said["outcomes"] == ["Reached", "Booked"]
    assert FirstTouch.model_validate(said).outcomes == ("Reached", "Booked")


def edits_of_first_touch(seam: dict[str, Any], typed: dict[str, list[str]]) -> list[Any]:
    """What the seam's form says of the first touch when this is typed into it."""
    posted = QueryDict(mutable=True)
    for name, values in typed.items():
        posted.setlist(f"first_touch-{name}", ["\r\n".join(values)] if name == "outcomes" else values)
    document = {"seams": [seam], "properties": [], "functions": [{"key": "sales", "label": "Sales"}], "pipelines": []}
    opened = Opened(
        SeamEditor(), document, "a_to_b", ("seams", {"key": "a_to_b"}), seam, False, Offers(document), posted
    )
    form = opened.object("first_touch", usual={"sides": ["sales"]})
    assert form.is_valid()
    return list(form.edits(opened.path))
