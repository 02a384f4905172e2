"""A departure as a plan: everything that changes hands, who gets it, and what stands in the way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from core.people.makings import Making
from core.people.models import Member

NOUNS = ("handoff", "record", "account", "task", "promise")
MOST_TOLD = 1_000  # things told one by one before it is done; the counts are of all
Received = Counter[tuple[Member, str]]  # who gets how many of a noun


class Move(NamedTuple):
    """One thing that changes hands, to whom, and why them."""

    noun: str
    id: UUID
    number: int
    title: str
    to: Member
    why: str
    record_id: UUID | None = None


@dataclass(frozen=True)
class Share:
    """What one person receives: how many of each noun."""

    member: Member
    by_noun: dict[str, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.by_noun.values())


@dataclass(frozen=True)
class Plan:
    """What leaving takes. `definitions`: part of the blueprint → labels the member owns, which only a change request
    can give away. `teams` are those the member manages. `rules` name the member and will be passed over.
    `ends`: keys, invitations, drafts and sessions of theirs that end with them.
    `moves` are all there are, or the first ones; `received` counts all.
    `changes`: the handoffs' moves as `changing_hands.write` takes them."""

    member: Member
    successor: Member | None
    moves: tuple[Move, ...]
    definitions: dict[str, list[str]]
    teams: tuple[str, ...]
    rules: tuple[str, ...]
    received: Received
    ends: tuple[Making, ...] = ()
    changes: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    @property
    def may_leave(self) -> bool:
        """Nothing has to be changed first."""
        return not self.definitions and not self.teams

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of each noun change hands."""
        return {noun: sum(share.by_noun[noun] for share in self.shares) for noun in NOUNS}

    @cached_property
    def shares(self) -> list[Share]:
        """Who receives how much, most first."""
        people = dict.fromkeys(member for member, _ in self.received)
        shares = [Share(member, {noun: self.received[member, noun] for noun in NOUNS}) for member in people]
        return sorted(shares, key=lambda share: (-share.total, share.member.name))

    def with_rest(self, rest: "Plan") -> "Plan":
        """The same, and what came in while it was handed over."""
        moves, changes = self.moves + rest.moves, self.changes + rest.changes
        return replace(self, moves=moves, changes=changes, received=self.received + rest.received)

    def obstacles(self) -> str:
        """What must be changed first, as a sentence; '' where nothing must."""
        return obstacles_of(self.member, self.definitions, self.teams)


def obstacles_of(member: Member, definitions: dict[str, list[str]], teams: Sequence[str]) -> str:
    """What must be changed first, as a sentence; '' where nothing must."""
    owned = [f"owns the {part} {', '.join(labels)}" for part, labels in definitions.items()]
    managed = [f"manages {', '.join(teams)}"] if teams else []
    if not owned and not managed:
        return ""
    first = ["a change request names another owner"] if owned else []
    first += ["the team gets another manager"] if managed else []
    return f"{member.name} {' and '.join(owned + managed)}. First {' and '.join(first)}."
