"""People who are mentioned in what somebody writes: `@rick@acme.example`, or `@rick` where one address begins so."""

import re
from collections.abc import Collection
from datetime import datetime

from core.notices.models import NoticeKind
from core.notices.telling import tell_people
from core.people.models import Member
from core.people.permissions import may

MENTION = re.compile(r"(?<![\w@.])@([\w.+-]+(?:@[\w.-]+\w)?)")
MOST = 20


def mentions_in(text: str) -> list[str]:
    """What stands behind an `@`, small, each once, without a full stop after it; at most so many."""
    found = (each.rstrip(".-+").lower() for each in MENTION.findall(text))
    return list(dict.fromkeys(filter(None, found)))[:MOST]


def tell_mentioned(text: str, title: str, *, about: str, number: int | None, by: Member, at: datetime) -> None:
    """Tell whoever is mentioned in the text, in the running transaction. Two queries; none where nobody is."""
    wanted = mentions_in(text)
    if people := _people(wanted) if wanted else []:
        tell_people(people, NoticeKind.MENTIONED, f"{by.name}: {title}"[:300], about=about, number=number, by=by, at=at)


def _people(wanted: Collection[str]) -> list[Member]:
    """Active people who see rows and whose address it is, or begins so and no other one's does. One query."""
    active = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(email="")
    people = [each for each in active if may(each, "record.read")]
    found = {each.pk: each for each in people if each.email in wanted}
    for name in wanted:
        called = [each for each in people if each.email.partition("@")[0] == name]
        found |= {each.pk: each for each in called if len(called) == 1}
    return list(found.values())
