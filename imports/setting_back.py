"""Setting records back to what they were before an import wrote them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core.history.actions import record_all
from core.history.models import Event
from core.people.models import Member, Workspace
from core.sql import load
from lifecycle.actions.intake import take_in
from lifecycle.closed_periods import name_import
from lifecycle.intake.batch_rows import Incoming
from lifecycle.models import Account, ExternalId, Import, Record

UNDO_HISTORY = load("lifecycle", "undo_history")
KINDS = ("record.updated", "record.history_corrected", "record.owner_changed")
CORE = frozenset(
    ("name", "email", "domain", "source", "amount", "currency", "mrr", "closes_on", "renews_on", "created_at")
)


def set_back(
    workspace: Workspace,
    record_ids: Collection[UUID],
    job: Import,
    span: tuple[datetime, datetime],
    *,
    by: Member,
    at: datetime,
) -> set[UUID]:
    """Give the records the values, the owner and the past they had, through intake like any other writing; those that
    it refuses. `span`: when the import wrote."""
    events = [event for event in _events(record_ids, span) if event.facts.get("import") == str(job.pk)]
    before: dict[UUID, dict[str, Any]] = {}
    for event in events:
        assert event.record_id, "they were found by their records"
        former = before.setdefault(event.record_id, {})
        for key, value in _former(event).items():
            former.setdefault(key, value)
    joined = {record_id: former.pop("origin_id") for record_id, former in before.items() if "origin_id" in former}
    refused = _write(workspace, before, str(job.mapping.get("system", "")), by, at)
    _part_from_origins(set(joined) - refused, by, at)
    corrected = {
        event.record_id for event in events if event.record_id and event.kind == "record.history_corrected"
    } - refused
    if corrected:
        facts = {"undone": str(job.pk)}
        record_all(
            [("record.history_corrected", "record", each, each, facts) for each in sorted(corrected)], at=at, actor=by
        )
        first, last = _ids_of(span)
        name_import(job)
        UNDO_HISTORY.rows(records=sorted(corrected), since=span[0], until=span[1], first_id=first, last_id=last)
    _forget_ids(set(before) - refused, str(job.mapping.get("system", "")), span)
    return refused


def _events(record_ids: Collection[UUID], span: tuple[datetime, datetime]) -> list[Event]:
    """What happened to the records while the import ran, oldest first. One query."""
    found = Event.objects.filter(record_id__in=record_ids, kind__in=KINDS, at__range=span)
    return list(found.order_by("at", "id"))


def _former(event: Event) -> dict[str, Any]:
    """The values before the event, by key."""
    if event.kind == "record.owner_changed":
        return {"owner_id": event.facts.get("from")}
    return {key: value[0] for key, value in event.facts.get("changed", {}).items()}


def _write(
    workspace: Workspace, before: Mapping[UUID, dict[str, Any]], system: str, by: Member, at: datetime
) -> set[UUID]:
    kinds = dict(Record.objects.filter(pk__in=before).values_list("pk", "kind"))
    accounts = {former["account_id"] for former in before.values() if former.get("account_id")}
    names = {str(pk): name for pk, name in Account.objects.filter(pk__in=accounts).values_list("pk", "name")}
    changed = [record_id for record_id, former in before.items() if former and record_id in kinds]
    rows = []
    for line, record_id in enumerate(changed, 1):
        former = before[record_id]
        core = {key: value for key, value in former.items() if key in CORE or key == "owner_id"}
        if former.get("account_id"):
            core["account"] = names.get(former["account_id"])
        properties = {key: value for key, value in former.items() if key not in core and key != "account_id"}
        properties.pop("account", None)
        rows.append(
            Incoming(line, kinds[record_id], system=system, record_id=record_id, core=core, properties=properties)
        )
    if not rows:
        return set()
    outcome = take_in(workspace, rows, by=by, at=at)
    return {changed[each.line - 1] for each in outcome.rejected}


def _part_from_origins(record_ids: Collection[UUID], by: Member, at: datetime) -> None:
    """They came from nobody again: an import names an origin only where none was known."""
    parted = list(Record.objects.filter(pk__in=record_ids, origin__isnull=False).values_list("pk", "origin_id"))
    Record.objects.filter(pk__in=[record_id for record_id, _ in parted]).update(origin=None, updated_at=at)
    told = [
        ("record.updated", "record", each, each, {"changed": {"origin_id": [str(origin_id), None]}})
        for each, origin_id in parted
    ]
    record_all(told, at=at, actor=by)


def _forget_ids(record_ids: Collection[UUID], system: str, span: tuple[datetime, datetime]) -> None:
    """Take off the ids that the import brought."""
    ExternalId.objects.filter(record_id__in=record_ids, system=system, pk__range=_ids_of(span)).delete()


def _ids_of(span: tuple[datetime, datetime]) -> tuple[UUID, UUID]:
    """The first and the last id of rows made then: an id begins with the millisecond that it was made in."""
    first, last = (UUID(int=int(each.timestamp() * 1000) << 80) for each in span)
    return first, last
