"""What each routing rule of a seam brings, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from blueprint.documents import blueprint_of
from blueprint.schema import SeamTerms
from core.people.models import Workspace
from governance.actions.yielding import YIELDS
from governance.models import RuleProof
from governance.queries.proofs import NEVER_ASKED

NOBODY = "nobody"


class NextTaker(NamedTuple):
    """A rule that would have taken some, or nobody."""

    label: str
    handoffs: int


@dataclass(frozen=True)
class RuleYield:
    """One rule: what it took, and by which rules that would have gone without it."""

    place: int
    label: str
    given: int
    accepted: int
    won: int
    moved: int
    others: tuple[NextTaker, ...]

    @property
    def said(self) -> str:
        """What is to be thought about; "" where the rule does something."""
        if not self.given:
            return "It took nothing."
        return "" if self.moved else "It changes nothing: without it all would have gone to the same."


@dataclass(frozen=True)
class YieldsOfSeam:
    """How far the working out is, and what came of it."""

    seam: SeamTerms
    state: str
    asked_at: datetime | None = None
    version: int | None = None
    error: str = ""
    rules: tuple[RuleYield, ...] = ()

    @property
    def is_under_way(self) -> bool:
        """Whether a worker still has to do something."""
        return self.state in ("waiting", "running")

    @property
    def handoffs(self) -> int:
        """How many were looked at."""
        return sum(rule.given for rule in self.rules)


def yields_of(workspace: Workspace, seam: SeamTerms) -> YieldsOfSeam:
    """What was worked out last of a seam. One query."""
    asked = RuleProof.objects.filter(asked__kind=YIELDS, asked__seam=seam.key).order_by("-asked_at").first()
    if asked is None:
        return YieldsOfSeam(seam, NEVER_ASKED)
    version = asked.asked["version"]
    of_then = blueprint_of.at(workspace.pk, version).seams_by_key.get(seam.key)
    labels = [rule.label for rule in of_then.rules] if of_then else []
    rules = [
        RuleYield(
            place=place,
            label=labels[place - 1],
            given=told["given"],
            accepted=told["accepted"],
            won=told["won"],
            moved=told["moved"],
            others=tuple(NextTaker(labels[other] if other >= 0 else NOBODY, count) for other, count in told["others"]),
        )
        for place, told in enumerate(asked.told, start=1)
    ]
    return YieldsOfSeam(seam, asked.state, asked.asked_at, version, asked.error, tuple(rules))
