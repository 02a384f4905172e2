"""What somebody made and answers for: keys, invitations, drafts, sessions. It ends with them, or with their role.

Each kind is kept where it lives and named in `revops/wiring.py`: `held` tells what would end, `end` ends it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.people.models import Member


@dataclass(frozen=True)
class Making:
    """One thing that ends: what it is, which, and what becomes of it."""

    noun: str
    id: str
    title: str
    becomes: str


class Held(Protocol):
    """What of this kind ends when the member leaves (`role` is None) or gets `role`."""

    def __call__(self, member: Member, role: str | None, at: datetime) -> list[Making]: ...


class End(Protocol):
    """End it, in the transaction of the leaving."""

    def __call__(self, member: Member, role: str | None, *, by: Member, at: datetime) -> None: ...


_kinds: list[tuple[Held, End]] = []


def watch(held: Held, end: End) -> None:
    """From now on what `held` tells is listed before somebody leaves or loses a role, and `end` ends it."""
    _kinds.append((held, end))


def held_by(member: Member, role: str | None, at: datetime) -> list[Making]:
    """Everything that would end if the member left now (`role` is None) or got `role`. A query or two per kind."""
    return [making for held, _ in _kinds for making in held(member, role, at)]


def end(member: Member, role: str | None, *, by: Member, at: datetime) -> dict[str, Any]:
    """End it all; what the event tells of it. Called under the member's lock, before the row changes."""
    ended = Counter(making.noun for making in held_by(member, role, at))
    for _, ending in _kinds:
        ending(member, role, by=by, at=at)
    return {"ended": dict(ended)} if ended else {}
