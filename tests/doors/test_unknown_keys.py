"""A key that no call promises to read is refused by its name, at every address of the API."""

import json
from typing import Any

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import resolve
from rest_framework import serializers

from core.errors import BadInput
from core.http.promised import ANY, promise_of, refuse_unknown
from core.tenancy.scope import workspace_scope
from imports.opening import receive
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records
from tests.isolation.walk import Address, absent, addresses

pytestmark = pytest.mark.django_db
API = [address for address in addresses() if address.route.startswith("api/")]
WRITES = [(address, method) for address in API for method in address.methods if method != "get"]
READS = [address for address in API if "get" in address.methods]
# Whose keys are the workspace's own: the action knows them and refuses the others by name.
OWN_KEYS = {
    "api/v1/w/<slug:workspace>/handoffs/<int:number>/packet",
    "api/v1/w/<slug:workspace>/records/<int:number>/packets/<slug:seam>",
}


def url(address: Address) -> str:
    return address.url("acme", **{name: absent(converter) for name, converter in address.holes.items()})


def signed_in(member: Any) -> Client:
    browser = Client()
    browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_every_body_with_an_unknown_key_is_refused_by_its_name(cast: Cast) -> None:
    browser, faults = signed_in(cast.ada), []
    for address, method in WRITES:
        if address.route in OWN_KEYS:
            continue
        body = json.dumps({"no_such_key": 1})
        answer = getattr(browser, method)(url(address), data=body, content_type="application/json")
        if answer.status_code == 415:
            form = encode_multipart(BOUNDARY, {"no_such_key": 1})
            answer = browser.generic(method.upper(), url(address), form, content_type=MULTIPART_CONTENT)
        told = answer.json()
        if (answer.status_code, told["code"], told["field"]) != (422, "unknown_field", "no_such_key"):
            faults.append(f"{method} {address}: {answer.status_code} {told['code']} {told['field']}")
    assert not faults, "\n".join(faults)
    assert len(WRITES) > 40


def test_every_query_with_an_unknown_parameter_is_refused_by_its_name(cast: Cast) -> None:
    browser, faults = signed_in(cast.ada), []
    for address in READS:
        answer = browser.get(url(address) + "?no_such_key=1")
        if answer.status_code != 422 or answer.json()["field"] != "no_such_key":
            faults.append(f"{address}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def test_only_named_calls_check_their_keys_themselves() -> None:
    found = set()
    for address, method in WRITES + [(address, "get") for address in READS]:
        view: Any = resolve("/" + url(address).lstrip("/")).func
        promise = promise_of(view.cls, view.actions[method], method.upper())
        if promise.body is ANY or promise.query is None:
            found.add(address.route)
    assert found == OWN_KEYS


class Inner(serializers.Serializer):
    known = serializers.CharField()
    told = serializers.CharField(read_only=True)


class Outer(serializers.Serializer):
    one = Inner()
    many = Inner(many=True)
    named = serializers.DictField(child=Inner())
    free = serializers.DictField()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"x": 1}, "x"),
        ({"one": {"x": 1}}, "one.x"),
        ({"one": {"told": 1}}, "one.told"),
        ({"many": [{"known": "a"}, {"x": 1}]}, "many[1].x"),
        ({"named": {"a": {"x": 1}}}, "named.a.x"),
    ],
)
def test_an_unknown_key_is_named_at_any_depth(given: Any, named: str) -> None:
    refuse_unknown(Outer(), {"one": {"known": "a"}, "many": [], "free": {"anything": {"at": "all"}}})  # says nothing
    with pytest.raises(BadInput) as refused:
        refuse_unknown(Outer(), given)
    assert refused.value.field == named


def test_a_form_and_another_shape_than_an_object_are_no_way_around(cast: Cast) -> None:
    browser = signed_in(cast.ada)
    form = browser.post("/api/v1/w/acme/changes/1/submission", {"no_such_key": 1})
    assert (form.status_code, form.json()["field"]) == (422, "no_such_key")
    listed = browser.post("/api/v1/w/acme/changes/1/submission", "[1]", content_type="application/json")
    assert listed.status_code == 422
    empty = browser.post("/api/v1/w/acme/changes/1/submission")
    assert empty.status_code == 409


def test_keys_that_a_workspace_or_a_file_makes_are_known_to_their_action(cast: Cast) -> None:
    """The packet's items, the rows of a batch, the places of a mapping: each names what it does not know."""
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        content = b"Email,Name\na@x.example,Ann\n"
        job = receive(file_name="l.csv", content=content, by=cast.ada, at=MONDAY_10, target="leads")
    browser, base = signed_in(cast.ada), "/api/v1/w/acme/"

    def told(method: str, path: str, body: Any) -> Any:
        call = getattr(browser, method)
        return call(base + path, json.dumps(body), content_type="application/json").json()

    assert told("patch", "handoffs/1/packet", {"no_such_key": "x"})["field"] == "no_such_key"
    offer = {"record": 1, "seam": "marketing_to_sales", "packet": {"no_such_key": "x"}}
    assert told("post", "handoffs", offer)["field"] == "no_such_key"
    rows = told("post", "records:batch", [{"name": "Zoe", "no_such_key": 1}, {"name": "Ann"}])["outcomes"]
    assert [(each["state"], each.get("field")) for each in rows] == [("rejected", "no_such_key"), ("created", None)]
    usual = {"target": "leads", "columns": {"Email": "email"}}
    for extra, named in (
        ({"no_such_key": 1}, "no_such_key"),
        ({"columns": {"Email": {"to": "email", "no_such_key": 1}}}, "columns.Email.no_such_key"),
        ({"dates": {"no_such_key": 1}}, "dates.no_such_key"),
        ({"values": {"no_such_key": {}}}, "values.no_such_key"),
    ):
        assert told("put", f"imports/{job.number}/mapping", usual | extra)["field"] == named
    edits = {"title": "T", "edits": [{"path": ["seams"], "after": 1, "no_such_key": 1}]}
    assert told("post", "changes", edits)["field"] == "edits[0].no_such_key"
