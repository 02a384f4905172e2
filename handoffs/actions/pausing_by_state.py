"""Standing still by state: the clocks of a handoff wait while its record is as the seam's lines say."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from blueprint.documents import blueprint_of
from blueprint.expressions.to_sql import all_met_sql
from blueprint.schema import Blueprint, SeamTerms
from core.businesstime import due_at
from core.people.models import Workspace
from core.sql import Fragment, load
from handoffs.actions.seam_clocks import look_at_seam_clocks
from handoffs.actions.standing_still import begin, wake
from handoffs.models import Clock, Handoff, Pause
from handoffs.rules.halts import Halt, minutes_left
from lifecycle.facts import RECORD_SQL

STATES_THAT_PAUSE = load("handoffs", "states_that_pause")
STATE = Pause.Kind.STATE


def look_at_states(
    *,
    workspace: Workspace,
    at: datetime,
    record_ids: Collection[UUID] = (),
    entered: Mapping[UUID, Sequence[UUID]] | None = None,
    fresh: Collection[UUID] = (),
    **news: Any,
) -> None:
    """Follower of `records.scored` and `records.entered`: clocks stand still, go on, or stop as the records are now.
    Of those that were made just now nothing was accepted yet."""
    terms = blueprint_of(workspace)
    has_clocks = any(seam.steps for seam in terms.seams)
    if terms.pausing_seams or has_clocks:
        changed = {*record_ids, *(each for those in (entered or {}).values() for each in those)}
        look_at(terms, changed, at)
        if has_clocks and (known := changed.difference(fresh)):
            look_at_seam_clocks(known, at=at)


def look_at(terms: Blueprint, record_ids: Collection[UUID], at: datetime) -> None:
    """The same for clocks of these records that have just begun. Two queries for each seam that says when, none where
    no seam does."""
    for seam in terms.pausing_seams if record_ids else ():
        look_at_seam(terms, seam, record_ids, at)


def look_at_seam(
    terms: Blueprint,
    seam: SeamTerms,
    record_ids: Collection[UUID],
    at: datetime,
    among: Collection[UUID] | None = None,
) -> None:
    """The same across one seam, also where its last line is gone. `among`: of no handoffs but these, which are held."""
    lines = [line.expression for line in seam.pause_when]
    condition = all_met_sql(lines, terms.catalogue, columns=RECORD_SQL, at=at) if lines else None
    asked = STATES_THAT_PAUSE.fill(condition=Fragment.of("line", condition) if condition else "false")
    holds: dict[UUID, bool] = dict(asked.rows(seam=seam.id, records=list(record_ids)))  # type: ignore[arg-type]
    holds = holds if among is None else {key: holds[key] for key in holds.keys() & among}
    if not holds:
        return
    held = Handoff.objects.filter(pk__in=holds).select_for_update(no_key=True, of=("self",)).order_by("pk")
    handoffs = {each.pk: each for each in held}
    paused: dict[UUID, list[Pause]] = {}
    for pause in Pause.objects.filter(handoff__in=handoffs, kind=STATE).order_by("at"):
        paused.setdefault(pause.handoff_id, []).append(pause)
    standing = {key for key, those in paused.items() if those[-1].ended_at is None and those[-1].until_at > at}
    wake([handoffs[key] for key in handoffs if key in standing and not holds[key]], by=None, at=at, kinds=[STATE])
    _begin(seam, [handoffs[key] for key in handoffs if holds[key] and key not in standing], paused, at)


def _begin(seam: SeamTerms, handoffs: Sequence[Handoff], paused: Mapping[UUID, Sequence[Pause]], at: datetime) -> None:
    """As long as pauses may last in all; once that is used up, no more."""
    runs = Q(kind=Clock.Kind.ANSWER, handoff__state=Handoff.State.OFFERED)
    runs |= Q(kind=Clock.Kind.FIRST_TOUCH, handoff__state=Handoff.State.ACCEPTED)
    running = Clock.objects.filter(runs, handoff__in=handoffs, stopped_at=None, state=Clock.State.RUNNING)
    ids = set(running.filter(due_at__gt=at).values_list("handoff_id", flat=True))
    stand, pauses = [], []
    for each in handoffs:
        hours = each.allowed.hours
        left = minutes_left(seam.pausing, hours, [Halt(one.at, one.over_at, "") for one in paused.get(each.pk, ())])
        if each.pk in ids and left:
            until = due_at(hours, at, left)
            stand.append(each)
            pauses.append(Pause(handoff=each, kind=STATE, member_id=each.assignee_id, at=at, until_at=until))
    begin(stand, pauses, by=None, at=at)
