"""What happens to an account, told to the security log of each workspace it is a member of."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from django.http import HttpRequest
from django.utils import timezone

from core.history.security import note_for_account
from core.people.models import User


def _tell(kind: str) -> Any:
    """A follower that writes `kind` about the `user` of a signal."""

    def follower(sender: Any, user: User, **news: Any) -> None:
        factor = news.get("authenticator")
        facts = {"factor": str(factor.type)} if factor is not None else {}
        note_for_account(kind, user_id=user.pk, at=timezone.now(), facts=facts)

    return follower


def _address_changed(sender: Any, user: User, from_email_address: Any, to_email_address: Any, **news: Any) -> None:
    facts = {"from": from_email_address.email if from_email_address else "", "to": to_email_address.email}
    note_for_account("address.changed", user_id=user.pk, at=timezone.now(), facts=facts)


def _address_proved(sender: Any, email_address: Any, **news: Any) -> None:
    facts = {"address": email_address.email}
    note_for_account("address.proved", user_id=email_address.user_id, at=timezone.now(), facts=facts)


FOLLOWERS = [
    (account.user_logged_in, _tell("sign_in.succeeded")),
    (account.password_changed, _tell("password.changed")),
    (account.password_set, _tell("password.changed")),
    (account.password_reset, _tell("password.reset")),
    (account.email_changed, _address_changed),
    (account.email_confirmed, _address_proved),
    (account.user_logged_out, _tell("session.ended")),
    (factors.authenticator_added, _tell("factor.added")),
    (factors.authenticator_removed, _tell("factor.removed")),
    (factors.authenticator_reset, _tell("factor.renewed")),
    (factors.authentication_failed, _tell("factor.failed")),
]


def connect() -> None:
    """Called once at start."""
    for number, (signal, follower) in enumerate(FOLLOWERS):
        signal.connect(follower, weak=False, dispatch_uid=f"security log {number}")


def sign_in_failed(request: HttpRequest, email: str, *, locked: bool = False) -> None:
    """Told by the account adapter: a wrong password, or one too many. An address that is nobody's is told to nobody."""
    user_id = User.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    if user_id is not None:
        note_for_account("sign_in.locked" if locked else "sign_in.failed", user_id=user_id, at=timezone.now())
