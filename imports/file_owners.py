"""Members as files name them, as owners and in other roles: by e-mail address, by id, by the name a file knows, or by
their own name, which may stand as `Last, First`."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from blueprint.typed_values import BadValue, loose
from core.history.actions import record
from core.people.models import Member
from imports.mapping_parts import BadMapping, Mapping
from lifecycle.models import Import
from lifecycle.rules.owners import why_not_owner, why_not_person

WhyNot = Callable[[Member], tuple[str, str] | None]  # why a member may not be named somewhere: code and sentence


@dataclass
class Owners:
    """Everybody who can own a record, loaded once somebody is looked up; one query. Without `by` nobody is made."""

    mapping: Mapping
    by: Member | None
    at: datetime

    @cached_property
    def _known(self) -> dict[str, Member]:
        """By each word that means them."""
        # who is active is meant before who has left, and a person before a program
        members = sorted(
            Member.objects.order_by("is_active", "joined_at", "id"), key=lambda each: each.kind == Member.Kind.PERSON
        )
        names = Counter(loose(each.name) for each in members)
        known: dict[str, Member] = {}
        for member in members:
            if names[loose(member.name)] == 1:  # of two people with one name neither is meant for certain
                known.setdefault(loose(member.name), member)
        for member in members:
            for word in filter(None, (member.email.lower(), member.external_key, str(member.pk))):
                known[word] = member
        return known

    @cached_property
    def instead(self) -> Member | None:
        """Who gets the records of somebody who cannot own; None where they stay without an owner. Raises BadMapping
        where who gets them cannot own either."""
        if self.mapping.unable_owner != "give":
            return None
        name = self.mapping.owner_instead
        found = self._look_up(name)
        if found is None or self.why_not(name):
            detail = self.why_not(name) or f"Nobody here is known as {name[:80]!r}."
            raise BadMapping(detail, field="owner_instead", code="no_owner_instead")
        return found

    def knows(self, name: str) -> bool:
        """Whether somebody here is meant."""
        return self._look_up(name) is not None

    def _look_up(self, name: str) -> Member | None:
        last, comma, first = name.partition(",")
        words = (name, name.lower(), loose(name), *((loose(first + last),) if comma else ()))
        return next((self._known[word] for word in words if word in self._known), None)

    def find(self, name: str, header: str) -> UUID | None:
        """The member of that name as an owner. Nobody where owners stay blank. Raises BadValue."""
        found = self.member(name, header, why_not_owner)
        return found.pk if found else None

    def member(self, name: str, header: str, why_not_of: WhyNot = why_not_person) -> Member | None:
        """The member of that name, made where the import says so; of somebody who is known and may not be named there,
        who gets it instead. Raises BadValue where the import says reject."""
        found = self._look_up(name)
        if found and (why_not := why_not_of(found)):
            if self.mapping.unable_owner == "reject":
                raise BadValue(why_not[0], header, why_not[1])
            return self.instead
        if found:
            return found
        if self.mapping.unknown_owner == "reject":
            raise BadValue("unknown_owner", header, f"Nobody here is known as {name[:80]!r}.")
        if self.mapping.unknown_owner == "blank" or self.by is None:
            return None
        self._known[name] = new_person(name, by=self.by, at=self.at)
        return self._known[name]

    def put_name(self, properties: dict[str, Any], key: str, header: str, *, is_attribute: bool) -> None:
        """Somebody beside the owner by their own name. Whom nobody knows, and who left, is kept as the file names them:
        in an attribute, which stands beside a property. Raises BadValue where the import says reject."""
        name = properties[key]
        if is_attribute:
            found = self._look_up(name)
            properties[key] = found.name if found and why_not_person(found) is None else name
        elif member := self.member(name, header):
            properties[key] = member.name
        else:
            del properties[key]
            properties[f"{key}_in_file"] = name

    def why_not(self, name: str, why_not_of: WhyNot = why_not_owner) -> str:
        """Why somebody who is known cannot own what the file gives them; "" where they can, or are unknown."""
        found = self._look_up(name)
        return (why_not_of(found) or ("", ""))[1] if found else ""


def new_person(
    name: str,
    *,
    by: Member,
    at: datetime,
    external_key: str = "",
    email: str = "",
    role: str = "rep",
    of: Import | None = None,
) -> Member:
    """A member without a sign-in, known to files by a name. Who signs in later is invited to take the seat."""
    member = Member.objects.create(
        name=name[:120],
        email=email[:254],
        external_key=(external_key or name)[:200],
        role=role,
        kind=Member.Kind.PERSON,
        joined_at=at,
    )
    record(
        "member.imported", member, at=at, actor=by, facts={"name": name[:120], **({"import": str(of.pk)} if of else {})}
    )
    return member
