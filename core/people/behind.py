"""Who is behind a member: the person a program or a key belongs to, and whether that person proved their address."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import F

from core.errors import NotPermitted
from core.people.models import Member, User
from core.people.permissions import may


def person_behind(member: Member) -> Member:
    """The person who answers for what `member` does: a person for themselves, a key for the person who made it, a
    program for the person who set it up. A program whose maker nobody knows stands for itself.

    At most two queries, and none for a person."""
    if member.kind == Member.Kind.PERSON:
        return member
    maker = member.came_with.made_by_id if member.came_with else None
    # A member from a request carries only the columns that every page needs.
    maker = maker or Member.objects.values_list("made_by_id", flat=True).get(pk=member.pk)
    return member if maker is None else Member.objects.get(pk=maker)


def made_by(by: Member) -> UUID:
    """What a row keeps as its maker when `by` makes it: the person behind, whatever they came in as."""
    person: UUID = person_behind(by).pk
    return person


def maker_of(by: Member, verb: str) -> Member:
    """The person behind `by`, held until the transaction ends: they are here and may do this themselves today, so
    nothing is made for somebody who is leaving at the same moment. Raises NotPermitted."""
    person = Member.objects.select_for_update(no_key=True).get(pk=made_by(by))
    if not may(person, verb):
        raise NotPermitted(f"{person.name}, who is behind this, may no longer do it.", facts={"verb": verb})
    return person


def has_proved_address(member: Member) -> bool:
    """Whether the member signs in with an address that they have shown to be theirs. One query.

    A program has no address to prove; ask this of the person behind it."""
    proved = EmailAddress.objects.filter(user_id=member.user_id, email=F("user__email"), verified=True)
    return member.user_id is not None and proved.exists()


def address_is_proved(user: User) -> bool:
    """Whether the account's own address was proved. One query."""
    return EmailAddress.objects.filter(user_id=user.pk, email=user.email, verified=True).exists()
