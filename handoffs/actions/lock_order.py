"""The one order of the locks that are held until a transaction ends (decision 224)."""

from collections.abc import Collection, Iterable
from uuid import UUID

from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import AccountKeeping, PacketType
from core.sql import load
from lifecycle.models import Record

HOLD_IN_ORDER = load("handoffs", "hold_in_order")
TURNS = "turns"  # whose turn it is, in every pool
IN_ORDER = [*(f"numbers {noun}" for noun in ("record", "account")), TURNS]
IN_ORDER += [f"numbers {noun}" for noun in ("handoff", "promise", "playbook_run", "task")]


def hold_ahead() -> None:
    """Hold all of it, before the first deed of a transaction that does several: the second might want what comes before
    what the first one took. The rows that are worked on are held already. One query."""
    HOLD_IN_ORDER.run(names=IN_ORDER)


def hold_turns() -> None:
    """Hold the turns, before numbers of tasks are taken. One query."""
    HOLD_IN_ORDER.run(names=[TURNS])


def hold_for_accepting(seams: Iterable[SeamTerms], record_ids: Collection[UUID]) -> None:
    """Hold all of it where accepting these held records is several deeds across one of these seams; the next records of
    their journeys, which may be there already, first. Two queries, or none."""
    if any(_does_more(each) for each in seams):
        next_ones = Record.objects.filter(origin__in=record_ids).order_by("pk")
        list(next_ones.select_for_update().values_list("pk", flat=True))
        hold_ahead()


def _does_more(seam: SeamTerms) -> bool:
    """Whether it is more than one of these: to make the next record, to move the one there is, to write down promises,
    to give a company away."""
    then, keeps = seam.on_accept, seam.keeps_account != AccountKeeping.NEVER
    promises = any(item.type == PacketType.PROMISES for item in seam.packet)
    return sum((bool(then.create), bool(then.advance), promises, keeps)) > 1
