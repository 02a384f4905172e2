"""Working out an impact, one question at a time: each in a transaction of its own that claims the row, answers, and
moves the bar. A worker that dies loses one question, and the next worker asks it again; two never ask the same."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from core.deadly_work import survived
from core.history.actions import record
from core.operating.setting_aside import done_well, is_held_elsewhere, set_aside
from core.sql import load
from core.waking import poke
from governance.impact.plan import Asking, plan, work_out
from governance.models import ChangeRequest, Impact
from governance.queries.proposals import base_of, proposed_by

log = logging.getLogger(__name__)
WAITING_IMPACTS = load("governance", "waiting_impacts")
IMPACT = "impact"  # how its rows are set aside
WAITING = (Impact.State.WAITING, Impact.State.RUNNING)
LONGEST_STEP = "55s"  # a task stays under a minute; the role's own limit is for requests


def poke_impacts() -> None:
    """After the commit, tell the workers that an impact waits. If the broker is silent, the next tick will do."""
    transaction.on_commit(lambda: poke("governance.run_impacts"), robust=True)


def next_step(at: datetime) -> bool:
    """Claim the oldest impact of the workspace in scope that nobody works on, and answer its next question.

    False when there is nothing to do. Must run in a transaction of its own."""
    impact = (
        Impact.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state__in=WAITING)
        .order_by("asked_at")
        .first()
    )
    if impact is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("select set_config('statement_timeout', %s, true)", [LONGEST_STEP])
    try:
        with transaction.atomic(), survived(IMPACT, impact.pk):
            _answer_next(impact, at)
            done_well(IMPACT, [impact.change_id])
    except Exception as trouble:  # whatever it was, the row is set aside: the others go on, and the page says why
        if is_held_elsewhere(trouble):
            raise
        log.exception("impact %s could not be worked out", impact.pk)
        impact.state, impact.error, impact.done_at = Impact.State.FAILED, str(trouble)[:2_000], at
        impact.save(update_fields=["state", "error", "done_at"])
        set_aside(IMPACT, impact.change_id, what=f"Impact of change {impact.change.number}", trouble=trouble, at=at)
    return True


def begin_again(change_id: UUID, at: datetime) -> bool:
    """Let a worker work out once more what failed, as an impact of its own: the one that failed stays as it is.

    True where a later one has been asked for already and did not fail."""
    last = Impact.objects.filter(change_id=change_id).order_by("-asked_at", "-pk").first()
    if last is None or last.state != Impact.State.FAILED:
        return last is None or last.state not in WAITING
    Impact.objects.create(change_id=change_id, asked_at=at, days=last.days)
    poke_impacts()
    return False


def _answer_next(impact: Impact, at: datetime) -> None:
    change = ChangeRequest.objects.select_related("rolls_back").get(pk=impact.change_id)
    asking = Asking(base_of(change), proposed_by(change), impact.asked_at, impact.days, change)
    steps = plan(asking)
    answered = impact.summary.get("answered", 0)
    if answered < len(steps):
        kind, about = step = steps[answered]
        impact.summary.setdefault(kind, []).append(work_out(asking, step))
        answered += 1
    impact.summary |= {"answered": answered, "questions": len(steps), "since": asking.since.isoformat()}
    impact.progress_ratio = answered / len(steps)
    impact.state = Impact.State.RUNNING
    if answered >= len(steps):
        impact.state, impact.done_at = Impact.State.DONE, at
        record("impact.worked_out", change, at=at, facts={"number": change.number, "days": impact.days})
    impact.save(update_fields=["summary", "progress_ratio", "state", "done_at"])
