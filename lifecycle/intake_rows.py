"""Rows of the API as rows of intake: every value typed by the catalogue, every slip named with its field."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint, PropertyTerms
from core.people.models import Member
from lifecycle.intake.row_schema import name_key
from lifecycle.intake.rows import Incoming, Refused
from lifecycle.intake.stored_values import BadValue
from lifecycle.row_owners import LONGEST_SHOWN, with_owners
from lifecycle.rules.sources import system_of

TEXT_FIELDS = ("name", "email", "domain", "source", "currency", "account", "account_domain")
NUMBER_FIELDS = ("amount", "mrr")
DAY_FIELDS = ("closes_on", "renews_on")
PLACE_FIELDS = ("kind", "system", "external_id", "pipeline", "stage", "reason", "note")
OVERRIDE = "override"
KNOWN = frozenset(
    (*TEXT_FIELDS, *NUMBER_FIELDS, *DAY_FIELDS, *PLACE_FIELDS, OVERRIDE, "created_at", "owner", "properties")
)
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,189}")
NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,12})?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
YES, NO = frozenset(("true", "yes", "y", "1")), frozenset(("false", "no", "n", "0"))


def parse_rows(
    lifecycle: Blueprint, rows: Iterable[Any], *, by: Member, first_line: int = 1
) -> tuple[list[Incoming], list[Refused]]:
    """Rows as intake takes them, and those that have the wrong shape. One query, only when a row names an owner.
    A row speaks for the system of the key that `by` came with, and for no other."""
    ready: list[Incoming] = []
    refused: list[Refused] = []
    owned: dict[int, str] = {}
    for line, row in enumerate(rows, start=first_line):
        try:
            ready.append(parse_row(lifecycle, row, line, owned, key_system(by)))
        except BadValue as bad:
            raw = row if isinstance(row, dict) else {"row": row}
            refused.append(Refused(line, bad.code, bad.field, bad.detail, raw))
    if owned:
        ready = with_owners(ready, owned, refused)
    return ready, refused


def parse_row(lifecycle: Blueprint, row: Any, line: int, owned: dict[int, str], own: str | None) -> Incoming:
    """One row; its owner's name is left in `owned`. Raises BadValue."""
    if not isinstance(row, dict):
        raise BadValue("wrong_type", "", "A row is an object with named fields.")
    for key in row:
        if key not in KNOWN:
            raise BadValue("unknown_field", key[:120], f"There is no field called “{key[:LONGEST_SHOWN]}”.")
    places = {key: _text(key, row.get(key)) or "" for key in PLACE_FIELDS}
    if owner := _text("owner", row.get("owner")):
        owned[line] = owner
    core = parse_core(row)
    if "owner" in row and not owner:
        core["owner_id"] = None
    return Incoming(
        line=line,
        kind=places["kind"] or "lead",
        system=_system(own, places["system"]),
        external_id=places["external_id"],
        core=core,
        properties=parse_properties(lifecycle, row.get("properties"), places["kind"] or "lead"),
        pipeline=places["pipeline"],
        stage=places["stage"],
        reason_key=places["reason"],
        note=places["note"],
        is_override=_boolean(OVERRIDE, row.get(OVERRIDE) or False),
        raw=row,
    )


def key_system(by: Member) -> str | None:
    """The system of the key that somebody came in with; None for a person."""
    return by.came_with.system if by.came_with else None


def _system(own: str | None, named: str) -> str:
    found = system_of(own, named)
    if found is None:
        whose = "People write as themselves." if own is None else f"This key speaks for “{own}”."
        raise BadValue("not_your_system", "system", f"{whose} It cannot speak for “{named[:LONGEST_SHOWN]}”.")
    return found


def parse_core(row: Mapping[str, Any]) -> dict[str, Any]:
    """The typed columns of a row; a missing key stays missing, null stays None. Raises BadValue."""
    core: dict[str, Any] = {key: _text(key, row[key]) for key in TEXT_FIELDS if key in row}
    core.update({key: _number(key, row[key]) for key in NUMBER_FIELDS if key in row})
    core.update({key: _day(key, row[key]) for key in DAY_FIELDS if key in row})
    if "created_at" in row:
        core["created_at"] = _moment("created_at", row["created_at"])
    if core.get("email"):
        core["email"] = _email("email", core["email"])
    return core


