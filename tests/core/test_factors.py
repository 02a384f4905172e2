"""Seeds of second factors are of no use to who reads the database."""

import re
from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.people.factors import lock, unlock
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
SEED = "JBSWY3DPEHPK3PXP"


def code() -> str:
    return format_hotp_value(hotp_value(SEED, next(iter(yield_hotp_counters_from_time()))))


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(data::text, '') from mfa_authenticator")
        return str(cursor.fetchone()[0])


def test_a_seed_is_stored_encrypted_and_answers_still(cast: Cast) -> None:
    factor = TOTP.activate(cast.rick.user, SEED)
    assert SEED not in stored() and "v1:" in stored()
    assert factor.validate_code(code())


def test_recovery_codes_are_stored_encrypted_and_answer_still(cast: Cast) -> None:
    codes = RecoveryCodes.activate(cast.rick.user)
    seed = unlock(codes.instance.data["seed"])
    assert seed not in stored() and codes.validate_code(codes.generate_codes()[0])


def test_another_secret_opens_nothing_and_a_former_one_does(cast: Cast, settings: Any) -> None:
    kept, former = lock(SEED), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    with pytest.raises(InvalidToken):
        unlock(kept)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unlock(kept) == SEED and unlock(lock(SEED)) == SEED


def test_factors_move_to_another_secret(cast: Cast, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    TOTP.activate(cast.rick.user, SEED)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    call_command("renew_factors")
    assert "1 second factor" in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code())


def test_seeds_from_before_are_encrypted_once(cast: Cast) -> None:
    Authenticator.objects.create(user=cast.rick.user, type="totp", data={"secret": SEED})
    Authenticator.objects.create(user=cast.rosa.user, type="recovery_codes", data={"seed": "ab" * 40, "used_mask": 1})
    encrypt = import_module("core.people.migrations.0007_factors_are_encrypted").encrypt
    encrypt(apps, None)
    once = stored()
    encrypt(apps, None)
    assert SEED not in once and "ab" * 40 not in once and stored() == once
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code())


def test_the_pages_of_the_second_step_are_called_as_the_menu_calls_them(cast: Cast, client: Client) -> None:
    user = cast.rick.user
    assert user
    TOTP.activate(user, SEED)
    given = {"login": user.email, "password": PASSWORD}
    asked = client.post("/accounts/login/", given, follow=True).content.decode()
    client.force_login(user)
    kept = client.get(reverse("mfa_index")).content.decode()
    assert "Your account asks for a second step." in asked
    for page in (asked, kept):
        assert re.search(r"<h1[^>]*>\s*Two-step sign-in\s*</h1>", page) and "two-factor" not in page.lower()
