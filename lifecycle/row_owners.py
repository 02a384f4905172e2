"""Owners of incoming rows, by the names that rows call them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.people.models import Member
from lifecycle.intake.rows import Incoming, Refused
from lifecycle.intake.stored_values import BadValue
from lifecycle.rules.owning import why_not_owner

LONGEST_SHOWN = 80


def members_named(names: Iterable[str]) -> dict[str, Member]:
    """Members by e-mail address or by the name other systems know them by; of two, the one who is here. One query."""
    wanted = {each.casefold() for each in names}
    found: dict[str, Member] = {}
    for member in Member.objects.order_by("-is_active", "joined_at", "id"):
        for name in (member.email, member.external_key):
            if name and name.casefold() in wanted:
                found.setdefault(name.casefold(), member)
    return found


def owner_named(name: str, found: Mapping[str, Member]) -> Member:
    """Who shall take care of it. Raises BadValue for nobody here, and for somebody who cannot."""
    member = found.get(name.casefold())
    if member is None:
        raise BadValue("unknown_owner", "owner", f"Nobody here is known as “{name[:LONGEST_SHOWN]}”.")
    if why_not := why_not_owner(member):
        raise BadValue(why_not[0], "owner", why_not[1])
    return member


def with_owners(ready: list[Incoming], owned: Mapping[int, str], refused: list[Refused]) -> list[Incoming]:
    """The rows, each with the id of the owner whose name is kept for its line; rows that name nobody are refused."""
    found = members_named(owned.values())
    kept = []
    for row in ready:
        name = owned.get(row.line)
        if name is None:
            kept.append(row)
            continue
        try:
            kept.append(replace(row, core={**row.core, "owner_id": owner_named(name, found).pk}))
        except BadValue as bad:
            refused.append(Refused(row.line, bad.code, bad.field, bad.detail, row.raw))
    return kept
