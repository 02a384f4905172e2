"""How people sign up and in."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from core.history.security import note_for_account
from core.http.requests import client_address
from core.people.account_events import sign_in_failed

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by e-mail address only."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away is our trouble: it is logged, and the page answers as it would for anybody."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("a mail could not be sent: %s", template_prefix)

    def get_client_ip(self, request: HttpRequest) -> str:
        """What limits count by; those who come through a socket share one count."""
        return client_address(request) or "0.0.0.0"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """One attempt more; who tries too often is told so and the log as well."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            sign_in_failed(request, credentials.get("email", ""), locked=True)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password."""
        sign_in_failed(request, credentials.get("email", ""))


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Where one is signed in, elsewhere."""

    def end_sessions(self, sessions: list[UserSession]) -> None:
        """Sign out there, and tell the security log which browser it was."""
        super().end_sessions(sessions)
        for session in sessions:
            ended = {"name": (session.user_agent or "")[:80]}
            note_for_account("session.ended", user_id=session.user_id, at=timezone.now(), facts=ended)
