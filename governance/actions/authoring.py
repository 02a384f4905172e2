"""Who wrote a request: one row for each thing an author did, which nothing changes or takes away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from core.people.behind import person_behind
from core.people.models import Member
from governance.models import Authorship, ChangeRequest


@dataclass(frozen=True)
class Deed:
    """One thing that was done to a draft."""

    what: str
    path: list[Any] | None = None
    before: Any = None
    after: Any = None


def note(change: ChangeRequest, *deeds: Deed, by: Member, at: datetime) -> None:
    """Keep deeds of `by`, and who answers for them. The request must be locked, or new."""
    if not deeds:
        return
    person, begin = person_behind(by), _next_position(change)
    Authorship.objects.bulk_create(
        Authorship(
            change=change,
            position=begin + place,
            what=deed.what,
            person=person,
            principal_id=by.pk,
            through=by.came_with.label if by.came_with else "",
            path=deed.path,
            before=deed.before,
            after=deed.after,
            at=at,
        )
        for place, deed in enumerate(deeds)
    )


def carry_over(former: ChangeRequest, again: ChangeRequest, *, at: datetime) -> None:
    """Whoever wrote the former request wrote this one, too, and has no vote on their own words when they come again."""
    begin, seen = _next_position(again), set()
    rows = []
    for row in Authorship.objects.filter(change=former):
        if (row.person_id, row.principal_id) not in seen:
            seen.add((row.person_id, row.principal_id))
            rows.append(
                Authorship(
                    change=again,
                    position=begin + len(rows),
                    what=Authorship.What.CARRIED,
                    person_id=row.person_id,
                    principal_id=row.principal_id,
                    through=row.through,
                    at=at,
                )
            )
    Authorship.objects.bulk_create(rows)


def _next_position(change: ChangeRequest) -> int:
    last = Authorship.objects.filter(change=change).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
