"""The security log: what goes in, who reads it, that nobody changes it, and that it never becomes a burden."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from core.history.models import Event, SecurityEvent
from core.history.security import KINDS, MOST, note_for_account
from core.operating.tasks import forget_what_is_not_kept
from core.people.models import Member
from core.people.permissions import SCOPES
from core.people.security_log import GROUPS
from core.tenancy.scope import workspace_scope
from integrations.actions import issue_key, revoke_key
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]
A = "/api/v1/w/acme"
PAGE = "/w/acme/settings/security/"


def sign_in(member: Member, password: str = PASSWORD, **headers: str) -> Client:
    client = Client(headers={"User-Agent": "Firefox on a desk"}, REMOTE_ADDR="203.0.113.7")
    client.post("/accounts/login/", {"login": member.email, "password": password})
    return client


def kinds(cast: Cast, **wanted: Any) -> list[str]:
    with workspace_scope(cast.acme):
        return list(SecurityEvent.objects.filter(**wanted).order_by("at", "id").values_list("kind", flat=True))


def test_signing_in_and_failing_to_are_told_with_where_from(cast: Cast) -> None:
    sign_in(cast.rick, "wrong")
    sign_in(cast.rick)
    assert kinds(cast, member=cast.rick) == ["sign_in.failed", "sign_in.succeeded"]
    with workspace_scope(cast.acme):
        row = SecurityEvent.objects.filter(member=cast.rick).latest("at")
    assert (row.address, row.browser) == ("203.0.113.7", "Firefox on a desk")


def test_a_lock_is_told(cast: Cast) -> None:
    for _ in range(7):
        sign_in(cast.rick, "wrong")
    assert kinds(cast, member=cast.rick) == ["sign_in.failed"] * 5 + ["sign_in.locked"] * 2


def test_failures_do_not_fill_the_log(cast: Cast) -> None:
    for _ in range(MOST + 5):
        note_for_account("sign_in.failed", user_id=cast.rick.user_id, at=timezone.now())
    assert len(kinds(cast, member=cast.rick)) == MOST
    note_for_account("sign_in.failed", user_id=cast.rick.user_id, at=timezone.now() + timedelta(minutes=11))
    assert len(kinds(cast, member=cast.rick)) == MOST + 1


def test_each_workspace_reads_of_its_own_people_alone(cast: Cast, as_member: SignIn) -> None:
    with workspace_scope(cast.globex):
        guest = Member.objects.create(user=cast.rick.user, role="rep", name="Rick the guest", email=cast.rick.email)
    sign_in(cast.rick)
    sign_in(cast.otto)
    acme = as_member(cast.ada).get(f"{A}/security-events?kind=sign_in").json()["results"]
    globex = as_member(cast.otto).get("/api/v1/w/globex/security-events?kind=sign_in").json()["results"]
    assert [row["member"] for row in acme] == [str(cast.rick.pk)]
    assert {row["member"] for row in globex} == {str(guest.pk), str(cast.otto.pk)}


def test_who_left_is_no_longer_told_of(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.rick.pk).update(is_active=False)
    sign_in(cast.rick)
    assert kinds(cast, member=cast.rick) == []


def test_a_refusal_is_told_though_it_undid_everything(cast: Cast, as_member: SignIn) -> None:
    rick = as_member(cast.rick)
    assert rick.post(f"{A}/keys", {"name": "K", "scopes": ["people:read"]}, "application/json").status_code == 403
    assert rick.get("/w/acme/settings/").status_code == 403
    with workspace_scope(cast.acme):
        by_api, by_page = SecurityEvent.objects.filter(kind="refused").order_by("at", "id")
    assert by_api.facts["path"] == f"{A}/keys" and by_api.facts["code"] == "not_permitted"
    assert by_page.facts["path"] == "/w/acme/settings/" and by_page.member_id == cast.rick.pk


def test_refusals_do_not_fill_the_log(cast: Cast, as_member: SignIn) -> None:
    rick = as_member(cast.rick)
    for _ in range(MOST + 3):
        rick.get(f"{A}/keys")
    assert len(kinds(cast, kind="refused")) == MOST


def test_signing_out_here_or_elsewhere_is_told(cast: Cast) -> None:
    desk, _ = sign_in(cast.rick), sign_in(cast.rick)
    desk.post("/accounts/sessions/")
    desk.post("/accounts/logout/")
    assert kinds(cast, member=cast.rick) == ["sign_in.succeeded"] * 2 + ["session.ended"] * 2


def test_what_changes_at_an_account_is_told(cast: Cast) -> None:
    desk = sign_in(cast.rick)
    desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
    shape = {"oldpassword": PASSWORD, "password1": "glass piano stairs", "password2": "glass piano stairs"}
    assert desk.post("/accounts/password/change/", shape).status_code == 302
    TOTP.activate(cast.rick.user, "JBSWY3DPEHPK3PXP")
    desk.post("/accounts/reauthenticate/", {"password": "glass piano stairs"})
    assert desk.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert kinds(cast, member=cast.rick)[1:] == ["password.changed", "factor.removed"]


def test_the_life_of_a_key_is_told(cast: Cast) -> None:
    now = timezone.now()
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        issued = issue_key(name="Robot", scopes=SCOPES, role="admin", by=cast.ada, at=now)
    robot = Client(headers={"Authorization": f"Bearer {issued.key}"})
    assert {robot.get(f"{A}/me").status_code for _ in range(3)} == {200}
    with workspace_scope(cast.acme):
        revoke_key(issued.row, by=cast.ada, at=now)
    assert robot.get(f"{A}/me").status_code == 401
    told = kinds(cast, kind__startswith="key.")
    assert sorted(told) == ["key.created", "key.refused", "key.revoked", "key.used"]


def test_what_happens_to_people_is_told(cast: Cast, as_member: SignIn) -> None:
    ada = as_member(cast.ada)
    ada.post(f"{A}/invitations", {"email": "x@acme.example"}, "application/json")
    ada.patch(f"{A}/people/{cast.rick.pk}", {"role": "manager"}, "application/json")
    assert {"invitation.sent", "member.role_changed"} <= set(kinds(cast, member=cast.ada))
    shown = ada.get(PAGE, {"kind": "member"}).content.decode()
    assert "Rick from rep to manager" in shown
    rosa, rick = (ada.get(f"{A}/security-events?member={one.pk}").json()["results"] for one in (cast.rosa, cast.rick))
    assert [row["kind"] for row in rick] == ["member.role_changed"] and rick[0]["about"] == str(cast.rick.pk)
    assert rosa == []


@pytest.mark.parametrize("change", ["update {} set kind = 'x'", "delete from {}", "truncate {}"])
def test_nobody_changes_it(cast: Cast, change: str) -> None:
    sign_in(cast.rick)
    with pytest.raises(DatabaseError), workspace_scope(cast.acme), connection.cursor() as cursor:
        cursor.execute(change.format("history_securityevent"))


def test_only_owners_and_admins_read_it(cast: Cast, as_member: SignIn) -> None:
    sign_in(cast.rick)
    assert as_member(cast.ada).get(PAGE).status_code == 200
    for member in (cast.rick, cast.mona, cast.vera):
        assert as_member(member).get(PAGE).status_code == 403
        assert as_member(member).get(f"{A}/security-events").status_code == 403


def test_the_page_shows_narrows_and_turns(cast: Cast, as_member: SignIn) -> None:
    ada = as_member(cast.ada)
    assert "Nothing happened yet" in ada.get(PAGE).content.decode()
    begun = timezone.now() - timedelta(days=2)
    with workspace_scope(cast.acme):
        rows = [
            SecurityEvent(
                kind="key.used", member=cast.rick, at=begun + timedelta(minutes=number), facts={"name": f"Key {number}"}
            )
            for number in range(60)
        ]
        SecurityEvent.objects.bulk_create(rows)
    first = ada.get(PAGE, {"kind": "key"}).content.decode()
    assert first.count("data-row") == 50 and "Key 59" in first and "Key 9<" not in first
    older = first.split('href="?')[1].split('"')[0].replace("&amp;", "&")
    second = ada.get(f"{PAGE}?{older}").content.decode()
    assert second.count("data-row") == 10 and "Key 9<" in second
    assert "Nothing of the kind" in ada.get(PAGE, {"member": str(cast.vera.pk)}).content.decode()
    assert ada.get(PAGE, {"member": "x", "first": "0001-01-01", "kind": "%00"}).status_code == 200


@pytest.mark.parametrize("wrong", ["kind=x", "member=x", "since=yesterday", "until=2026-03-02", "cursor=x", "limit=0"])
def test_the_api_names_what_it_does_not_understand(cast: Cast, as_member: SignIn, wrong: str) -> None:
    refused = as_member(cast.ada).get(f"{A}/security-events?{wrong}")
    assert refused.status_code == 422 and refused.json()["field"]


def test_the_api_takes_days_and_pages(cast: Cast, as_member: SignIn) -> None:
    for _ in range(3):
        note_for_account("password.changed", user_id=cast.rick.user_id, at=timezone.now())
    ada = as_member(cast.ada)
    page = ada.get(f"{A}/security-events?limit=2&since=2026-01-01T00:00:00Z").json()
    assert len(page["results"]) == 2 and len(ada.get(page["next"]).json()["results"]) == 1
    assert page["results"][0]["name"] == "Rick"


def test_every_kind_has_a_name_and_a_group() -> None:
    assert {kind.partition(".")[0] for kind in KINDS} == set(GROUPS)


def test_a_sign_in_that_goes_wrong_later_leaves_the_refusal_out_of_other_transactions(cast: Cast) -> None:
    """The audited function writes within whatever runs: undone with it, and never half."""
    with transaction.atomic():
        note_for_account("sign_in.failed", user_id=cast.rick.user_id, at=timezone.now())
        transaction.set_rollback(True)
    assert kinds(cast, member=cast.rick) == []


def test_the_function_that_tells_workspaces_is_closed_to_others(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select prosecdef, proconfig::text from pg_proc where proname = 'note_account_event'")
        definer, settings = cursor.fetchone()
        cursor.execute(
            "select grantee from information_schema.routine_privileges where routine_name = 'note_account_event'"
        )
        callers = {grantee for (grantee,) in cursor.fetchall()}
    assert definer and "search_path=pg_catalog, pg_temp" in settings and "PUBLIC" not in callers


def test_lines_go_when_they_are_no_longer_kept_and_never_before(cast: Cast, as_member: SignIn) -> None:
    browser, now = as_member(cast.ada), timezone.now()
    refused = browser.patch(f"{A}/workspace", {"security_log_days": 30}, "application/json").json()
    assert (refused["code"], refused["field"]) == ("out_of_bounds", "security_log_days")
    told = browser.patch(f"{A}/workspace", {"security_log_days": 200}, "application/json").json()
    assert told["security_log_days"] == 200
    with workspace_scope(cast.acme):
        SecurityEvent.objects.bulk_create(
            SecurityEvent(kind="key.used", member=cast.ada, at=now - timedelta(days=days)) for days in (199, 201, 900)
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            SecurityEvent.objects.all().delete()
    assert forget_what_is_not_kept() == 2
    with workspace_scope(cast.acme):
        assert SecurityEvent.objects.filter(kind="key.used").count() == 1
        assert Event.objects.get(kind="security_log.shortened").facts["lines"] == 2
    assert "they go after 200 days" in browser.get(PAGE).content.decode()
