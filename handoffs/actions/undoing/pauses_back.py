"""Pauses that a deed ended go on once it is undone, as if nobody had ended them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.history.actions import record_all
from handoffs.actions.moving_clocks import ClockHold, hold_clocks
from handoffs.actions.standing_still import wake
from handoffs.actions.undoing.deeds_done import BeingUndone
from handoffs.models import Handoff, Pause


def ended_by(undone: BeingUndone) -> list[Pause]:
    """The pauses that the deeds ended: they began before, and nothing else has ended one since. One query."""
    since = {each.handoff.pk: each.since for each in undone.deeds}
    found = Pause.objects.filter(handoff__in=since, ended_at__gte=min(since.values())).select_related("reason")
    return [each for each in found.order_by("at") if each.at < since[each.handoff_id] <= each.ended_at]


def end_those_begun_since(undone: BeingUndone) -> None:
    """What began to stand still because of the deeds ends in the moment in which it began, as if it had not: no second
    of it is counted. One query where nothing does."""
    standing: dict[datetime, list[Handoff]] = defaultdict(list)
    for deed in undone.deeds:
        if deed.handoff.is_paused(undone.at):
            standing[deed.since].append(deed.handoff)
    for since, handoffs in standing.items():
        wake(handoffs, by=undone.by, at=since)


def let_go_on(undone: BeingUndone, pauses: Sequence[Pause]) -> None:
    """These pauses of handoffs that were given back go on: each is one pause, so that it uses up no more of those
    allowed, and the clocks move by what is left of it. Five queries, none where there is no pause."""
    if not pauses:
        return
    of: dict[UUID, list[Pause]] = defaultdict(list)
    for pause in pauses:
        of[pause.handoff_id].append(pause)
    handoffs = Handoff.objects.filter(pk__in=of).select_related("workspace").order_by("pk")
    holds, told = [], []
    for handoff in handoffs:
        stood = of[handoff.pk]
        ended, until = min(each.over_at for each in stood), max(each.until_at for each in stood)
        holds.append(ClockHold(handoff, ended, until))
        for pause in stood:
            facts = {"number": handoff.number, "why": pause.why, "until": pause.until_at.isoformat()}
            told.append(("handoff.paused", "handoff", handoff.pk, handoff.record_id, facts | {"note": pause.note}))
    Pause.objects.filter(pk__in=[each.pk for each in pauses]).update(ended_at=None)
    hold_clocks(holds, undone.at)
    record_all(told, at=undone.at, actor=undone.by)
