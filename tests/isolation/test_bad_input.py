"""Whatever somebody types, sends or pastes: an answer that says what is wrong, never a fault of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import yaml
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprint.documents import blueprint_of, default_document
from core.bounds import check_bounds, read_json, whole
from core.errors import BadInput
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from devtools.stack.folders import ROOT
from governance.models import ChangeRequest
from governance.yaml_text import as_yaml, read_document
from imports import mapping
from imports.mapping import BadMapping
from tests.cast import Cast
from tests.isolation.rows import one_of_each
from tests.isolation.walk import Address, addresses

KNOWN = 7
NASTY = (
    *("a\x00b", "9" * 5_000, "-1", "nan", "inf", "1e999", "[]", "{}", "²", "٣", " ", "%00", "' or 1=1 --", "<b>&amp;"),
    *(
        "2026-02-31",
        "0001-01-01",
        "99999-12-31",
        "9223372036854775808",
        "99999999999",
        "wörd" * 2_000,
        "\ufffe",
        "\r\n",
    ),
    *("00000000-0000-0000-0000-000000000000", "known(", "score >= ", "Mars/Olympus"),
)
PAGES = [address for address in addresses() if address.route.startswith("w/")]
QUERIED = re.compile(
    r'GET\.(?:get|getlist)\(\s*"([\w-]+)"|for key in \(("[^)]+")\)|given\.get\("(\w+)"|_number\(given, "(\w+)"'
)
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
FIELD = re.compile(r"<(input|select|textarea|button)\b([^>]*)>", re.S)


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


ROOMS = ("core", "lifecycle", "imports", "handoffs", "scorecard", "governance", "integrations")


def queried() -> list[str]:
    """Every word that a page reads from the query of its address, as the source has them."""
    names: set[str] = {"of", "period", "from", "to", "segment", "value", "by", "step", "part", "page", "limit", "was"}
    for file in ROOT.glob("*/**/*.py"):
        if file.parts[len(ROOT.parts)] in ROOMS:
            for groups in QUERIED.findall(file.read_text()):
                names |= set(re.findall(r"[\w-]+", " ".join(groups)))
    return sorted(names)


@pytest.fixture
def company(cast: Cast) -> dict[str, Any]:
    """Acme with one row of every noun, and what each hole of an address may hold."""
    one_of_each(cast.acme, cast.rick, number=KNOWN, key="known")
    with workspace_scope(cast.acme):
        ids = [str(pk) for pk in Member.objects.filter(name="Rosa").values_list("pk", flat=True)]
    return {"int": KNOWN, "uuid": ids[0], "str": "known", "slug": "known"}


@pytest.fixture
def ada(cast: Cast) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def filled(address: Address, company: dict[str, Any]) -> list[str]:
    """The address with its holes filled; one that edits a draft, for each of its editors."""
    from governance.editors import EDITORS

    values = {name: company[converter] for name, converter in address.holes.items()}
    if "what" in values:
        return [address.url("acme", **{**values, "what": what}) for what in EDITORS]
    return [address.url("acme", **values)]


def undone(client: Client, method: str, path: str, data: dict[str, Any]) -> Any:
    """Make the call, and take back what it did."""
    with transaction.atomic():
        answer = getattr(client, method)(path, data)
        transaction.set_rollback(True)
    return answer


def read_here(path: str, names: list[str]) -> list[str]:
    """A few of the names, others for each path: an address has its length."""
    begin = sum(map(ord, path)) % len(names)
    return (names + names)[begin : begin + 5]


@pytest.mark.fuzz
@pytest.mark.django_db
def test_no_word_in_the_address_of_a_page_breaks_it(company: dict[str, Any], ada: Client) -> None:
    names = queried()
    assert {"after", "q", "period", "threshold", "before"} <= set(names)
    for address in PAGES:
        if "get" not in address.methods:
            continue
        for path in filled(address, company):
            turn = sum(map(ord, path))
            for nasty in [*NASTY[:3], *((NASTY + NASTY)[turn % len(NASTY) :][:5])]:
                asked = names if len(nasty) < 100 else read_here(path, names)
                answer = undone(ada, "get", path, dict.fromkeys(asked, nasty))
                assert answer.status_code < 500, f"{path} with {nasty[:30]!r}"


def forms_of(html: str, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each form of a page that is sent by POST: where to, and its fields as they stand."""
    for tag, inside in FORM.findall(html):
        if attribute(tag, "method").lower() == "post":
            fields = {attribute(field, "name"): attribute(field, "value") for _, field in FIELD.findall(inside)}
            yield attribute(tag, "action") or path, {name: value for name, value in fields.items() if name}


@pytest.mark.fuzz
@pytest.mark.django_db
def test_no_word_in_a_form_breaks_it(company: dict[str, Any], ada: Client) -> None:
    """Every form of every page: all of its fields at once, and one after the other among good ones."""
    seen: set[str] = set()
    broken: list[str] = []
    turn = 0
    for address in PAGES:
        for path in filled(address, company) if "get" in address.methods else []:
            for action, fields in forms_of(b"".join(ada.get(path)).decode(), path):
                kind = re.sub(r"[0-9a-f-]{36}|\d+", "_", action) + " " + " ".join(sorted(fields))
                if kind in seen or action.startswith("/accounts/"):
                    continue
                seen.add(kind)
                tries = [dict.fromkeys(fields, NASTY[(len(seen) + step) % len(NASTY)]) for step in range(6)]
                for name in list(fields)[:25]:
                    turn += 1
                    tries.append(fields | {name: NASTY[turn % len(NASTY)]})
                for sent in tries:
                    sent.pop("csrfmiddlewaretoken", None)
                    answer = undone(ada, "post", action, sent)
                    if answer.status_code >= 500:
                        broken.append(f"{action} with { {name: value[:30] for name, value in sent.items()} }")
    assert not broken, "\n".join(broken[:20])
    assert len(seen) > 30


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/w/acme/records/", "/accounts/login/", "/accounts/password/reset/", "/", "/nowhere/"]
)
def test_nul_is_refused_by_name_wherever_it_comes_in(path: str, ada: Client, client: Client) -> None:
    for browser in (ada, client):
        refused = browser.get(path, {"q": "a\x00b"})
        assert refused.status_code == 422 and "NUL" in refused.content.decode()
        assert browser.post(path, {"email": "a\x00b"}).status_code == (404 if path == "/nowhere/" else 422)
        assert browser.get(path, headers={"Authorization": "Bearer a\x00b"}).status_code == 422
        assert browser.get(f"{path}%00").status_code in (404, 422)


