"""Whether an address is somebody's: before it is proved an account is a claim, and whoever proves it starts afresh."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest

from core.people.behind import address_is_proved
from core.people.models import User
from core.people.queries import workspaces_of
from core.sql import load

DELETE_ACCOUNT = load("core", "delete_account")


def turn_out_unproved(request: HttpRequest) -> None:
    """End a session whose account never proved its address: signing in is what leads to the proof. One query."""
    if request.user.is_authenticated and not address_is_proved(request.user):
        logout(request)


def may_reset(user: User, email: str) -> bool:
    """Whether a forgotten password may be set anew through this address: it is the account's own and proved.

    Who joined a workspace when that was possible without proof may as well: the mail goes to the account's own address,
    and following it is the proof, with all that a first proof brings."""
    return user.email == email and (address_is_proved(user) or bool(workspaces_of(user)))


@transaction.atomic
def give_way(email: str) -> bool:
    """Remove what claims an address without proof, so that whoever signs up with it next is not kept out by a stranger;
    whether the address is free now. A proved account stays, and so does one that has a place in a workspace."""
    if EmailAddress.objects.filter(email=email, verified=True).exists():
        return False
    EmailAddress.objects.filter(email=email).delete()
    claim = User.objects.select_for_update().filter(email=email).first()
    return claim is None or (not workspaces_of(claim) and _removed(claim))


def _removed(claim: User) -> bool:
    """Whether the account could be deleted; the database keeps one that a membership, even a former one, names."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for model in (EmailAddress, UserSession, Authenticator):
                model.objects.filter(user=claim).delete()
            DELETE_ACCOUNT.run(user=claim.pk)
            cursor.execute("set constraints all immediate")
    except IntegrityError:
        return False
    return True


def begin_afresh(request: HttpRequest | None, address: EmailAddress) -> None:
    """At the first proof of an account: drop its other addresses, its second factors and its other sessions. Whoever
    set them up could have been anybody who knew the address."""
    others = EmailAddress.objects.filter(user_id=address.user_id).exclude(pk=address.pk)
    if others.filter(verified=True).exists():
        return
    others.delete()
    Authenticator.objects.filter(user_id=address.user_id).delete()
    key = request.session.session_key if request is not None else None
    for session in UserSession.objects.filter(user_id=address.user_id).exclude(session_key=key or ""):
        session.end()


def on_password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    """Follower of allauth's `password_reset`: the mail reached the account's own address."""
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email)
    if not address.verified and address.set_verified():
        address.set_as_primary()
        begin_afresh(request, address)
