"""Signing in as people do, in a real browser under the strict policy: password, codes, passkeys, invitation."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.people.inviting import invite
from core.people.models import Member, User
from core.tenancy.scope import workspace_scope
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def over_plain_http(settings: Any) -> None:
    """The live server of a test speaks http on localhost, as a developer's does."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    settings.ACCOUNT_RATE_LIMITS = False


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page: Page) -> None:
    """What changes the keys to the house asks for the password once more."""
    page.wait_for_url("**/reauthenticate/**")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def known(email: str) -> User:
    """A person whose address is proved, as two-step sign-in wants it."""
    user = User.objects.get(email=email)
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def give_authenticator(page: Page) -> None:
    """A built-in key, as a laptop or phone has one."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": kind})


def test_a_password_opens_the_only_workspace(cast: Cast, open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, "rick@acme.example")
    expect(page).to_have_url(re.compile("/w/acme/"))


def test_a_wrong_password_says_so(cast: Cast, open_page: Open, assert_accessible: Callable[[Page], None]) -> None:
    page = open_page("/")
    sign_in(page, "rick@acme.example", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    assert_accessible(page)


def test_a_passkey_is_added_and_signs_in(
    cast: Cast, open_page: Open, assert_accessible: Callable[[Page], None]
) -> None:
    known("rick@acme.example")
    page = open_page("/")
    give_authenticator(page)
    sign_in(page, "rick@acme.example")
    page.wait_for_url("**/w/acme/**")
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    assert_accessible(page)
    page.get_by_label("Name").fill("Laptop")
    box = page.get_by_label("Passwordless")
    if box.count():
        box.check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/2fa/**")
    expect(page.get_by_text("Security key added").or_(page.get_by_text("Laptop")).first).to_be_visible()
    assert Authenticator.objects.filter(user=cast.rick.user, type="webauthn").count() == 1
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/w/acme/**")


def test_codes_of_an_app_are_asked_for(cast: Cast, open_page: Open, assert_accessible: Callable[[Page], None]) -> None:
    user = known("rick@acme.example")
    page = open_page("/")
    sign_in(page, "rick@acme.example")
    page.wait_for_url("**/w/acme/**")
    page.goto("/accounts/2fa/totp/activate/")
    confirm(page)
    assert_accessible(page)
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("recovery codes").first).to_be_visible()
    assert_accessible(page)
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    page.context.clear_cookies()
    sign_in(page, "rick@acme.example")
    expect(page.get_by_text("authenticator code").first).to_be_visible()
    assert_accessible(page)


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_a_forgotten_password_is_set_anew(
    cast: Cast, open_page: Open, assert_accessible: Callable[[Page], None]
) -> None:
    known("rick@acme.example")
    page = open_page("/accounts/password/reset/")
    page.get_by_label("Email").fill("rick@acme.example")
    page.get_by_role("button").filter(has_text="Reset").click()
    page.wait_for_url("**/done/")
    assert_accessible(page)
    link = next(word for word in str(mail.outbox[0].body).split() if "/password/reset/key/" in word)
    page.goto(link)
    assert_accessible(page)
    page.get_by_label("New Password", exact=True).fill("glass piano stairs")
    page.get_by_label("New Password (again)").fill("glass piano stairs")
    page.get_by_role("button").filter(has_text="Change").click()
    sign_in(page, "rick@acme.example", "glass piano stairs")
    page.wait_for_url("**/w/acme/**")


def mailed_code() -> str:
    """The code in the newest mail."""
    found = re.search(r"\n\n([A-Z0-9-]{6,})\n", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_who_signs_up_proves_the_address_and_founds_a_workspace(
    db: None, open_page: Open, assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page("/accounts/signup/")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Email").fill("nora@acme.example")
    page.get_by_label("Password", exact=True).fill("glass piano stairs")
    page.get_by_label("Password (again)").fill("glass piano stairs")
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Code").fill("WRONG0")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Incorrect code")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Code").fill(mailed_code())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("link", name="Create a workspace").or_(page.get_by_text("workspace")).first).to_be_visible()
    page.goto("/accounts/profile/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_an_invited_person_signs_up_and_joins(
    cast: Cast, open_page: Open, assert_accessible: Callable[[Page], None], settings: Any, live_server: Any
) -> None:
    settings.SITE_URL = live_server.url
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        issued = invite(email="nora@acme.example", role="rep", by=cast.ada, at=timezone.now())
    page = open_page(issued.link)
    assert_accessible(page)
    page.get_by_role("link", name="Create an account").click()
    assert_accessible(page)
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Email").fill("nora@acme.example")
    page.get_by_label("Password", exact=True).fill("glass piano stairs")
    page.get_by_label("Password (again)").fill("glass piano stairs")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Prove your address")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Code").fill(mailed_code())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Join Acme").click()
    page.wait_for_url("**/w/acme/**")
    with workspace_scope(cast.acme):
        assert Member.objects.get(email="nora@acme.example").name == "Nora"
