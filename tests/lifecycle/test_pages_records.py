"""The pages of records: who may, what they show, what a refused form says."""

import pytest
from django.test import Client

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from lifecycle.models import Record
from lifecycle.word_search import words_of
from tests.cast import Cast
from tests.counting import statements

pytestmark = pytest.mark.django_db


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def add(client: Client, **fields: str) -> int:
    """A record through the form; its number."""
    answer = client.post("/w/acme/records/new/", {"kind": "lead", "name": "Luis Ortega", **fields})
    assert answer.status_code == 302, answer.content.decode()
    return int(answer["Location"].rstrip("/").rsplit("/", 1)[-1])


def test_a_lead_added_by_hand_passes_the_doors_it_meets(cast: Cast) -> None:
    dana = signed_in(cast.dana)
    number = add(dana, email="Luis@Northwind.example", account="Northwind", source="Event")
    page = dana.get(f"/w/acme/records/{number}/").content.decode()
    assert "luis@northwind.example" in page and "Northwind" in page
    with workspace_scope(cast.acme):
        assert Record.objects.get(number=number).stage.key == "lead"


def test_the_record_page_names_what_is_missing_before_each_door(cast: Cast) -> None:
    dana = signed_in(cast.dana)
    number = add(dana, email="luis@northwind.example")
    page = dana.get(f"/w/acme/records/{number}/").content.decode()
    assert "Score has reached 60" in page


def test_a_shut_gate_answers_422_and_names_the_unmet_line(cast: Cast) -> None:
    dana = signed_in(cast.dana)
    number = add(dana, email="luis@northwind.example")
    answer = dana.post(f"/w/acme/records/{number}/advance/", {"to": "mql"})
    assert answer.status_code == 422
    assert "Score has reached 60" in answer.content.decode()
    with workspace_scope(cast.acme):
        assert Record.objects.get(number=number).stage.key == "lead"


def test_only_those_who_lead_may_override_a_gate(cast: Cast) -> None:
    number = add(signed_in(cast.dana), email="luis@northwind.example")
    override = {"to": "mql", "override": "true", "reason": "customer_request", "note": "They asked twice"}
    assert signed_in(cast.dana).post(f"/w/acme/records/{number}/advance/", override).status_code == 403
    assert signed_in(cast.mona).post(f"/w/acme/records/{number}/advance/", override).status_code == 302


def test_editing_a_property_asks_the_gates_again(cast: Cast) -> None:
    dana = signed_in(cast.dana)
    number = add(dana, email="luis@northwind.example")
    known = {"property_seniority": "VP", "property_demo_requested": "true", "property_employees": "900"}
    answer = dana.post(f"/w/acme/records/{number}/edit/", {"name": "Luis", "email": "luis@northwind.example", **known})
    assert answer.status_code == 302, answer.content.decode()
    with workspace_scope(cast.acme):
        record = Record.objects.get(number=number)
        assert (record.stage.key, record.score >= 60) == ("mql", True)


def test_bad_input_in_the_form_is_said_beside_its_field_and_loses_nothing(cast: Cast) -> None:
    answer = signed_in(cast.dana).post(
        "/w/acme/records/new/", {"kind": "lead", "name": "Luis", "email": "not an address"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "valid email address" in page and 'value="Luis"' in page


def test_search_finds_a_record_by_the_beginnings_of_its_words(cast: Cast) -> None:
    dana = signed_in(cast.dana)
    number = add(dana, name="Luis Ortega", email="luis@northwind.example", account="Northwind Traders")
    add(dana, name="Hanna Vogel", email="hanna@globex.example")
    for text in ("ort", "northw trad", "luis@northwind.example", f"#{number}"):
        answer = dana.get("/w/acme/search/", {"q": text})
        assert answer.status_code == 302 and answer["Location"].endswith(f"/records/{number}/?from=search"), text
    assert "Nothing found" in dana.get("/w/acme/search/", {"q": "zzz"}).content.decode()


def test_a_stranger_finds_nothing_by_searching(cast: Cast) -> None:
    add(signed_in(cast.dana), name="Luis Ortega", email="luis@northwind.example")
    assert "Nothing found" in signed_in(cast.otto).get("/w/globex/search/", {"q": "Luis"}).content.decode()


def test_the_list_costs_the_same_queries_however_long_it_is(cast: Cast) -> None:
    dana = signed_in(cast.dana)

    def cost() -> int:
        with statements() as said:
            assert dana.get("/w/acme/records/").status_code == 200
        return len(said)

    add(dana, email="first@northwind.example")
    few = cost()
    for place in range(12):
        add(dana, email=f"more{place}@northwind.example")
    assert cost() == few <= 4  # session, user, entrance, list


def test_pages_of_records_follow_each_other_without_gap_or_repeat(cast: Cast) -> None:
    dana = signed_in(cast.dana)
    for place in range(53):
        add(dana, email=f"more{place}@northwind.example")
    first = dana.get("/w/acme/records/")
    second = dana.get("/w/acme/records/", {"after": first.context["after"]})
    seen = [each.number for each in [*first.context["rows"], *second.context["rows"]]]
    assert len(seen) == len(set(seen)) == 53 and second.context["after"] == ""


def test_nonsense_in_filters_is_refused_not_broken(cast: Cast) -> None:
    dana = signed_in(cast.dana)
    for query in ({"after": "1_x"}, {"owner": "me"}, {"stage": "no/such"}, {"account": "x"}, {"q": "\x00"}):
        assert dana.get("/w/acme/records/", query).status_code in (200, 422), query


def test_words_are_what_people_type() -> None:
    assert words_of("Luis-Ortega@Northwind.example") == ["luis", "ortega", "northwind", "example"]
