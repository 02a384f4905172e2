"""Writing one answer to many handoffs."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core.history.actions import blueprint_version, request_id
from core.notices.mentions import tell_mentioned
from core.sql import load
from handoffs.actions.in_bulk.bulk_rows import InHands
from handoffs.actions.standing_still import wake
from handoffs.models import Handoff
from handoffs.rules import sla
from handoffs.rules.escalation import ANSWERS, ASKS_FOR_ANSWER, TASK_KINDS
from lifecycle.actions.rescoring import ask_soon

ANSWER_ALL = load("handoffs", "answer_handoffs")
NO_FACTS: Mapping[UUID, Mapping[str, Any]] = {}


def answer_all(
    held: InHands,
    state: str,
    *,
    reason_id: UUID | None = None,
    note: str = "",
    facts: Mapping[UUID, Mapping[str, Any]] = NO_FACTS,
    turn_back: str = "",
) -> None:
    """Write the answer to all of them: what stands still goes on first. `facts`: what history keeps, by handoff."""
    paused = [each for each in held.handoffs if each.is_paused(held.at)]
    if paused:
        wake(paused, **held.moment)
    is_accepted = state == Handoff.State.ACCEPTED
    answers = [_answer(held, each, is_accepted, facts.get(each.pk, {})) for each in held.handoffs]
    ANSWER_ALL.run(
        answers=json.dumps(answers),
        state=state,
        at=held.at,
        by=held.by.pk,
        reason=reason_id,
        note=note,
        kinds=[*ASKS_FOR_ANSWER] if is_accepted else [*ASKS_FOR_ANSWER, TASK_KINDS["touch"]],
        outcome=ANSWERS[state].format(held.by.name),
        turn_back=turn_back,
        blueprint_version=blueprint_version.get(),
        request_id=request_id.get(),
    )
    if "@" in note:
        [first, *others] = held.handoffs
        said = {"title": f"{len(others) + 1} handoffs", "number": None} if others else _one(first)
        tell_mentioned(note, about="handoff", by=held.by, at=held.at, **said)
    for each in held.handoffs:
        each.state, each.answered_at, each.answered_by, each.again_at = state, held.at, held.by, None
        if is_accepted:
            each.assignee, each.queue = each.assignee or held.by, None


def _one(handoff: Handoff) -> dict[str, Any]:
    return {"title": handoff.record.name, "number": handoff.number}


def _answer(held: InHands, handoff: Handoff, is_accepted: bool, facts: Mapping[str, Any]) -> dict[str, Any]:
    verdict = sla.judge(handoff.due_at, held.at, held.at, breached_at=handoff.breached_at)
    told = {"number": handoff.number, "seam": held.seam(handoff).key, "sla": verdict.value, "run": handoff.clock_run}
    touch_due: datetime | None = None
    if is_accepted and handoff.first_touched_at is None:
        touch_due = handoff.touch_due_at
    return {
        "handoff": str(handoff.pk),
        "touch_due": touch_due and touch_due.isoformat(),
        "touch_rungs": sla.touch_rungs(touch_due) if touch_due else [],
        "gaps": handoff.gaps,
        "facts": told | dict(facts),
    }


def offer_all_later(held: InHands) -> None:
    """When they are offered again by themselves, as their seams say; and what held their records holds them no more.
    A query for each seam, and one."""
    for seam, handoffs in held.by_seam():
        again_at = sla.offered_again_at(seam, held.at)
        Handoff.objects.filter(pk__in=[each.pk for each in handoffs]).update(again_at=again_at)
    ask_soon([each.record_id for each in held.handoffs], held.at)
