"""Inviting many people at once, from whatever list they were copied out of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.errors import BadInput, Refusal
from core.people.inviting import MOST_AN_HOUR, IssuedInvitation, invite
from core.people.models import Member, Team
from core.people.permissions import permit

LONGEST = 20_000  # characters of a list
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


@dataclass(frozen=True)
class Invited:
    """What became of one line: an invitation, or why there is none."""

    text: str
    issued: IssuedInvitation | None = None
    refusal: Refusal | None = None


def addresses_in(text: str) -> Iterator[str]:
    """Each address once, in order, without the names beside it; a line that has none comes as it is.

    Lines as people copy them: `ann@x.example`, `Ann <ann@x.example>`, several on a line, with commas, tabs or
    semicolons between."""
    seen = set[str]()
    for line in text.splitlines():
        found = [each.strip(".").lower() for each in ADDRESS.findall(line)] or [line.strip(" \t,;")]
        for each in found:
            if each and each not in seen:
                seen.add(each)
                yield each


def invite_many(
    text: str, *, role: str, team: Team | None = None, by: Member, at: datetime, field: str = "email"
) -> list[Invited]:
    """Invite everybody on the list with one role and team; what is wrong with one line stops no other. `field`: what
    the caller calls the list.

    Raises NotPermitted, and BadInput for a list that is empty or too long: then nobody is invited."""
    permit(by, "people.manage")
    if len(text) > LONGEST:
        raise BadInput(f"A list may have {LONGEST:,} characters.", field=field)
    found = list(addresses_in(text))
    if not found:
        raise BadInput("Write at least one e-mail address.", field=field)
    if len(found) > MOST_AN_HOUR:
        raise BadInput(f"Invite at most {MOST_AN_HOUR} people at once.", field=field, facts={"found": len(found)})
    return [_one(each, role, team, by, at) for each in found]


def _one(text: str, role: str, team: Team | None, by: Member, at: datetime) -> Invited:
    try:
        with transaction.atomic():
            return Invited(text, invite(email=text, role=role, team=team, by=by, at=at))
    except Refusal as refusal:
        if refusal.status == 403 or refusal.field not in ("email", None, ""):
            raise  # it would be said of every line
        return Invited(text, refusal=refusal)
