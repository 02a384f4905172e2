"""Where one is signed in: every browser is listed, and the others can be signed out."""

import pytest
from django.test import Client

from core.people.models import User
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"


def sign_in(user: User, browser: str) -> Client:
    client = Client(headers={"User-Agent": browser})
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_one_sees_ones_own_sessions_and_signs_the_others_out(cast: Cast) -> None:
    assert cast.rick.user and cast.otto.user
    desk, phone = sign_in(cast.rick.user, "Desk"), sign_in(cast.rick.user, "Phone")
    otto = sign_in(cast.otto.user, "Stranger")
    page = desk.get(PAGE).content.decode()
    assert "Desk" in page and "Phone" in page and "Stranger" not in page and page.count("This one") == 1
    assert desk.post(PAGE).status_code == 302
    assert "Phone" not in desk.get(PAGE).content.decode()
    assert phone.get("/w/acme/people/").status_code == 302  # to the sign-in
    assert desk.get("/w/acme/people/").status_code == 200 and otto.get(PAGE).status_code == 200


def test_who_signed_out_is_no_longer_listed(cast: Cast) -> None:
    assert cast.rick.user
    desk, phone = sign_in(cast.rick.user, "Desk"), sign_in(cast.rick.user, "Phone")
    phone.post("/accounts/logout/")
    page = desk.get(PAGE).content.decode()
    assert "Desk" in page and "Phone" not in page and "disabled" in page


def test_a_new_password_signs_the_other_browsers_out(cast: Cast) -> None:
    assert cast.rick.user
    desk, phone = sign_in(cast.rick.user, "Desk"), sign_in(cast.rick.user, "Phone")
    shape = {"oldpassword": PASSWORD, "password1": "glass piano stairs", "password2": "glass piano stairs"}
    assert desk.post("/accounts/password/change/", shape).status_code == 302
    assert phone.get("/w/acme/people/").status_code == 302
    page = desk.get(PAGE).content.decode()
    assert "Desk" in page and "Phone" not in page


def test_strangers_see_no_sessions(client: Client) -> None:
    assert client.get(PAGE).status_code == 302


def test_the_account_page_leads_there(cast: Cast) -> None:
    assert cast.rick.user
    assert f'href="{PAGE}"' in sign_in(cast.rick.user, "Desk").get("/accounts/profile/").content.decode()
