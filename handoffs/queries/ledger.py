"""The ledger of a pool: who was given what, how far each is from their share, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from blueprint.documents import blueprint_of
from blueprint.schema import PoolTerms
from core.errors import NotFound
from core.http.paging import newest_page
from core.people.models import Workspace
from core.sql import load
from handoffs.models import TurnMove
from handoffs.rules.routing import ANSWERING_ROLES, MOST_CREDIT, ROUND, ways_of

LEDGER = load("handoffs", "pool_ledger")
LAST = 50  # moves told one by one; the ones before are on the next page


class LedgerRow(NamedTuple):
    """What one member was given, as the rotation keeps it."""

    name: str
    weight: int
    state: str
    cap: int | None
    given: int
    gifts: int
    given_back: int
    ahead: float

    @property
    def total(self) -> int:
        """What counts for them in all."""
        return self.given + self.gifts - self.given_back


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One member of the pool: what counts for them, their share of it all by weight, and how far ahead they are."""

    row: LedgerRow
    share: float

    @property
    def off(self) -> float:
        """By how many handoffs they are over their share of what everybody was given."""
        return self.row.total - self.share

    @property
    def words(self) -> str:
        """How far they are from their next turn."""
        ahead = round(self.row.ahead, 1)
        if abs(ahead) < 0.1:
            return "just had a turn"
        noun = "turn" if abs(ahead) == 1 else "turns"
        return f"{abs(ahead):g} {noun} ahead" if ahead > 0 else f"{abs(ahead):g} {noun} owed"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One pool: its members, whoever is next first, and the moves beside turns, newest first; `after` is the mark of
    their next page, "" where there is none."""

    pool: PoolTerms
    lines: tuple[LedgerLine, ...]
    moves: tuple[TurnMove, ...]
    after: str


def ledger_of(workspace: Workspace, key: str, at: datetime, after: str = "") -> Ledger:
    """The ledger of a pool of the blueprint in force, with the moves after a mark. Two queries. Raises NotFound, and
    BadInput for a mark that is none."""
    pool = next((each for each in blueprint_of(workspace).pools if each.key == key), None)
    if pool is None:
        raise NotFound()
    asked = {"pools": [pool.id], "at": at, "barred": [], "needs": "{}", "answering_roles": ANSWERING_ROLES}
    asked |= {"round": ROUND, "most_credit": MOST_CREDIT}
    rows = [LedgerRow(*row) for row in LEDGER.rows(**asked, **ways_of([pool]))]
    total, weights = sum(row.total for row in rows), sum(row.weight for row in rows)
    found = TurnMove.objects.filter(pool_id=pool.id).select_related("member", "handoff")
    moves, more = newest_page(found, "at", after, LAST)
    return Ledger(pool, tuple(LedgerLine(row, total * row.weight / weights) for row in rows), tuple(moves), more)
