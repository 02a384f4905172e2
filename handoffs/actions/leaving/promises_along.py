"""Promises go along with the record that changes hands: whoever has it from then on keeps them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from core.history.actions import record_all
from core.people.models import Member
from handoffs.models import Commitment


def pass_on_promises(record_ids: Collection[UUID], former: Member, heir: Member, *, by: Member, at: datetime) -> None:
    """What `former` has yet to keep about these locked records is for the heir to keep, with an event each. One query
    where there is none."""
    found = Commitment.objects.filter(record__in=record_ids, owner=former, decided_at=None)
    promises = list(found.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not promises:
        return
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
