"""Rows of a file about companies, taken in as accounts known by their names."""

from collections.abc import Mapping as Keyed
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from blueprint.typed_values import BadValue, name_key
from core.errors import WorldMovedOn
from core.history.actions import record_all
from core.people.models import Member
from core.tenancy.numbers import take_numbers
from imports.cell_types import id_key
from imports.csv_reader import Row
from imports.row_reader import RowReader
from lifecycle.intake.batch_rows import Outcome
from lifecycle.models import Account
from lifecycle.rules.owners import facts_of_change

TRIES = 3  # an account of the same name may be made by somebody else in the same moment


def take_in_accounts(rows: Sequence[Row], reader: RowReader, *, by: Member, at: datetime) -> Outcome:
    """Create or update an account for every row; three queries and one per five hundred changed accounts."""
    outcome = Outcome()
    found: list[dict[str, Any]] = []
    for row in rows:
        try:
            found.append(_values(row, reader))
        except BadValue as bad:
            outcome.rejected.append(reader.refused(row, bad))
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                outcome.add(_write(found, reader, by, at))
                return outcome
        except IntegrityError:
            continue
    raise WorldMovedOn("Others keep making the same accounts; try again.", code="too_busy")


def _values(row: Row, reader: RowReader) -> dict[str, Any]:
    """What the row says, with its owner as a member. Raises BadValue."""
    values, header_of = reader.values(row), reader.context.mapping.column_for
    if not name_key(values.get("name", "")):
        raise BadValue("no_name", header_of("name") or "", "The row names no company.")
    if name := values.pop("owner", None):
        owner_id = reader.context.owners.find(name, header_of("owner") or "")
        values |= {"owner_id": owner_id} if owner_id else {"owner_in_file": name}
    return values


def _write(found: Sequence[dict[str, Any]], reader: RowReader, by: Member, at: datetime) -> Outcome:
    outcome = Outcome()
    keys = {name_key(values["name"]) for values in found}
    known = {
        each.name_key: each for each in Account.objects.select_for_update().filter(name_key__in=keys).order_by("id")
    }
    owners = {key: account.owner_id for key, account in known.items()}
    made: dict[str, Account] = {}
    changed: dict[str, Account] = {}
    for values in found:
        key = name_key(values["name"])
        account = known.get(key)
        if account is None:
            account = known[key] = made[key] = Account(name=values["name"], name_key=key, created_at=at, updated_at=at)
            _tell(account, values, reader)
            outcome.created += 1
        elif _tell(account, values, reader):
            account.updated_at = at
            if key not in made:
                changed[key] = account
            outcome.updated += 1
        else:
            outcome.unchanged += 1
    if made:
        for account, number in zip(made.values(), take_numbers("account", len(made)), strict=True):
            account.number = number
        Account.objects.bulk_create(made.values())
    if changed:
        Account.objects.bulk_update(
            changed.values(), ["name", "domain", "owner", "properties", "updated_at"], batch_size=500
        )
    _record(made, changed, owners, by, at)
    return outcome


def _tell(account: Account, values: dict[str, Any], reader: RowReader) -> bool:
    """Put what the row says into the account; whether anything differs."""
    mapping = reader.context.mapping
    before = (account.name, account.domain, account.owner_id, dict(account.properties))
    account.name = values["name"]
    account.domain = values.get("domain", account.domain)
    further = reader.properties(values)
    if external_id := values.get("external_id"):
        further[id_key(mapping.system)] = external_id
    account.owner_id = values.get("owner_id", account.owner_id)
    if "owner_in_file" in values:
        further["owner_in_file"] = values["owner_in_file"]
    account.properties = {**account.properties, **further}
    return before != (account.name, account.domain, account.owner_id, account.properties)


def _record(
    made: dict[str, Account], changed: dict[str, Account], owners: Keyed[str, UUID | None], by: Member, at: datetime
) -> None:
    events: list[tuple[str, str, UUID, UUID | None, Keyed[str, Any]]] = [
        (kind, "account", account.pk, None, {"name": account.name})
        for kind, accounts in (("account.created", made), ("account.updated", changed))
        for account in accounts.values()
    ]
    given = [(owners[key], account) for key, account in changed.items() if owners[key] != account.owner_id]
    people = Member.objects.in_bulk({each for before, account in given for each in (before, account.owner_id) if each})
    events += [
        (
            "account.owner_changed",
            "account",
            account.pk,
            None,
            facts_of_change(people.get(before), people.get(account.owner_id)),
        )
        for before, account in given
    ]
    if events:
        record_all(events, at=at, actor=by)
