"""Promises go along with the record that changes hands, or are handed over by themselves where it does not."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from core.history.actions import record_all
from core.people.models import Member
from handoffs.models import Commitment


def pass_on_promises(record_ids: Collection[UUID], former: Member, heir: Member, *, by: Member, at: datetime) -> None:
    """What `former` has yet to keep about these locked records is for the heir to keep, with an event each. One query
    where there is none."""
    _pass_on(Commitment.objects.filter(record__in=record_ids), former, heir, by, at)


def hand_promises(
    promise_ids: Collection[Any], former: Member, heir: Member, *, by: Member, at: datetime
) -> list[Commitment]:
    """The same of these promises alone, and which those were that `former` had yet to keep."""
    return _pass_on(Commitment.objects.filter(pk__in=promise_ids), former, heir, by, at)


def _pass_on(of: QuerySet[Commitment], former: Member, heir: Member, by: Member, at: datetime) -> list[Commitment]:
    found = of.filter(owner=former, decided_at=None)
    promises = list(found.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not promises:
        return []
    Commitment.objects.filter(pk__in=[each.pk for each in promises]).update(owner=heir)
    told = [
        (
            "promise.passed_on",
            "commitment",
            each.pk,
            each.record_id,
            {"number": each.number, "title": each.title, "from": former.name, "to": heir.name},
        )
        for each in promises
    ]
    record_all(told, at=at, actor=by)
    return promises
