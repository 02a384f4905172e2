"""Members as files name them: by e-mail address, by the name a file knows, or by their own name."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from lifecycle.imports.values import loose
from revops.history.actions import record
from revops.workspaces.models import Member


class UnknownOwner(Exception):
    """A file names an owner nobody here is."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Owners:
    """Everybody who can own a record. Loaded once; one query."""

    def __init__(self, unknown: str, *, by: Member | None, at: datetime) -> None:
        """`unknown`: what to do about a name nobody has: create, blank or reject. Without `by` nobody is made."""
        self._unknown, self._by, self._at = unknown, by, at
        members = list(
            Member.objects.filter(kind=Member.Kind.PERSON)
            .order_by("is_active", "joined_at", "id")  # who is active is meant before who has left
            .values_list("id", "email", "external_key", "name")
        )
        names = Counter(loose(name) for _, _, _, name in members)
        self._known: dict[str, UUID] = {}
        for member_id, _, _, name in members:
            if names[loose(name)] == 1:  # of two people with one name neither is meant for certain
                self._known.setdefault(loose(name), member_id)
        for member_id, email, key, _ in members:
            for word in filter(None, (email.lower(), key)):
                self._known[word] = member_id

    def knows(self, name: str) -> bool:
        """Whether somebody here is meant."""
        return self._look_up(name) is not None

    def _look_up(self, name: str) -> UUID | None:
        return self._known.get(name) or self._known.get(name.lower()) or self._known.get(loose(name))

    def find(self, name: str) -> UUID | None:
        """The member of that name, made where the import says so. Raises UnknownOwner where it says reject."""
        found = self._look_up(name)
        if found:
            return found
        if self._unknown == "reject":
            raise UnknownOwner(name)
        if self._unknown == "blank" or self._by is None:
            return None
        self._known[name] = new_person(name, by=self._by, at=self._at).pk
        return self._known[name]


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
