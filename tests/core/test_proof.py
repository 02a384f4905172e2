"""An address is proved before anything else: until then an account is a claim, and a claim opens nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import caches
from django.test import Client

from core.people.inviting import invite
from core.people.models import Member, User
from core.tenancy.scope import workspace_scope
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
NORA = "nora@acme.example"
CODE_PAGE = "/accounts/confirm-email/"
SignIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    caches["limits"].clear()


def sign_up(email: str = NORA, password: str = "glass piano stairs", browser: Client | None = None, **more: str) -> Any:
    browser = browser or Client()
    caches["limits"].clear()  # one code in ten seconds
    shape = {"name": "Nora", "email": email, "password1": password, "password2": password, **more}
    return browser, browser.post("/accounts/signup/", shape)


def code() -> str:
    """The code in the newest mail."""
    found = re.search(r"\n\n([A-Z0-9-]{6,})\n", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def test_signing_up_leads_to_the_code_and_the_code_leads_in() -> None:
    browser, answer = sign_up()
    assert answer["Location"] == CODE_PAGE and browser.get("/accounts/profile/").status_code == 302
    page = browser.get(CODE_PAGE).content.decode()
    assert NORA in page and "Prove your address" in page
    sent = mail.outbox[-1]
    assert sent.subject.startswith("[RevOps] ") and "Hello from RevOps!" in sent.body and "testserver" not in sent.body
    assert browser.post(CODE_PAGE, {"code": "WRONG0"}).status_code == 200
    assert browser.post(CODE_PAGE, {"code": code()})["Location"] == "/"
    assert browser.get("/accounts/profile/").status_code == 200
    assert EmailAddress.objects.get(email=NORA).verified


def test_codes_are_not_tried_for_ever() -> None:
    browser, _ = sign_up()
    right = code()
    for _ in range(3):
        browser.post(CODE_PAGE, {"code": "WRONG0"})
    browser.post(CODE_PAGE, {"code": right})
    assert browser.get("/accounts/profile/").status_code == 302 and not EmailAddress.objects.get(email=NORA).verified


@pytest.mark.parametrize(
    "where", ["/", "/accounts/profile/", "/accounts/email/", "/accounts/2fa/", "/workspaces/new/", "/w/acme/people/"]
)
def test_a_session_without_proof_is_nobody(cast: Cast, where: str) -> None:
    """However it came about (an older version let people in at once): it ends at the next request."""
    claim = User.objects.create_user(NORA, PASSWORD)
    with workspace_scope(cast.acme):
        Member.objects.create(user=claim, role="admin", name="Nora", email=NORA)
    browser = Client()
    browser.force_login(claim, backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.get(where)
    assert answer.status_code == 302 or b"Sign in" in answer.content
    assert "_auth_user_id" not in browser.session


def test_a_session_without_proof_has_no_api(cast: Cast) -> None:
    claim = User.objects.create_user(NORA, PASSWORD)
    with workspace_scope(cast.acme):
        Member.objects.create(user=claim, role="admin", name="Nora", email=NORA)
    browser = Client()
    browser.force_login(claim, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/v1/w/acme/me").status_code == 401


def test_signing_in_without_proof_leads_to_the_proof() -> None:
    User.objects.create_user(NORA, PASSWORD)
    browser = Client()
    assert browser.post("/accounts/login/", {"login": NORA, "password": PASSWORD})["Location"] == CODE_PAGE
    assert browser.get("/accounts/profile/").status_code == 302
    browser.post(CODE_PAGE, {"code": code()})
    assert browser.get("/accounts/profile/").status_code == 200


def test_a_claim_cannot_reset_and_says_nothing_of_it() -> None:
    sign_up()
    mail.outbox.clear()
    known, unknown = Client(), Client()
    answers = [
        (it.post("/accounts/password/reset/", {"email": email}), it.get("/accounts/password/reset/done/"))
        for it, email in ((known, NORA), (unknown, "nobody@acme.example"))
    ]
    assert len({(first.status_code, first["Location"], second.content[-2000:]) for first, second in answers}) == 1
    assert len(mail.outbox) == 2 and not any("/password/reset/key/" in str(each.body) for each in mail.outbox)


def test_a_strangers_claim_gives_way_to_the_person() -> None:
    """Somebody signs up with her address and a password of theirs; she signs up, proves, and theirs opens nothing."""
    stranger, _ = sign_up(password="the stranger's own")
    browser, answer = sign_up()
    assert answer["Location"] == CODE_PAGE
    browser.post(CODE_PAGE, {"code": code()})
    assert browser.get("/accounts/profile/").status_code == 200
    assert stranger.get("/accounts/profile/").status_code == 302
    stranger.post(CODE_PAGE, {"code": code()})
    refused = Client().post("/accounts/login/", {"login": NORA, "password": "the stranger's own"})
    assert refused.status_code == 200 and b"not correct" in refused.content
    assert User.objects.filter(email=NORA).count() == 1


def test_a_stranger_who_signs_up_again_meanwhile_gains_nothing() -> None:
    """Between her sign-up and her code they sign up once more: her code proves nothing of theirs."""
    browser, _ = sign_up()
    hers = code()
    sign_up(password="the stranger's own")
    answer = browser.post(CODE_PAGE, {"code": hers})
    assert answer.status_code in (200, 302)
    assert not EmailAddress.objects.filter(email=NORA, verified=True).exists()
    caches["limits"].clear()
    assert Client().post("/accounts/login/", {"login": NORA, "password": "the stranger's own"})["Location"] == CODE_PAGE


def test_an_address_somebody_only_wants_to_change_to_is_free(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.otto.user, email=NORA)
    browser, _ = sign_up()
    browser.post(CODE_PAGE, {"code": code()})
    assert User.objects.get(email=NORA).name == "Nora"


def test_a_first_proof_drops_addresses_factors_and_sessions(cast: Cast, as_member: SignIn) -> None:
    """An account of an older version: somebody signed up with her address, added one of theirs and a second factor."""
    claim = User.objects.create_user(NORA, PASSWORD)
    EmailAddress.objects.create(user=claim, email="stranger@evil.example", verified=False)
    Authenticator.objects.create(user=claim, type="recovery_codes", data={})
    old = Client()
    old.force_login(claim, backend="django.contrib.auth.backends.ModelBackend")
    UserSession.objects.create(
        user=claim, session_key=old.session.session_key, ip="10.0.0.1", user_agent="old", last_seen_at=datetime.now(UTC)
    )
    browser = Client()
    browser.post("/accounts/login/", {"login": NORA, "password": PASSWORD})
    browser.post(CODE_PAGE, {"code": code()})
    assert browser.get("/accounts/profile/").status_code == 200
    assert list(EmailAddress.objects.filter(user=claim).values_list("email", "verified")) == [(NORA, True)]
    assert not Authenticator.objects.filter(user=claim).exists()
    assert old.get("/accounts/profile/").status_code == 302


def test_a_member_from_before_resets_by_the_address_itself_and_that_is_a_first_proof(cast: Cast) -> None:
    claim = User.objects.create_user(NORA, PASSWORD)
    EmailAddress.objects.create(user=claim, email="stranger@evil.example", verified=True)
    with workspace_scope(cast.acme):
        Member.objects.create(user=claim, role="rep", name="Nora", email=NORA)
    Client().post("/accounts/password/reset/", {"email": "stranger@evil.example"})
    assert not any("/password/reset/key/" in str(each.body) for each in mail.outbox)
    Client().post("/accounts/password/reset/", {"email": NORA})
    assert mail.outbox[-1].to == [NORA] and "/password/reset/key/" in str(mail.outbox[-1].body)


def test_known_and_unknown_addresses_are_answered_alike(cast: Cast) -> None:
    """Signing up, signing in and forgetting: status, way and words; only the address itself differs."""

    def told(email: str) -> list[tuple[int, str, str]]:
        browser, answer = sign_up(email)
        page = browser.get(CODE_PAGE)
        wrong = browser.post(CODE_PAGE, {"code": "WRONG0"})
        sign_in = Client().post("/accounts/login/", {"login": email, "password": "wrong one here"})
        reset = Client().post("/accounts/password/reset/", {"email": email})
        answers = (answer, page, wrong, sign_in, reset)
        return [(it.status_code, it.get("Location", ""), plain(it.content.decode(), email)) for it in answers]

    def plain(text: str, email: str) -> str:
        return re.sub(r'(csrfmiddlewaretoken" value="|data-now="|nonce-)[^"]+|"X-CSRFToken": "\w+"', "", text).replace(
            email, "…"
        )

    assert told(cast.rick.email) == told("nobody@acme.example")


def test_another_address_takes_the_place_of_the_first_only_when_proved(cast: Cast) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": cast.rick.email, "password": PASSWORD})
    wish = {"action_add": "", "email": "rick@elsewhere.example"}
    assert browser.post("/accounts/email/", wish)["Location"].startswith("/accounts/reauthenticate/")
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/email/", wish)
    user = User.objects.get(pk=cast.rick.user_id)
    assert user.email == cast.rick.email
    browser.post(CODE_PAGE, {"code": code()})
    user.refresh_from_db()
    assert user.email == "rick@elsewhere.example"
    assert list(EmailAddress.objects.filter(user=user).values_list("email", flat=True)) == ["rick@elsewhere.example"]


def test_nobody_joins_with_an_address_they_did_not_prove(cast: Cast, as_member: SignIn) -> None:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        issued = invite(email=NORA, role="rep", by=cast.ada, at=datetime.now(UTC))
    link = issued.link.split("8000", 1)[1]
    claim = User.objects.create_user(NORA, PASSWORD)
    EmailAddress.objects.create(user=claim, email="stranger@evil.example", verified=True)
    browser = Client()
    browser.force_login(claim, backend="django.contrib.auth.backends.ModelBackend")
    browser.post(link)
    with workspace_scope(cast.acme):
        assert not Member.objects.filter(user=claim).exists()


def test_the_invited_sign_up_prove_and_join(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        issued = invite(email=NORA, role="manager", by=cast.ada, at=datetime.now(UTC))
    link = issued.link.split("8000", 1)[1]
    browser, _ = sign_up(next=link)
    assert browser.post(CODE_PAGE, {"code": code()})["Location"] == link
    assert browser.post(link)["Location"] == "/w/acme/"
