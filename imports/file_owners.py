"""Members as files name them: by e-mail address, by id, by the name a file knows, or by their own name, which may
stand as `Last, First`."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from blueprint.typed_values import BadValue, loose
from core.history.actions import record
from core.people.models import Member
from imports.mapping_parts import BadMapping, Mapping
from lifecycle.rules.owners import why_not_owner


class Owners:
    """Everybody who can own a record. Loaded once; one query."""

    def __init__(self, mapping: Mapping, *, by: Member | None, at: datetime) -> None:
        """Without `by` nobody is made. Raises BadMapping where who gets the records of others cannot own any."""
        self._unknown, self._unable, self._by, self._at = mapping.unknown_owner, mapping.unable_owner, by, at
        # who is active is meant before who has left, and a person before a program
        members = sorted(
            Member.objects.order_by("is_active", "joined_at", "id"), key=lambda each: each.kind == Member.Kind.PERSON
        )
        names = Counter(loose(each.name) for each in members)
        self._known: dict[str, Member] = {}
        for member in members:
            if names[loose(member.name)] == 1:  # of two people with one name neither is meant for certain
                self._known.setdefault(loose(member.name), member)
        for member in members:
            for word in filter(None, (member.email.lower(), member.external_key, str(member.pk))):
                self._known[word] = member
        self._instead = self._able(mapping.owner_instead) if self._unable == "give" else None

    def knows(self, name: str) -> bool:
        """Whether somebody here is meant."""
        return self._look_up(name) is not None

    def _look_up(self, name: str) -> Member | None:
        last, comma, first = name.partition(",")
        words = (name, name.lower(), loose(name), *((loose(first + last),) if comma else ()))
        return next((self._known[word] for word in words if word in self._known), None)

    def find(self, name: str, header: str) -> UUID | None:
        """The member of that name, made where the import says so; of somebody who is known and cannot own anything, who
        gets it instead. Nobody where owners stay blank. Raises BadValue where the import says reject."""
        found = self._look_up(name)
        if found and (why_not := why_not_owner(found)):
            if self._unable == "reject":
                raise BadValue(why_not[0], header, why_not[1])
            return self._instead
        if found:
            return found.pk
        if self._unknown == "reject":
            raise BadValue("unknown_owner", header, f"Nobody here is known as {name[:80]!r}.")
        if self._unknown == "blank" or self._by is None:
            return None
        self._known[name] = new_person(name, by=self._by, at=self._at)
        return self._known[name].pk

    def _able(self, name: str) -> UUID:
        """A member who can own. Raises BadMapping."""
        found = self._look_up(name)
        if found is None or self.why_not(name):
            detail = self.why_not(name) or f"Nobody here is known as {name[:80]!r}."
            raise BadMapping(detail, field="owner_instead", code="no_owner_instead")
        return found.pk

    def why_not(self, name: str) -> str:
        """Why somebody who is known cannot own what the file gives them; "" where they can, or are unknown."""
        found = self._look_up(name)
        return (why_not_owner(found) or ("", ""))[1] if found else ""


def new_person(
    name: str, *, by: Member, at: datetime, external_key: str = "", email: str = "", role: str = "rep"
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
    record("member.imported", member, at=at, actor=by, facts={"name": name[:120]})
    return member
