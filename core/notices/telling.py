"""Telling people, in the transaction that decides what they are told."""

from collections.abc import Iterable
from datetime import datetime

from core.notices.models import NoticeKind
from core.people.models import Member
from core.sql import load

TELL_PEOPLE = load("core", "tell_people")


def tell_people(
    people: Iterable[Member],
    kind: NoticeKind,
    title: str,
    *,
    about: str,
    number: int | None,
    due: datetime | None = None,
    by: Member | None,
    at: datetime,
) -> None:
    """Tell people of one thing in the running transaction, or without a number of several; nobody of what they did
    themselves. One query."""
    TELL_PEOPLE.run(
        members=[person.pk for person in people],
        kind=kind,
        title=title,
        about=about,
        number=number,
        due=due,
        actor=by.pk if by else None,
        at=at,
    )
