"""Undoing a file of people: who came with it leaves again, seats and teams of it go, what it changed is as it was.

Members are never deleted, since the security log names them: who was made leaves, and comes back with a later file."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core.history.actions import record_all
from core.history.models import NO_RECORD, Event
from core.people.models import Member, Team, TeamSeat
from lifecycle.models import Account, AccountOwner, ImportUndo, Record, UndoItem

MADE = ("member.imported", "team.created")
KINDS = (*MADE, "member.described", "team.edited", "seat.given")


def find(undo: ImportUndo, since: datetime, until: datetime) -> None:
    """Keep the people and the teams that the import wrote, as its events name them. Two queries."""
    told = _own_events(undo, since, until)
    made = {event.subject_id for event in told if event.kind in MADE}
    UndoItem.objects.bulk_create(
        [
            UndoItem(undo=undo, record_id=pk, number=0, is_created=pk in made)
            for pk in dict.fromkeys(event.subject_id for event in told)
        ],
        ignore_conflicts=True,
    )


def built_on(items: Collection[UndoItem], undo: ImportUndo) -> dict[UUID, str]:
    """Of these people and teams, those that something was built on, with the key of the reason. Seven queries."""
    made = {item.record_id for item in items if item.is_created}
    found: dict[UUID, str] = {}
    for owned, code in (
        (Record.objects.filter(owner__in=made).values_list("owner", flat=True), "owned"),
        (Account.objects.filter(owner__in=made).values_list("owner", flat=True), "owned"),
        (AccountOwner.objects.filter(member__in=made).values_list("member", flat=True), "owned"),
        (Record.objects.filter(team__in=made).values_list("team", flat=True), "records"),
    ):
        found |= dict.fromkeys(owned.distinct(), code)
    ids = [item.record_id for item in items]
    later = Event.objects.filter(NO_RECORD, subject_id__in=ids, at__gte=undo.of.started_at).order_by("at", "id")
    for pk, of in later.values_list("subject_id", "facts__import"):
        if of != str(undo.of_id):
            found.setdefault(pk, "imports" if of else "people")
    seated = TeamSeat.objects.filter(team__in=made).exclude(member__in=set(ids) - found.keys())
    found |= {pk: found.get(pk, "seats") for pk in seated.values_list("team", flat=True)}
    led = Team.objects.filter(manager__in=made).exclude(pk__in=set(ids) - found.keys())
    return found | {pk: found.get(pk, "team") for pk in led.values_list("manager", flat=True)}


def put_back(items: Collection[UndoItem], undo: ImportUndo, since: datetime, until: datetime, at: datetime) -> None:
    """All of them in one transaction: teams point at people, and people sit in teams."""
    touched, told = built_on(items, undo), _own_events(undo, since, until)
    for item in items:
        item.touched_by = touched.get(item.record_id, "")
    free = {item.record_id: item for item in items if not item.touched_by}
    members, teams = Member.objects.in_bulk(free), Team.objects.in_bulk(free)
    for event in told:
        if event.kind == "seat.given" and event.subject_id in members:
            TeamSeat.objects.filter(member=event.subject_id, team__key=event.facts["team"]).delete()
    changed = [event for event in reversed(told) if event.subject_id in free and "former" in event.facts]
    for event in changed:
        found = members.get(event.subject_id) or teams.get(event.subject_id)
        for key, value in event.facts["former"].items() if found else ():
            setattr(found, key, value)
    for pk, member in members.items():
        if free[pk].is_created:
            member.is_active, member.deactivated_at = False, at
        member.save()
    for pk, team in teams.items():
        if free[pk].is_created:
            free[pk].touched_by = "" if _is_gone(team) else "other"
        else:
            team.save()
    _tell(items, members, undo, at)


def _is_gone(team: Team) -> bool:
    """Whether the team could be taken away: nobody sits in it, and nothing refers to it."""
    try:
        with transaction.atomic():
            Team.objects.filter(pk=team.pk).delete()
    except (ProtectedError, IntegrityError):
        return False
    return True


def _tell(items: Collection[UndoItem], members: dict[UUID, Member], undo: ImportUndo, at: datetime) -> None:
    facts = {"import": str(undo.of_id), "file": undo.of.file_name}
    events: list[tuple[str, str, UUID, UUID | None, dict[str, Any]]] = []
    for item in items:
        item.outcome = "left" if item.touched_by else "removed" if item.is_created else "set_back"
        noun = "member" if item.record_id in members else "team"
        if not item.touched_by:
            events.append((f"{noun}.undone", noun, item.record_id, None, facts))
    record_all(events, at=at, actor=undo.asked_by)
    UndoItem.objects.bulk_update(items, ["outcome", "touched_by"])


def _own_events(undo: ImportUndo, since: datetime, until: datetime) -> list[Event]:
    """What the import did to people and teams, oldest first. One query."""
    told = Event.objects.filter(kind__in=KINDS, at__range=(since, until)).order_by("at", "id")
    return [event for event in told if event.facts.get("import") == str(undo.of_id)]
