"""What an expression may name: the fields of a record, their types and, for a choice, their options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blueprint.schema.vocabularies import DataType, Family, RecordKind

__all__ = ["CORE_FIELDS", "CORE_KEYS", "BadField", "Catalogue", "DataType", "Family", "Field", "check_key"]
__all__ += ["with_handoff"]

KEY_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,62}")

# Words of the expression language itself (CEL's reserved words and type names) and the functions offered.
RESERVED = frozenset(
    """as bool break bytes const continue double dyn else false for function google has if import in int let list
    loop map null null_type namespace package return string true type uint var void while
    all exists exists_one filter matches size
    blank contains date days duration hours known lower minutes timestamp""".split()  # reads better so
)


class BadField(ValueError):
    """A field that cannot be named in an expression, with the reason."""

    code = "bad_field"

    def __init__(self, key: str, message: str) -> None:
        self.key, self.message = key, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a record knows about itself, under the key an expression uses for it."""

    key: str
    data_type: DataType
    label: str
    options: tuple[str, ...] = ()


CORE_FIELDS: tuple[Field, ...] = (
    Field("name", DataType.TEXT, "Name"),
    Field("email", DataType.EMAIL, "E-mail"),
    Field("domain", DataType.TEXT, "Domain"),
    Field("source", DataType.TEXT, "Source"),
    Field("kind", DataType.CHOICE, "Kind of record", tuple(RecordKind.values)),
    Field("stage", DataType.TEXT, "Stage"),
    Field("owner", DataType.TEXT, "Owner"),
    Field("team", DataType.TEXT, "Team"),
    Field("score", DataType.INTEGER, "Score"),
    Field("amount", DataType.NUMBER, "Amount"),
    Field("mrr", DataType.NUMBER, "Monthly recurring revenue"),
    Field("currency", DataType.TEXT, "Currency"),
    Field("closes_on", DataType.DATE, "Closes on"),
    Field("renews_on", DataType.DATE, "Renews on"),
    Field("created_at", DataType.DATETIME, "Created"),
    Field("entered_stage_at", DataType.DATETIME, "Entered the stage"),
    Field("last_activity_at", DataType.DATETIME, "Last activity"),
    Field("account_name", DataType.TEXT, "Account name"),
    Field("account_domain", DataType.TEXT, "Account domain"),
    Field("now", DataType.DATETIME, "Now"),
)
CORE_KEYS = frozenset(f.key for f in CORE_FIELDS)


def check_key(key: str) -> None:
    """Refuse a property key that an expression could not name. Raises BadField."""
    if not KEY_PATTERN.fullmatch(key):
        raise BadField(key, f"{key!r} must begin with a small letter and hold only small letters, digits and _.")
    if key in RESERVED:
        raise BadField(key, f"{key!r} is a word of the criteria language; choose another key.")


class Catalogue:
    """Every field an expression may name, compared and cached by content; the core fields are always there.

    A field given under a core key (say `stage` with the stages as options) takes the core field's place. `currency` is
    the one that lines compare money in, "" for the workspace's own. Raises BadField.
    """

    def __init__(self, fields: Iterable[Field] = (), currency: str = "") -> None:
        self._by_key = {core.key: core for core in CORE_FIELDS}
        for each in fields:
            check_key(each.key)
            known = self._by_key.get(each.key, each)
            if each != known and (known not in CORE_FIELDS or each.data_type.family is not known.data_type.family):
                raise BadField(each.key, f"{each.key!r} names two fields.")
            self._by_key[each.key] = each
        self.fields, self.currency = tuple(self._by_key.values()), currency
        self._hash = hash((self.fields, currency))

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, Catalogue):
            return self is other
        return self.fields == other.fields and self.currency == other.currency

    def __hash__(self) -> int:
        return self._hash

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def field(self, key: str) -> Field:
        """The field under this key. Raises KeyError."""
        return self._by_key[key]


# What a condition of a rung may name beside the fields of the record; a property of that key takes its place.
HANDOFF_FIELDS = (
    Field("handoff_hands", DataType.INTEGER, "Handoff: how many have had it"),
    Field("handoff_priority", DataType.INTEGER, "Handoff: priority"),
    Field("handoff_is_queued", DataType.BOOLEAN, "Handoff: waits in a queue"),
    Field("handoff_is_touched", DataType.BOOLEAN, "Handoff: was touched"),
    Field("handoff_offered_at", DataType.DATETIME, "Handoff: offered"),
    Field("handoff_due_at", DataType.DATETIME, "Handoff: answer due"),
)


def with_handoff(catalogue: Catalogue) -> Catalogue:
    """The catalogue with what a handoff knows. Raises BadField."""
    return Catalogue([*catalogue, *(each for each in HANDOFF_FIELDS if each.key not in catalogue)], catalogue.currency)