def test_text_numbers_and_json_are_read_within_bounds() -> None:
    for text in (
        '{"a": "\\u0000"}',
        '{"a": "\\ud800"}',
        '{"\\ud800": 1}',
        "NaN",
        "[1e999]",
        "9" * 5_000,
        "[" * 50_000,
        "{",
    ):
        with pytest.raises(BadInput):
            read_json(text, "mapping")
    for text in ("", "x", "1.5", "9" * 5_000, "²", "-1", "11"):
        with pytest.raises(BadInput) as refused:
            whole(text, "days", most=10)
        assert refused.value.field == "days"
    assert whole(" 7 ", "days", most=10) == 7
    with pytest.raises(BadInput) as refused:
        check_bounds({"rows": [{"a": 1}, {"a": float("nan")}]})
    assert refused.value.field == "rows[1].a"


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**30), st.floats(), st.text(max_size=20), st.just("\x00"),
    st.just("\ud800"), st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=5), st.none(), max_size=2),
    st.just([["x"]]), st.just({"key": []}), st.just(9**999), st.just("2026-99-99"),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to everything inside a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def replaced(document: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """A copy of the document with something odd in one place."""
    if not path:
        return odd
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = replaced(copy[path[0]], path[1:], odd)
    return copy


DOCUMENT = default_document()
PLACES = list(places(DOCUMENT))


@pytest.mark.fuzz
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(where=st.sampled_from(PLACES), odd=ODD)
def test_a_blueprint_with_something_odd_in_it_is_read_or_refused(where: tuple[Any, ...], odd: Any) -> None:
    try:
        text = as_yaml(replaced(DOCUMENT, where, odd))
        document = read_document(text)
    except (BadInput, yaml.YAMLError, ValueError):
        return
    check_bounds(document)


@pytest.mark.parametrize(
    "odd", [".nan", ".inf", '"\\ud800"', '"\\0"', "9" * 5_000, "[[x]]", "{a: b}", "!!binary eA==", "~"]
)
def test_yaml_that_no_database_can_hold_is_refused(odd: str) -> None:
    with pytest.raises(BadInput):
        read_document(f"properties: {odd}\n")
    with pytest.raises(BadInput):
        read_document(as_yaml(DOCUMENT).replace("threshold: 60", f"threshold: {odd}", 1))


@pytest.mark.django_db
def test_an_odd_draft_is_refused_and_kept_from_the_database(cast: Cast, ada: Client) -> None:
    with workspace_scope(cast.acme):
        ChangeRequest.objects.create(number=KNOWN, title="More", base_version=1, author=cast.ada)
    for odd in (".nan", '"\\ud800"', '"\\0"', "9" * 4_000):
        text = as_yaml(DOCUMENT).replace("threshold: 60", f"threshold: {odd}", 1)
        assert undone(ada, "post", f"/w/acme/changes/{KNOWN}/edit/document/", {"yaml": text}).status_code == 422, odd
        sent = ada.put(f"/api/v1/w/acme/changes/{KNOWN}/document", text, content_type="application/yaml")
        assert sent.status_code < 500, odd


FOUND = {
    "rows": 1, "problem_rows": 0, "blanks": [], "head": [], "problems": [], "encoding": "utf-8", "delimiter": ",",
    "columns": [
        {"header": name, "filled": 1, "distinct": 1, "is_many": False, "longest": 1, "samples": [], "values": [],
         "look_alikes": [], "type": "text", "dates": [], "numbers": []}
        for name in ("Email", "Name", "Stage", "Since")
    ],
}  # fmt: skip
MAPPED = {
    "target": "leads", "pipeline": "lifecycle", "system": "csv", "blanks": ["-"], "dates": {"time_zone": "Europe/Rome"},
    "columns": {
        "Email": {"to": "email", "type": "text"}, "Name": {"to": "name"}, "Stage": {"to": "stage"},
        "Since": {"to": "entered:mql", "type": "datetime", "format": "YYYY-MM-DD"},
    },
    "values": {"Stage": {"Hot": "mql"}}, "on_repeat": "update", "unknown_owner": "blank", "history": True,
    "as_of": "2026-01-01", "currency": "EUR", "team_function": "sales",
}  # fmt: skip


@pytest.mark.django_db
def test_a_mapping_with_something_odd_in_it_is_read_or_refused(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        lifecycle = blueprint_of(cast.acme)
    mapping.read(MAPPED, FOUND, lifecycle)

    @settings(max_examples=400, suppress_health_check=list(HealthCheck))
    @given(where=st.sampled_from([(), *places(MAPPED)]), odd=ODD)
    def check(where: tuple[Any, ...], odd: Any) -> None:
        try:
            mapping.read(replaced(MAPPED, where, odd), FOUND, lifecycle)
        except BadMapping as refused:
            assert refused.detail

    check()
