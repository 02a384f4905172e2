"""Rows of a file about companies, taken in as accounts known by the other system's ids, else by their names."""

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
from imports.undo_companies import changes_of, state_of
from lifecycle.actions.owning_accounts import end_known
from lifecycle.intake.batch_rows import Outcome
from lifecycle.models import Account, Import
from lifecycle.rules.owners import facts_of_change

TRIES = 3  # an account of the same name may be made by somebody else in the same moment


def take_in_accounts(rows: Sequence[Row], reader: RowReader, *, by: Member, at: datetime, of: Import) -> Outcome:
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
                outcome.add(_write(found, reader, by, at, of))
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


def _write(found: Sequence[dict[str, Any]], reader: RowReader, by: Member, at: datetime, of: Import) -> Outcome:
    outcome, known = Outcome(), _Known(found, reader)
    made: dict[UUID, Account] = {}
    changed: dict[UUID, Account] = {}
    before = {account.pk: state_of(account) for account in known.accounts}
    for values in found:
        account = known.find(values)
        if account is None:
            account = Account(name_key=name_key(values["name"]), created_at=at, updated_at=at)
            made[account.pk] = account
            _tell(account, values, reader)
            outcome.created += 1
        elif _tell(account, values, reader):
            account.updated_at = at
            if account.pk not in made:
                changed[account.pk] = account
            outcome.updated += 1
        else:
            outcome.unchanged += 1
        known.keep(account, values)
    if made:
        for account, number in zip(made.values(), take_numbers("account", len(made)), strict=True):
            account.number = number
        Account.objects.bulk_create(made.values())
    if changed:
        Account.objects.bulk_update(
            changed.values(), ["name", "name_key", "domain", "owner", "properties", "updated_at"], batch_size=500
        )
    _record(made, changed, before, by, at, of)
    return outcome


class _Known:
    """The accounts that rows may mean, locked: by the file's own ids, then by their names."""

    def __init__(self, found: Sequence[dict[str, Any]], reader: RowReader) -> None:
        self._ids, key = reader.account_ids, id_key(reader.context.mapping.system)
        pks = {self._ids[each] for values in found if (each := values.get("external_id")) in self._ids}
        names = {name_key(values["name"]) for values in found}
        every = Account.objects.select_for_update().order_by("id")
        with_id = every.filter(pk__in=pks) if pks else ()
        self._by_id = {str(account.properties.get(key)): account for account in with_id}
        same = {account.pk: account for account in self._by_id.values()}
        self._by_name = {account.name_key: account for account in same.values()}
        self._by_name |= {each.name_key: same.get(each.pk, each) for each in every.filter(name_key__in=names)}

    @property
    def accounts(self) -> list[Account]:
        """Each of them."""
        return list(self._by_name.values())

    def find(self, values: dict[str, Any]) -> Account | None:
        """The account of the row's id, else of its name. It takes the row's name, unless another account has that."""
        key = name_key(values["name"])
        account = self._by_id.get(values.get("external_id", ""))
        if account is None or account.name_key == key:
            return account or self._by_name.get(key)
        if key in self._by_name:
            values["name"] = account.name
        else:
            self._by_name[key] = self._by_name.pop(account.name_key)
            account.name_key = key
        return account

    def keep(self, account: Account, values: dict[str, Any]) -> None:
        """Later rows may mean it as well."""
        self._by_name[account.name_key] = account
        if external_id := values.get("external_id"):
            self._by_id[external_id] = account
            self._ids[external_id] = account.pk


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
    made: dict[UUID, Account],
    changed: dict[UUID, Account],
    before: Keyed[UUID, dict[str, Any]],
    by: Member,
    at: datetime,
    of: Import,
) -> None:
    own = {"import": str(of.pk)}
    events: list[tuple[str, str, UUID, UUID | None, Keyed[str, Any]]] = [
        ("account.created", "account", account.pk, None, {"name": account.name, **own}) for account in made.values()
    ]
    given: list[tuple[list[Any], Account]] = []
    for key, account in changed.items():
        differences = changes_of(before[key], state_of(account))
        facts = {"name": account.name, "changed": differences, **own}
        events.append(("account.updated", "account", account.pk, None, facts))
        given += [(differences["owner_id"], account)] if "owner_id" in differences else []
    if given:
        end_known([account.pk for _, account in given], at)
    named = {owner_id for pair, _ in given for owner_id in pair if owner_id}
    people = {str(pk): member for pk, member in Member.objects.in_bulk(named).items()}
    events += [
        ("account.owner_changed", "account", account.pk, None,
         {**facts_of_change(people.get(former or ""), people.get(now or "")), **own})
        for (former, now), account in given
    ]  # fmt: skip
    if events:
        record_all(events, at=at, actor=by)
