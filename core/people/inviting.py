"""Inviting people: a signed, single-use link bound to one address and one workspace."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from core.errors import BadInput, NotFound, NotPermitted, RuleSaysNo, WorldMovedOn
from core.history.actions import record
from core.history.models import Event
from core.people.behind import address_is_proved, maker_of
from core.people.limits import counted
from core.people.makings import withdraw
from core.people.models import Invitation, Member, Team, TeamSeat, User, Workspace
from core.people.permissions import PERMITS, may, permit, permit_grant
from core.tenancy.zones import local_time

LASTS = timedelta(days=7)
MOST_OPEN = 500  # invitations of one workspace; a wall against using us to send mail
MOST_AN_HOUR = 100  # mails of one workspace
MOST_TO_ONE = 3  # mails of one workspace to one address within an hour
MOST_A_DAY = 20  # mails to one address from all workspaces together: nobody's box is filled by founding more of them
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SALT = "revops.invitation"


@dataclass(frozen=True)
class IssuedInvitation:
    """An invitation and its link, which is known only now: we keep no more than its hash."""

    invitation: Invitation
    link: str
    by: Member

    @property
    def link_for_maker(self) -> str | None:
        """The link, where whoever invites may see it: a person, and only for a role that answers no changes. Else it
        is in the mail alone, or its maker could use it and be a second person of their own."""
        answers = self.invitation.role in PERMITS["change.approve"][0]
        return None if answers or self.by.kind != Member.Kind.PERSON else self.link


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def read_token(token: str) -> tuple[UUID, UUID, str]:
    """Workspace, invitation and secret of a link. Raises NotFound for one we did not sign."""
    try:
        workspace_id, invitation_id, secret = signing.loads(token, salt=SALT)
        return UUID(workspace_id), UUID(invitation_id), str(secret)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None


def _issue(
    invitation: Invitation, person: Member, *, by: Member, at: datetime, facts: dict[str, Any]
) -> IssuedInvitation:
    """Give the invitation a new secret, and send it once the transaction has held. It is now that of who sends it, and
    of the person behind them."""
    secret = secrets.token_urlsafe(24)
    invitation.invited_by, invitation.made_by = by, person
    invitation.through_key = by.came_with.id if by.came_with else None
    invitation.token_hash, invitation.expires_at = _hash(secret), at + LASTS
    invitation.save()
    record("invitation.sent", invitation, at=at, actor=by, facts={"email": invitation.email, **facts})
    token = signing.dumps([str(invitation.workspace_id), str(invitation.pk), secret], salt=SALT, compress=False)
    link = settings.SITE_URL.rstrip("/") + reverse("join", args=[token])
    told = {"workspace": by.workspace, "by": by.name, "link": link, "until": invitation.expires_at}
    with local_time(by.workspace):
        text = render_to_string("workspaces/email/invitation.txt", told)
    subject = f"{by.name} invites you to {by.workspace.name}".replace("\n", " ").replace("\r", " ")
    # A mail server that is down must not undo the invitation: the page shows the link, and it can be sent again.
    if by.workspace.sample_of_id is None:  # from a sample company nothing goes out
        transaction.on_commit(lambda: send_mail(subject, text, None, [invitation.email]), robust=True)
    return IssuedInvitation(invitation, link, by)


def _refuse_too_many(email: str, by: Member, at: datetime) -> None:
    """Mails are counted where they are told: in the history, which nobody forgets and no cache loses. From a sample
    company none goes out."""
    if by.workspace.sample_of_id:
        return
    sent = Event.objects.filter(kind="invitation.sent", at__gt=at - HOUR)
    addresses = [facts.get("email") for facts in sent.order_by("-at").values_list("facts", flat=True)[:MOST_AN_HOUR]]
    if len(addresses) >= MOST_AN_HOUR:
        raise RuleSaysNo(f"{MOST_AN_HOUR} invitations went out within an hour. Wait a little.", code="too_many_mails")
    if addresses.count(email) >= MOST_TO_ONE:
        raise RuleSaysNo(
            f"{MOST_TO_ONE} mails went to this address within an hour. Wait a little.",
            code="too_many_mails",
            field="email",
        )
    if counted("invitation", email, DAY) > MOST_A_DAY:
        raise RuleSaysNo("No more mails go to this address today.", code="too_many_mails", field="email")


@transaction.atomic
def invite(
    *, email: str, role: str = Member.Role.REP, team: Team | None = None, by: Member, at: datetime
) -> IssuedInvitation:
    """Invite an address, for seven days. One open invitation per address; people already here are refused."""
    permit(by, "people.manage")
    person = maker_of(by, "people.manage")
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput("This is not an e-mail address.", field="email") from None
    if role not in Member.Role.values:
        raise BadInput("There is no such role.", field="role")
    permit_grant(by, role, field="role")
    if Member.objects.filter(email=email, is_active=True, user__isnull=False).exists():
        raise BadInput("This person is already here.", code="already_member", field="email")
    open_ones = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)
    if open_ones.filter(email=email).exists():
        raise BadInput(
            "This address has an open invitation. Send that one again, or revoke it.",
            code="already_invited",
            field="email",
        )
    if open_ones.count() >= MOST_OPEN:
        raise RuleSaysNo(f"{MOST_OPEN} invitations are open. Revoke some first.", code="too_many_open")
    _refuse_too_many(email, by, at)
    facts = {"role": role, "team": team.key if team else None}
    invitation = Invitation(email=email, role=role, team=team, created_at=at)
    return _issue(invitation, person, by=by, at=at, facts=facts)


@transaction.atomic
def send_again(invitation: Invitation, *, by: Member, at: datetime) -> IssuedInvitation:
    """A new link for another seven days; the former link no longer works."""
    permit(by, "people.manage")
    person = maker_of(by, "people.manage")
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    permit_grant(by, invitation.role)
    if invitation.accepted_at or invitation.revoked_at:
        raise WorldMovedOn("This invitation is closed. Make a new one.", code="invitation_closed")
    _refuse_too_many(invitation.email, by, at)
    return _issue(invitation, person, by=by, at=at, facts={"again": True})


@transaction.atomic
def revoke(invitation: Invitation, *, by: Member, at: datetime) -> Invitation:
    """Close an invitation that was not answered."""
    permit(by, "people.manage")
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise WorldMovedOn("This invitation was already accepted.", code="invitation_used")
    if not invitation.revoked_at:
        withdraw([invitation], by=by, at=at)
    return invitation


def readable(invitation_id: UUID, secret: str, at: datetime, *, lock: bool = False) -> Invitation:
    """The open invitation behind a link, within its workspace's scope. Raises NotFound, and WorldMovedOn with what
    became of it: used, revoked or expired."""
    found = Invitation.objects.select_for_update() if lock else Invitation.objects.select_related("team", "invited_by")
    invitation = found.filter(pk=invitation_id).first()
    if invitation is None or not secrets.compare_digest(invitation.token_hash, _hash(secret)):
        raise NotFound
    if invitation.accepted_at:
        raise WorldMovedOn("This invitation was already used.", code="invitation_used")
    if invitation.revoked_at:
        raise WorldMovedOn("This invitation was taken back.", code="invitation_revoked")
    if invitation.expires_at <= at:
        raise WorldMovedOn("This invitation has expired. Ask for a new one.", code="invitation_expired")
    if not _still_stands(invitation):
        raise WorldMovedOn("Who sent this invitation may no longer. Ask for a new one.", code="invitation_revoked")
    return invitation


def _still_stands(invitation: Invitation) -> bool:
    """Whether the person behind it could invite with this role today."""
    maker = Member.objects.filter(pk=invitation.made_by_id or invitation.invited_by_id).first()
    if maker is None or maker.kind != Member.Kind.PERSON or not may(maker, "people.manage"):
        return False
    return invitation.role != Member.Role.OWNER or maker.role == Member.Role.OWNER


@transaction.atomic
def accept(workspace: Workspace, invitation_id: UUID, secret: str, *, user: User, at: datetime) -> Member:
    """Join: the invited address, once. A member an import made for the address, or one who left, is taken up again."""
    invitation = readable(invitation_id, secret, at, lock=True)
    if user.email == invitation.email and not address_is_proved(user):
        raise NotPermitted("First prove that this address is yours.", code="address_not_proved")
    if user.email != invitation.email:
        raise NotPermitted(
            "This invitation is for another address.", code="other_address", facts={"signed_in_as": user.email}
        )
    member = Member.objects.select_for_update().filter(user=user).first()
    if member is None:
        unclaimed = Member.objects.select_for_update().filter(email=user.email, user=None, kind=Member.Kind.PERSON)
        member = unclaimed.first() or Member(name=user.name or user.email, email=user.email, joined_at=at)
    elif member.is_active:
        raise WorldMovedOn("You are already a member here.", code="already_member")
    member.user, member.role, member.is_active, member.deactivated_at = user, invitation.role, True, None
    member.save()
    if invitation.team_id:
        TeamSeat.objects.get_or_create(team_id=invitation.team_id, member=member, defaults={"since": at})
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    facts = {"role": member.role, "invitation": str(invitation.pk)}
    record("member.joined", member, at=at, actor=member, facts=facts)
    return member