def parse_properties(lifecycle: Blueprint, given: Any, kind: str) -> dict[str, Any]:
    """Values of the catalogue's types; a key the catalogue does not have, or not for this kind, is refused."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise BadValue("wrong_type", "properties", "Properties are an object: key and value.")
    return {key: parse_property(lifecycle, key, value, kind) for key, value in given.items()}


def parse_property(lifecycle: Blueprint, key: str, value: Any, kind: str) -> Any:
    """One value of one property. Raises BadValue."""
    terms = lifecycle.properties_by_key.get(key)
    if terms is None or terms.record_kind not in ("", kind):
        raise BadValue("unknown_property", f"properties.{key[:100]}", f"There is no property “{key[:LONGEST_SHOWN]}”.")
    if value is None or value == "":
        return None
    if terms.type is DataType.CHOICE:
        return option_of(terms, value)
    return PARSERS[terms.type](f"properties.{key}", value)


def option_of(terms: PropertyTerms, value: Any) -> str:
    """The option meant: case, blanks and punctuation do not tell two options apart (“GTXPro” is “GTX Pro”)."""
    meant = name_key(value) if isinstance(value, str) else None
    for option in terms.options:
        if value == option or (meant and name_key(option) == meant):
            return option
    shown = str(value)[:LONGEST_SHOWN]
    options = ", ".join(terms.options)
    raise BadValue("unknown_option", f"properties.{terms.key}", f"“{shown}” is none of: {options}.")


# --- values ---------------------------------------------------------------------------------------------------------


def _text(field: str, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadValue("wrong_type", field, "This must be text.")
    return value.strip()


def _email(field: str, value: Any) -> str | None:
    text = _text(field, value)
    if text and not EMAIL.fullmatch(text):
        raise BadValue("bad_email", field, f"“{text[:LONGEST_SHOWN]}” is no e-mail address.")
    return text


def _number(field: str, value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadValue("wrong_type", field, "This must be a number.")
    text = value.strip() if isinstance(value, str) else ""
    if isinstance(value, str) and not NUMBER.fullmatch(text):
        raise BadValue("bad_number", field, f"“{text[:LONGEST_SHOWN]}” is no number; write it as 1234.56.")
    try:
        number = Decimal(text or str(value))
    except InvalidOperation:
        raise BadValue("bad_number", field, "This must be a number.") from None
    if not number.is_finite():
        raise BadValue("bad_number", field, "This must be a finite number.")
    return number


def _integer(field: str, value: Any) -> int | None:
    number = _number(field, value)
    if number is not None and (abs(number) >= 10**18 or number != number.to_integral_value()):
        raise BadValue("bad_number", field, "This must be a whole number.")
    return None if number is None else int(number)


def _boolean(field: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if isinstance(value, str | int) and word in YES | NO:
        return word in YES
    raise BadValue("wrong_type", field, "This must be true or false.")


def _day(field: str, value: Any) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and DAY.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise BadValue("bad_date", field, f"“{str(value)[:LONGEST_SHOWN]}” is no day; write it as 2026-03-31.")


def _moment(field: str, value: Any) -> datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) <= 40:
        try:
            moment = datetime.fromisoformat(value.strip())
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    shown = str(value)[:LONGEST_SHOWN]
    raise BadValue("bad_date", field, f"“{shown}” is no moment; write it as 2026-03-31T09:00:00Z.")


PARSERS: dict[DataType, Callable[[str, Any], Any]] = {
    DataType.TEXT: _text,
    DataType.URL: _text,
    DataType.EMAIL: _email,
    DataType.NUMBER: _number,
    DataType.INTEGER: _integer,
    DataType.BOOLEAN: _boolean,
    DataType.DATE: _day,
    DataType.DATETIME: _moment,
}
