"""Coming in with a key: what opens, what does not, and what a caller learns from it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from integrations.actions import KeyWithSecret, revoke_key
from integrations.key_text import Key, new_key
from integrations.models import ApiKey
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db
KeyOf = Callable[..., KeyWithSecret]
Program = Callable[[KeyWithSecret | str], Client]
ME = "/api/v1/w/acme/me"


def test_a_key_acts_as_its_member_with_its_scopes(cast: Cast, key_of: KeyOf, program: Program) -> None:
    told = program(key_of(cast.ada, scopes=["people:read"], role="rep")).get(ME).json()
    assert told["member"]["kind"] == "integration" and told["member"]["role"] == "rep"
    assert told["scopes"] == ["people:read"] and told["workspace"]["slug"] == "acme"


def test_coming_in_costs_one_query(
    cast: Cast,
    key_of: KeyOf,
    program: Program,
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    browser = program(key_of(cast.ada))
    browser.get(ME)
    with django_assert_num_queries(4):  # the entrance; in a test, a savepoint around it and the scope put back
        browser.get(ME)


def test_what_the_scope_leaves_out_is_refused(cast: Cast, key_of: KeyOf, program: Program) -> None:
    reader = program(key_of(cast.ada, scopes=["people:read"]))
    assert reader.get("/api/v1/w/acme/people").status_code == 200
    refused = reader.post("/api/v1/w/acme/teams", {"name": "X", "function": "sales"}, "application/json")
    assert refused.status_code == 403 and refused.json()["code"] == "not_permitted"


def test_what_the_role_leaves_out_is_refused(cast: Cast, key_of: KeyOf, program: Program) -> None:
    rep = program(key_of(cast.ada, role="rep"))
    assert rep.post("/api/v1/w/acme/teams", {}, "application/json").status_code == 403


def test_a_key_needs_no_csrf_mark_but_a_session_does(cast: Cast, key_of: KeyOf) -> None:
    strict = Client(enforce_csrf_checks=True)
    shape = {"name": "East", "function": "sales"}
    by_key = strict.post(
        "/api/v1/w/acme/teams", shape, "application/json", headers={"Authorization": f"Bearer {key_of(cast.ada).key}"}
    )
    assert by_key.status_code == 201
    strict.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post("/api/v1/w/acme/teams", {**shape, "name": "West"}, "application/json").status_code == 403


@pytest.mark.parametrize("broken", ["", "x", "rvp_a_b_c", "Ünïcode", "rvp_" + "a" * 3_000])
def test_what_is_no_key_of_ours_is_told_so(cast: Cast, program: Program, broken: str) -> None:
    answer = program(broken).get(ME)
    assert answer.status_code == 401 and answer.json()["code"] == "bad_key"
    assert answer.content == program(broken).get("/api/v1/w/no-such-place/me").content


def test_a_foreign_key_learns_what_it_learns_of_a_missing_workspace(
    cast: Cast, key_of: KeyOf, program: Program
) -> None:
    otto = program(key_of(cast.otto))
    assert otto.get("/api/v1/w/globex/me").status_code == 200
    foreign, missing = otto.get(ME), otto.get("/api/v1/w/no-such-place/me")
    assert foreign.status_code == missing.status_code == 404 and foreign.content == missing.content
    unknown = program(str(new_key())).get(ME)
    assert (unknown.status_code, unknown.content) == (404, missing.content)


def test_a_known_prefix_with_another_secret_learns_nothing(cast: Cast, key_of: KeyOf, program: Program) -> None:
    forged = Key(key_of(cast.ada).key.prefix, new_key().secret)
    missing = program(str(new_key())).get("/api/v1/w/no-such-place/me")
    answer = program(str(forged)).get(ME)
    assert (answer.status_code, answer.content) == (404, missing.content)


def test_a_revoked_key_stops_at_once(cast: Cast, key_of: KeyOf, program: Program) -> None:
    key = key_of(cast.ada)
    with workspace_scope(cast.acme):
        revoke_key(key.row, by=cast.ada, at=MONDAY_10)
    answer = program(key).get(ME)
    assert answer.status_code == 401 and answer.json()["code"] == "key_revoked"


def test_an_expired_key_stops(cast: Cast, key_of: KeyOf, program: Program) -> None:
    key = key_of(cast.ada, expires_at=MONDAY_10 + timedelta(minutes=1))  # months ago
    answer = program(key).get(ME)
    assert answer.status_code == 401 and answer.json()["code"] == "key_expired"


def test_the_key_of_a_member_who_left_stops(cast: Cast, key_of: KeyOf, program: Program) -> None:
    key = key_of(cast.ada)
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=key.row.member_id).update(is_active=False)
    assert program(key).get(ME).status_code == 401


def test_keys_open_no_pages(cast: Cast, key_of: KeyOf, program: Program) -> None:
    answer = program(key_of(cast.ada)).get("/w/acme/people/")
    assert answer.status_code == 302 and "login" in answer["Location"]


def test_the_day_of_last_use_is_noted_once(cast: Cast, key_of: KeyOf, program: Program) -> None:
    key = key_of(cast.ada)
    program(key).get(ME)
    today = timezone.now().astimezone(ZoneInfo(cast.acme.time_zone)).date()
    with workspace_scope(cast.acme):
        assert ApiKey.objects.get(pk=key.row.pk).last_used_on == today


def test_a_first_call_that_is_refused_was_a_use_all_the_same(cast: Cast, key_of: KeyOf, program: Program) -> None:
    key = key_of(cast.ada)
    refused = program(key).post("/api/v1/w/acme/records", {"kind": "nothing"}, content_type="application/json")
    assert 400 <= refused.status_code < 500
    with workspace_scope(cast.acme):
        assert ApiKey.objects.get(pk=key.row.pk).last_used_on is not None


def test_only_a_hash_of_the_secret_is_kept(cast: Cast, key_of: KeyOf) -> None:
    key = key_of(cast.ada)
    with workspace_scope(cast.acme):
        kept = ApiKey.objects.filter(pk=key.row.pk).values().get()
    assert key.key.secret not in str(kept) and kept["secret_hash"] == key.key.secret_hash


def test_the_page_shows_a_new_key_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    shape = {"name": "HubSpot", "role": "rep", "scopes": ["records:read"], "lasts": "90", "per_minute": 60}
    shown = client.post("/w/acme/keys/new/", shape)
    assert shown.status_code == 201 and b"rvp_" in shown.content and shown["Cache-Control"] == "no-store"
    with workspace_scope(cast.acme):
        row = ApiKey.objects.get()
        assert row.member.name == "HubSpot" and row.expires_at and row.expires_at > datetime.now(UTC)
    listed = client.get("/w/acme/keys/").content.decode()
    assert f"rvp_{row.prefix}_…" in listed
    assert client.post(f"/w/acme/keys/{row.pk}/revocation/").status_code == 302


def test_a_key_makes_no_stronger_key(cast: Cast, key_of: KeyOf, program: Program) -> None:
    weak = program(key_of(cast.ada, scopes=["keys:write"]))
    wish = {"name": "Stronger", "scopes": ["records:write"]}
    assert weak.post("/api/v1/w/acme/keys", wish, "application/json").status_code == 403
    own = weak.post("/api/v1/w/acme/keys", {**wish, "scopes": ["keys:write"]}, "application/json")
    assert own.status_code == 201 and program(own.json()["key"]).get(ME).status_code == 200


def test_no_program_is_an_owner_and_no_key_acts_as_a_person(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    wish = {"name": "K", "scopes": ["people:read"]}
    owner = client.post("/api/v1/w/acme/keys", {**wish, "role": "owner"}, "application/json")
    person = client.post("/api/v1/w/acme/keys", {**wish, "acts_as": str(cast.rick.pk)}, "application/json")
    assert owner.status_code == person.status_code == 422 and person.json()["code"] == "not_a_program"
