"""Accounts, where we mean something else than allauth: an address that nobody proved is neither taken nor able to
reset, and what happens to an account is told to the security log of each workspace it is a member of."""

import logging
from collections.abc import Callable
from smtplib import SMTPException
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account import signals as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.account.models import EmailAddress
from allauth.mfa import signals as factors
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from core.history.security import note_for_account
from core.http.requests import client_address
from core.people import proof
from core.people.models import User

logger = logging.getLogger(__name__)
PRODUCT = "RevOps"


class SignUp(SignupForm):
    """A new account. What a stranger claimed with this address and never proved gives way; a proved one gets a mail,
    and the answer looks, and takes as long, as if there had been none."""

    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists and proof.give_way(self.cleaned_data["email"]):
            self.account_already_exists = False
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])  # hashing is what takes the time
        return super().try_save(request)


class ResetPassword(ResetPasswordForm):
    """A forgotten password, by the account's own proved address alone."""

    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [user for user in self.users if proof.may_reset(user, email.lower())]
        return email


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by e-mail address only."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """From the product by its name, and by the address it is told to have. A mail server that is away is our
        trouble: it is logged, and the page answers as it would for anybody."""
        ours = SimpleNamespace(name=PRODUCT, domain=urlsplit(settings.SITE_URL).netloc)
        try:
            super().send_mail(template_prefix, email, {**context, "current_site": ours})
        except (OSError, SMTPException):
            logger.exception("a mail could not be sent: %s", template_prefix)

    def format_email_subject(self, subject: str) -> str:
        return f"[{PRODUCT}] {subject}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """What limits count by; those who come through a socket share one count."""
        return client_address(request) or "0.0.0.0"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """One attempt more; who tries too often is told so and the log as well."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            _sign_in_failed("sign_in.locked", credentials)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password."""
        _sign_in_failed("sign_in.failed", credentials)


def _sign_in_failed(kind: str, credentials: dict[str, Any]) -> None:
    """An address that is nobody's is told to nobody."""
    email = credentials.get("email", "").strip().lower()
    user_id = User.objects.filter(email=email).values_list("pk", flat=True).first()
    if user_id is not None:
        note_for_account(kind, user_id=user_id, at=timezone.now())


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Where one is signed in, elsewhere."""

    def end_sessions(self, sessions: list[UserSession]) -> None:
        """Sign out there, and tell the security log which browser it was."""
        super().end_sessions(sessions)
        for session in sessions:
            ended = {"name": (session.user_agent or "")[:80]}
            note_for_account("session.ended", user_id=session.user_id, at=timezone.now(), facts=ended)


def _told(kind: str) -> Callable[..., None]:
    """A follower that writes `kind` about the `user` of a signal."""

    def follower(user: User, authenticator: Any = None, **_: Any) -> None:
        facts = {"factor": str(authenticator.type)} if authenticator is not None else {}
        note_for_account(kind, user_id=user.pk, at=timezone.now(), facts=facts)

    return follower


def _address_changed(user: User, from_email_address: Any, to_email_address: Any, **_: Any) -> None:
    facts = {"from": from_email_address.email if from_email_address else "", "to": to_email_address.email}
    note_for_account("address.changed", user_id=user.pk, at=timezone.now(), facts=facts)


def _address_proved(request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    proof.begin_afresh(request, email_address)
    facts = {"address": email_address.email}
    note_for_account("address.proved", user_id=email_address.user_id, at=timezone.now(), facts=facts)


FOLLOWERS = [
    (account.user_logged_in, _told("sign_in.succeeded")),
    (account.password_changed, _told("password.changed")),
    (account.password_set, _told("password.changed")),
    (account.password_reset, _told("password.reset")),
    (account.password_reset, proof.on_password_reset),
    (account.email_changed, _address_changed),
    (account.email_confirmed, _address_proved),
    (account.user_logged_out, _told("session.ended")),
    (factors.authenticator_added, _told("factor.added")),
    (factors.authenticator_removed, _told("factor.removed")),
    (factors.authenticator_reset, _told("factor.renewed")),
    (factors.authentication_failed, _told("factor.failed")),
]


def connect() -> None:
    """Called once at start."""
    for number, (signal, follower) in enumerate(FOLLOWERS):
        signal.connect(follower, weak=False, dispatch_uid=f"account {number}")
