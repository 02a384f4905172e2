"""What came after a deed, and keeps it: each named with its record and its number."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError
from django.db.models import Q

from blueprint.schema import Blueprint
from core.history.models import Event
from core.people.models import Member
from handoffs.actions.undoing.deeds_done import DeedDone
from handoffs.models import Assignment, Handoff
from handoffs.refused import CannotUndo
from lifecycle.event_sentences import labels_of, sentence_of
from lifecycle.models import Record


def what_came_after(
    groups: Sequence[Sequence[DeedDone]], lifecycle: Blueprint, *, is_look: bool = False
) -> dict[UUID, CannotUndo]:
    """Why deeds cannot be undone, by handoff: somebody, or a rule, built on one, or on another that goes with it. Four
    queries for any number. Notes with each deed what was offered anew because of it. A look locks nobody."""
    refused: dict[UUID, CannotUndo] = {}
    deeds = [each for group in groups for each in group]
    if not deeds:
        return refused
    first, reached = min(each.since for each in deeds), {pk for each in deeds for pk in each.reached}
    offered = _offered_since(deeds, reached, first)
    later = done_by_people(reached, first, labels_of(lifecycle))
    left = _left(deeds, is_look)
    for group in groups:
        last = max(each.since for each in group)
        for deed in group:
            why = _touched(deed) or left.get(deed.handoff.pk) or _offered_on(deed, group, offered)
            if why := why or _done_since(deed, last, later):
                refused[deed.handoff.pk] = why
        if why := next((refused[each.handoff.pk] for each in group if each.handoff.pk in refused), None):
            refused |= {each.handoff.pk: refused.get(each.handoff.pk, why) for each in group}
    return refused


def _touched(deed: DeedDone) -> CannotUndo | None:
    touched_at, number = deed.handoff.first_touched_at, deed.handoff.number
    if touched_at is None or touched_at < deed.since:
        return None
    facts = {"handoff": number, "at": touched_at.isoformat()}
    return CannotUndo("done_since", f"Handoff #{number} was touched since.", facts)


def _offered_since(deeds: Sequence[DeedDone], reached: Collection[UUID], first: datetime) -> list[Handoff]:
    """Also what is open: whoever waited may have offered it with an earlier moment."""
    found = Handoff.objects.filter(Q(offered_at__gte=first) | Q(state=Handoff.State.OFFERED), record_id__in=reached)
    others = found.exclude(pk__in=[each.handoff.pk for each in deeds])
    return list(others.select_related("seam", "record", "workspace").order_by("number"))


def _offered_on(deed: DeedDone, group: Sequence[DeedDone], offered: Sequence[Handoff]) -> CannotUndo | None:
    """What was offered since, but for that which a rejection offers to somebody else at once and nobody has had in
    hand: that is noted with the deed, and taken back with it."""
    for on in offered:
        is_open, is_instead = on.state == Handoff.State.OFFERED, _place(on) == _place(deed.handoff)
        if on.record_id not in deed.reached or (on.offered_at < deed.since and not (is_open and is_instead)):
            continue
        is_fresh = is_open and on.clock_run == 1
        of = next((each for each in group if is_fresh and _offers_anew(each, on)), None)
        if of is None:
            where = f"{on.record.name} (record #{on.record.number})"
            said = f"{where} was offered on across {on.seam.label} as handoff #{on.number}."
            facts = {"record": on.record.number, "handoff": on.number, "seam": on.seam.key}
            return CannotUndo("offered_on", said, facts)
        if of is deed:
            deed.offered.append(on)
    return None


def _offers_anew(deed: DeedDone, on: Handoff) -> bool:
    return deed.state == Handoff.State.REJECTED and _place(deed.handoff) == _place(on) and deed.since == on.offered_at


def _place(handoff: Handoff) -> tuple[UUID, UUID]:
    return handoff.record_id, handoff.seam_id


def done_by_people(
    reached: Collection[UUID], first: datetime, labels: Mapping[str, str]
) -> list[tuple[UUID, datetime, CannotUndo]]:
    """What people did with these records since then, the first deed with each, as the refusal that names it. Two
    queries."""
    found = Event.objects.filter(record_id__in=reached, at__gt=first, actor__isnull=False)
    events = list(found.select_related("actor").order_by("at", "id"))
    records = Record.objects.in_bulk({each.record_id for each in events})
    return [
        (each.record_id, each.at, _named(each, records[each.record_id], labels))
        for each in events
        if each.record_id in records
    ]


def _named(event: Event, record: Record, labels: Mapping[str, str]) -> CannotUndo:
    by = event.actor.name if event.actor else None
    facts: dict[str, Any] = {"event": event.kind, "by": by, "at": event.at.isoformat(), "record": record.number}
    where = f"record #{record.number} ({record.name})"
    if event.subject_kind == "handoff" and (number := event.facts.get("number")):
        facts["handoff"], where = number, f"handoff #{number}, {where}"
    said = f"Something was done since: “{sentence_of(event, labels)}” by {by}, {where}."
    return CannotUndo("done_since", said, facts)


def _done_since(
    deed: DeedDone, last: datetime, later: Sequence[tuple[UUID, datetime, CannotUndo]]
) -> CannotUndo | None:
    return next((why for record_id, at, why in later if at > last and record_id in deed.reached), None)


def _left(deeds: Sequence[DeedDone], is_look: bool) -> dict[UUID, CannotUndo]:
    """Who had a handoff and is no longer here; the others are held, so that nobody gets one while they leave."""
    ended = Assignment.objects.filter(handoff__in=[each.handoff.pk for each in deeds], ended_at__isnull=False)
    newest = ended.order_by("handoff", "-ended_at", "-at", "-id").distinct("handoff")
    had = dict(newest.filter(member__isnull=False).values_list("handoff", "member"))
    people = Member.objects.filter(pk__in=set(had.values())).order_by("pk")
    held = people if is_look else people.select_for_update(no_key=True)
    gone = {each.pk: each for each in held if not each.is_active}
    return {
        handoff_id: CannotUndo("has_left", f"{who.name} had it and has left.", {"who": who.name})
        for handoff_id, member_id in had.items()
        if (who := gone.get(member_id))
    }


def what_refers(why: IntegrityError, made: Collection[UUID]) -> CannotUndo:
    """What points at a record that should go, and so keeps it."""
    table = getattr(getattr(why.__cause__, "diag", None), "table_name", None)
    model = next((each for each in apps.get_models() if each._meta.db_table == table), None)
    facts: dict[str, Any] = {"what": model._meta.verbose_name if model else None}
    said = f"A {facts['what']} refers" if model else "Something refers"
    for each in model._meta.fields if model else ():
        if each.related_model is Record and (row := _first(model, each.name, made)):
            facts |= {"number": getattr(row, "number", None), "record": getattr(row, each.name).number}
            if facts["number"]:
                said = f"{str(facts['what']).capitalize()} #{facts['number']} refers"
            return CannotUndo("built_on", f"{said} to record #{facts['record']}, which came of it.", facts)
    return CannotUndo("built_on", f"{said} to what came of it.", facts)


def _first(model: Any, name: str, made: Collection[UUID]) -> Any:
    return model._default_manager.filter(**{f"{name}__in": list(made)}).select_related(name).first()
