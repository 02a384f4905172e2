"""Restating what a closing of a closed period was worth: the one way to change it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from core.errors import BadInput, RuleSaysNo
from core.figures import money_to_the_cent
from core.history.actions import record as tell_history
from core.people.models import Member
from core.people.permissions import permit
from lifecycle.actions.entering import lock_record
from lifecycle.closed_periods import Closing, closing_of
from lifecycle.models import Record, StageStay, StayChange


def restate(
    record: Record, *, amount: Decimal, reason: str, by: Member, at: datetime, currency: str | None = None
) -> Record:
    """Write that the record's last closing was worth another amount; figures of its day are counted again.

    Beats: permit, lock, decide, write (the database keeps the restatement beside), record. The record itself follows
    while it stands in a won or lost stage. Raises NotPermitted, NotFound, BadInput, and RuleSaysNo where nothing was
    closed or its period is still open.
    """
    permit(by, "record.restate")
    if not reason.strip():
        raise BadInput("Say why it is restated.", code="required", field="reason")
    with transaction.atomic():
        present, at = lock_record(record, at)
        closing = closing_of(present, at)
        if closing is None:
            raise RuleSaysNo("It was never won or lost.", code="not_closed")
        if not closing.is_shut:
            detail = "The period of its closing is still open: change the amount of the record itself."
            raise RuleSaysNo(detail, code="period_open", field="amount", facts={"closed_at": closing.closed_at})
        currency = closing.currency if currency is None else currency
        after: dict[str, Any] = {"amount": amount, "currency": currency}
        if (closing.amount, closing.currency) == (amount, currency):
            raise BadInput("It is worth that already.", code="unchanged", field="amount")
        _write(present, closing, after, reason.strip(), by, at)
        facts = {
            "before": money_to_the_cent(closing.amount, closing.currency),
            "after": money_to_the_cent(amount, currency),
            "reason": reason.strip(),
        }
        tell_history("record.restated", present, at=at, actor=by, record_id=present.pk, facts=facts)
    record.refresh_from_db()
    return record


def _write(record: Record, closing: Closing, after: dict[str, Any], reason: str, by: Member, at: datetime) -> None:
    same = {"owner": record.owner_id, "team": record.team_id}
    StayChange.objects.create(
        record=record,
        stay_id=closing.stay_id,
        at=at,
        by=by,
        reason=reason,
        amount_before=closing.amount,
        currency_before=closing.currency,
        **{f"{name}_after": value for name, value in after.items()},
        **{f"{name}_{when}": value for name, value in same.items() for when in ("before", "after")},
    )
    follows = record.stage.category in ("won", "lost")
    stays = Q(pk=closing.stay_id) | Q(record=record, exited_at__isnull=True) if follows else Q(pk=closing.stay_id)
    with connection.cursor() as cursor:  # an ended stay changes for nobody else
        cursor.execute("select set_config('app.restating', 'yes', true)")
        StageStay.objects.filter(stays).update(**after)
        cursor.execute("select set_config('app.restating', '', true)")
    if follows:
        Record.objects.filter(pk=record.pk).update(updated_at=at, **after)
