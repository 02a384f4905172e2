"""Who wrote a request: one row for each thing an author did, which nothing changes or takes away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from core.people.behind import person_behind
from core.people.models import Member
from governance.models import Authorship, ChangeRequest


def note(change: ChangeRequest, *deeds: Authorship, by: Member, at: datetime) -> None:
    """Keep what `by` did, and who answers for it. The request must be locked, or new."""
    if not deeds:
        return
    person = person_behind(by)
    for deed in deeds:
        deed.person, deed.principal_id = person, by.pk
        deed.through = by.came_with.label if by.came_with else ""
    _append(change, deeds, at)


def carry_over(former: ChangeRequest, again: ChangeRequest, *, at: datetime) -> None:
    """Whoever wrote the former request wrote this one, too, and has no vote on their own words when they come again."""
    throughs: dict[tuple[Any, Any], str] = {}
    for row in Authorship.objects.filter(change=former):
        throughs.setdefault((row.person_id, row.principal_id), row.through)
    carried = [
        Authorship(what=Authorship.What.CARRIED, person_id=person, principal_id=principal, through=through)
        for (person, principal), through in throughs.items()
    ]
    _append(again, carried, at)


def _append(change: ChangeRequest, deeds: Sequence[Authorship], at: datetime) -> None:
    """Write the rows behind those that are there."""
    last = Authorship.objects.filter(change=change).aggregate(last=Max("position"))["last"]
    for position, deed in enumerate(deeds, start=0 if last is None else last + 1):
        deed.change, deed.position, deed.at = change, position, at
    Authorship.objects.bulk_create(deeds)
