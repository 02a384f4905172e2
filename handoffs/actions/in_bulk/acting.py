"""Doing one thing to many handoffs: each decides alone, what is done is written together, and it can be rehearsed."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from core.errors import BadInput, NotFound, NotPermitted, Refusal
from core.people.models import Member, Workspace
from core.people.permissions import permit
from handoffs.actions.answering import LONGEST_NOTE, reason_named
from handoffs.actions.in_bulk.bulk_accept import accept_all
from handoffs.actions.in_bulk.bulk_reassign import HasItAlready, reassign_all
from handoffs.actions.in_bulk.bulk_refuse import recall_all, reject_all
from handoffs.actions.in_bulk.bulk_rows import BulkResult, BulkRow, BulkVerb, BulkWish, InHands, holder_of
from handoffs.actions.in_bulk.bulk_undo import keep_deed
from handoffs.actions.in_bulk.each_alone import each_alone
from handoffs.actions.lock_order import hold_ahead
from handoffs.actions.reach import HandoffReach, reach_of
from handoffs.actions.releasing import lock_waiting
from handoffs.actions.scanning import take_due_steps
from handoffs.models import Assignment, Handoff
from handoffs.queries.people_loads import PersonChange, people_loads
from handoffs.refused import AnsweredAlreadySo, HandoffAlreadyAnswered, HeldByOthers
from lifecycle.models import Record

MOST = 500  # at once
OTHERS = "It is neither yours nor of a team that you look after."
DONE_BEFORE = (AnsweredAlreadySo, HasItAlready)
# Each is read by a query of its own: ten tables that nobody analysed yet are joined in the worst way.
SHOWN = ("seam", "assignee", "queue", "answered_by", "record")
ASKED = ("assignee", "queue", "record__stage", "record__account")


def act_on_many(
    workspace: Workspace,
    wish: BulkWish,
    *,
    by: Member,
    at: datetime,
    is_rehearsed: bool = False,
    is_kept: bool = False,
    reach: HandoffReach | None = None,
) -> BulkResult:
    """Do what is wished to each that may be, and say what came of every one; done again, the same rows come out as done
    already. A rehearsal says the same and keeps nothing. `is_kept`: so that it can be taken back for ten seconds.
    `reach`: whose they may be, where it was settled before.

    Beats: permit, lock (what somebody else holds is left out), take what fell due before, decide each, write together,
    record. Raises NotPermitted, and BadInput for what is wrong with all of them."""
    permit(by, wish.verb.permission)
    if not wish.numbers:
        raise BadInput("Choose some handoffs.", code="nothing_chosen", field="numbers")
    if len(wish.numbers) > MOST:
        raise BadInput(f"At most {MOST} at once.", code="too_many_rows", field="numbers")
    if len(wish.note) > LONGEST_NOTE:
        raise BadInput(f"A note has at most {LONGEST_NOTE:,} letters.", code="too_long", field="note")
    write, began = _writer(workspace, wish), time.monotonic()
    kept: dict[UUID, tuple[datetime, datetime | None]] = {}
    with transaction.atomic():
        result = _act(workspace, wish, write, reach, by, at, kept)
        if is_rehearsed:
            transaction.set_rollback(True)
        elif is_kept and (deed := keep_deed(result, kept, by=by, at=at, began=began)):
            result = replace(result, undo_id=deed.pk, undo_until=deed.until_at)
    return result


def _writer(workspace: Workspace, wish: BulkWish) -> Callable[[InHands], None]:
    """What writes it. Raises BadInput for a reason that is none, or that needs a note."""
    if wish.verb == BulkVerb.ACCEPT:
        return accept_all
    if wish.verb == BulkVerb.REASSIGN:
        return lambda held: reassign_all(held, wish)
    wish = replace(wish, note=wish.note.strip())
    if wish.verb == BulkVerb.RECALL:
        return lambda held: recall_all(held, wish)
    reason = reason_named(blueprint_of(workspace), wish.reason, wish.note)
    return lambda held: reject_all(held, wish, reason)


def _act(
    workspace: Workspace,
    wish: BulkWish,
    write: Callable[[InHands], None],
    settled: HandoffReach | None,
    by: Member,
    at: datetime,
    kept: dict[UUID, tuple[datetime, datetime | None]],
) -> BulkResult:
    """`kept`: when it was done to each, and when its first touch was due until then."""
    before = {each.number: each for each in _present(*SHOWN, number__in=list(wish.numbers))}
    reach = settled or reach_of(by, [each.pk for each in before.values()])
    refused: dict[UUID, Refusal] = dict(_all_outside(reach, before.values(), wish.verb))
    ids = [each.pk for each in before.values() if each.pk not in refused]
    held = _records_held(each.record_id for each in before.values() if each.pk not in refused)
    there = [each.pk for each in before.values() if each.pk not in refused and each.record_id in held]
    take_due_steps([each.id for each in lock_waiting(there, at)], at)
    free = {each.id: each.at for each in lock_waiting(there, at)}
    people = _people(before.values(), wish)
    loads = {each.member_id: each for each in people_loads(at, people=people)} if people else {}

    def take(moment: datetime, those: Sequence[UUID]) -> dict[UUID, Refusal]:
        held = InHands(workspace, list(_present(*ASKED, pk__in=those)), by, moment, {})
        if (theirs := held.without(_all_outside(reach, held.handoffs, wish.verb))).handoffs:
            write(theirs)
            kept.update({each.pk: (moment, each.touch_due_at) for each in theirs.handoffs})
        return held.refused

    record_of = {each.pk: each.record_id for each in before.values()}
    for moment, those in _in_turn([each for each in before.values() if each.pk in free], free):
        refused |= each_alone({each: record_of[each] for each in those}, partial(take, moment))
    after = {each.pk: each for each in _present(*SHOWN, pk__in=ids)}
    refused |= {each: _why_not_free(after[each], wish, by) for each in ids if each not in free}
    rows = [_row(number, before.get(number), after, refused) for number in dict.fromkeys(wish.numbers)]
    more = people | _people(after.values(), wish)
    changes = [
        PersonChange(loads.get(each.member_id, each.with_open(0)), each)
        for each in (people_loads(at, people=more) if more else ())
    ]
    return BulkResult(wish.verb, rows, changes)


def _all_outside(reach: HandoffReach, handoffs: Iterable[Handoff], verb: BulkVerb) -> dict[UUID, NotPermitted]:
    return {each.pk: why for each in handoffs if (why := _outside(reach, each, verb))}


def _outside(reach: HandoffReach, handoff: Handoff, verb: BulkVerb) -> NotPermitted | None:
    """Why they may not do that to it; None where they may. The handoff comes with its queue and its record."""
    if verb == BulkVerb.RECALL:
        return reach.why_not_taken_back(handoff)
    return None if reach.may_answer(handoff) else NotPermitted(OTHERS, code="not_yours")


def _present(*related: str, **wanted: Any) -> Iterable[Handoff]:
    """Handoffs as they are now, with what is related to them. A query for each table."""
    return Handoff.objects.prefetch_related(*related).filter(**wanted).order_by("number")


def _records_held(record_ids: Iterable[UUID]) -> set[UUID]:
    """Those that nobody else holds, locked as by everybody who answers: a weaker lock that grew later could wait for
    somebody who waits for us. One query."""
    free = Record.objects.filter(pk__in=list(record_ids)).select_for_update(skip_locked=True)
    return set(free.order_by("pk").values_list("pk", flat=True))


def _in_turn(handoffs: Iterable[Handoff], free: Mapping[UUID, datetime]) -> list[tuple[datetime, list[UUID]]]:
    """Wave by wave, moment by moment: each a deed of its own, so what several take is held ahead."""
    found = [each for wave in _waves(handoffs) for each in _by_moment(wave, free)]
    if len(found) > 1:
        hold_ahead()
    return found


def _by_moment(ids: Sequence[UUID], free: Mapping[UUID, datetime]) -> Iterator[tuple[datetime, list[UUID]]]:
    """Each at its own moment: never before it began or its record was last written, and not later for what else is
    done with it, which could make it late. One query."""
    began = dict(Assignment.objects.filter(handoff__in=ids, ended_at=None).values_list("handoff", "at"))
    moments = {each: max(free[each], began.get(each, free[each])) for each in ids}
    for moment, those in groupby(sorted(ids, key=moments.__getitem__), key=moments.__getitem__):
        yield moment, list(those)


def _waves(handoffs: Iterable[Handoff]) -> list[list[UUID]]:
    """In each wave a record comes once: two handoffs of one are done one after the other."""
    waves: list[list[UUID]] = []
    seen: dict[UUID, int] = {}
    for each in handoffs:
        place = seen.get(each.record_id, 0)
        seen[each.record_id] = place + 1
        if place == len(waves):
            waves.append([])
        waves[place].append(each.pk)
    return waves


def _why_not_free(handoff: Handoff, wish: BulkWish, by: Member) -> Refusal:
    """Why an answer did not reach it."""
    if handoff.state == Handoff.State.OFFERED:
        return HeldByOthers()
    is_so = handoff.state == wish.verb.state and handoff.answered_by_id == by.pk
    return AnsweredAlreadySo(handoff) if is_so else HandoffAlreadyAnswered(handoff)


def _row(
    number: int, before: Handoff | None, after: Mapping[UUID, Handoff], refused: Mapping[UUID, Refusal]
) -> BulkRow:
    if before is None:
        return BulkRow(number, "refused", NotFound.code, "There is no such handoff.")
    told: dict[str, Any] = {"record": before.record.name, "seam": before.seam.label, "before": holder_of(before)}
    now = after.get(before.pk, before)
    told |= {"after": holder_of(now)}
    if (why := refused.get(before.pk)) is None:
        return BulkRow(number, "done", was_due_at=before.due_at, due_at=now.due_at, **told)
    return BulkRow(number, "already" if isinstance(why, DONE_BEFORE) else "refused", why.code, why.detail, **told)


def _people(handoffs: Iterable[Handoff], wish: BulkWish) -> set[UUID]:
    """Who has them, and who shall."""
    return {each.assignee_id for each in handoffs if each.assignee_id} | {to.pk for to in wish.receivers.values() if to}
