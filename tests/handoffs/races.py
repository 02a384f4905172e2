"""Eight at once on the same handoffs: everybody does whatever they may, at moments from before they waited."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.errors import Refusal
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, offering, reassigning, scanning
from handoffs.actions import packets as packing
from handoffs.actions.in_bulk.acting import act_on_many
from handoffs.actions.in_bulk.bulk_rows import BulkVerb, BulkWish
from handoffs.actions.in_bulk.bulk_undo import undo_deed
from handoffs.actions.in_bulk.gift_undo import undo_gift
from handoffs.actions.taking_back import undo_answer
from handoffs.actions.undoing.records_back import undo_move, undo_owner
from handoffs.models import Assignment, BulkDeed, Handoff, Task
from lifecycle.actions import advancing, touching
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.owning import change_owner
from lifecycle.models import Record, StageStay
from revops.audit.running import audit
from tests.cast import Cast

SEAM = "marketing_to_sales"
REASONS = ("inaccurate_data", "no_budget")


HOT = {"employees": 200, "seniority": "VP", "demo_requested": True, "use_case": "Routing"}


def prepared(cast: Cast, count: int) -> list[Record]:
    """Some leads that came in and are offered, the oldest of them past their time."""
    with workspace_scope(cast.acme):
        for place in range(count):
            core = {"name": f"Lead {place}", "email": f"lead{place}@example.com"}
            at = timezone.now() - timedelta(days=place * 2, minutes=5)
            take_in(cast.acme, [Incoming(1, "lead", core=core, properties=HOT)], by=cast.dana, at=at)
        assert Handoff.objects.open().count() == count
        return list(Record.objects.order_by("number"))


def racer(cast: Cast, records: list[Record], seed: int, rounds: int, until: float) -> Callable[[], Counter[str]]:
    """One of them: a random deed each round, in a transaction of its own; what came of each, by name."""

    def run() -> Counter[str]:
        dice, came = random.Random(seed), Counter[str]()
        for _ in range(rounds):
            if time.monotonic() > until:
                break
            name = dice.choice(list(DEEDS))
            at = timezone.now() - timedelta(milliseconds=dice.randint(0, 800))  # a request that waited
            try:
                with workspace_scope(cast.acme):
                    DEEDS[name](cast, Record.objects.get(pk=dice.choice(records).pk), dice, at)
                came[name] += 1
            except Refusal as refusal:
                came[f"refused: {refusal.code}"] += 1
        return came

    return run


def whole(cast: Cast) -> None:
    """Chains are whole, nothing is open twice, and every accounting identity holds."""
    with workspace_scope(cast.acme):
        workspace = Workspace.objects.get(pk=cast.acme.pk)
        for handoff in Handoff.objects.all():
            chain = list(Assignment.objects.filter(handoff=handoff).order_by("id"))
            assert [each.ended_at for each in chain[:-1]] == [each.at for each in chain[1:]], handoff
            assert all(each.ended_at is None or each.ended_at >= each.at for each in chain), handoff
            assert (chain[-1].ended_at is None) == (handoff.state == "offered"), handoff
            assert handoff.clock_run == len(chain), handoff
            if handoff.answered_at:
                assert handoff.answered_at >= chain[-1].at, handoff
        for record in Record.objects.filter(kind="lead"):
            stays = list(StageStay.objects.filter(record=record).order_by("entered_at", "exited_at", "id"))
            assert [each.exited_at for each in stays[:-1]] == [each.entered_at for each in stays[1:]], record
            assert stays[-1].stage_id == record.stage_id and stays[-1].exited_at is None, record
        for handoff in Handoff.objects.open().select_related("seam", "record"):
            assert handoff.record.stage_id == handoff.seam.trigger_stage_id, "moved on while it was offered"
        assert not Task.objects.filter(done_at__lt=timezone.now() - timedelta(days=30)).exists()
        broken = [each for each in audit(workspace) if each.broken]
    assert not broken, broken


def _open(record: Record) -> Handoff:
    return Handoff.objects.filter(record=record).order_by("-number")[0]


def _accept(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    answering.accept(_open(record), by=dice.choice((cast.mona, cast.rick, cast.rosa)), at=at)


def _reject(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    reason = dice.choice(("inaccurate_data", "no_budget", "wrong_territory"))
    answering.reject(_open(record), reason, by=dice.choice((cast.mona, cast.rick)), at=at)


def _recall(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    answering.recall(_open(record), by=cast.mona, at=at)


def _reassign(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    to = dice.choice((cast.rick, cast.rosa, cast.mona))
    reassigning.reassign(_open(record), to, by=dice.choice((cast.mona, cast.ada)), at=at)


def _move(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    stage, reason = dice.choice((("sal", ""), ("recycled", "no_budget"), ("recycled", ""), ("mql", "")))
    advancing.advance(record, stage, by=cast.mona, at=at, reason_key=reason)


def _back(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    advancing.advance(record, "mql", by=cast.ada, at=at, override=True, reason_key="history")


def _row(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    stage = dice.choice(("sal", "recycled", "mql", ""))
    row = Incoming(1, "lead", core={"email": record.email}, properties={"phone": str(at)}, stage=stage)
    take_in(cast.acme, [row], by=cast.ada, at=at)


def _touch(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    touching.log_activity(record, kind="call", outcome="Connected", by=cast.rick, at=at)


def _offer(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    offering.offer(record, SEAM, by=cast.dana, at=at)


def _packet(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    packing.save_packet(_open(record), {}, by=cast.dana, at=at)


def _scan(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    scanning.scan(cast.acme)


def _many(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    verb, numbers = (
        dice.choice(list(BulkVerb)),
        list(Handoff.objects.order_by("-number").values_list("number", flat=True)),
    )
    to = dict.fromkeys(numbers, dice.choice((cast.rick, cast.rosa, None))) if verb == BulkVerb.REASSIGN else {}
    wish = BulkWish(verb, numbers[:6], dice.choice(REASONS), receivers=to)
    act_on_many(cast.acme, wish, by=cast.mona, at=at, is_kept=True)


def _undo(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    deed = BulkDeed.objects.order_by("-at").first()
    if deed and dice.random() < 0.6:
        undo_deed(cast.acme, deed.pk, by=cast.mona, at=at)
    else:
        last = Handoff.objects.filter(record=record).order_by("-number")[0]
        undo_answer(last, last.state, by=cast.mona, at=at)


def _undo_one(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    by = dice.choice((cast.mona, cast.ada))
    if dice.random() < 0.5:
        undo_gift(_open(record), by=by, at=at)
    elif dice.random() < 0.7:
        undo_move(record, by=by, at=at)
    else:
        undo_owner(record, by=cast.mona, at=at)


def _own(cast: Cast, record: Record, dice: random.Random, at: Any) -> None:
    change_owner(record, dice.choice((cast.rick, cast.rosa, None)), by=cast.mona, at=at)


DEEDS: dict[str, Callable[[Cast, Record, random.Random, Any], None]] = {
    "accept": _accept,
    "reject": _reject,
    "recall": _recall,
    "reassign": _reassign,
    "reassign again": _reassign,
    "move": _move,
    "back": _back,
    "row": _row,
    "touch": _touch,
    "offer": _offer,
    "packet": _packet,
    "scan": _scan,
    "many": _many,
    "undo": _undo,
    "undo again": _undo,
    "undo one": _undo_one,
    "undo one again": _undo_one,
    "own": _own,
}
