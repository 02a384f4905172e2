"""Typed values for records: each value is looked at once on its way in, by its type and its bounds.

Every reader takes the name of a field and a value, and answers what the database keeps of it. `column` reads the
record's own columns, `stored` what code holds and no catalogue describes; `blueprint.property_values` reads properties.
They know one way of writing; files are read more leniently, in formats found out for each column
(`imports.cell_types`), with the bounds and the words of this module."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from core.bounds import UNFIT
from core.errors import BadInput

LONGEST = dict.fromkeys(("name", "domain", "account", "account_domain"), 255) | {
    "email": 254, "currency": 3, "external_id": 200, "account_id": 200, "system": 60, "note": 2_000,
    **dict.fromkeys(("source", "first_name", "last_name"), 120),
}  # fmt: skip
LONGEST_PROPERTY = 5_000
LONGEST_SHOWN = 80  # characters of a value in the sentence that refuses it
MOST_MONEY = Decimal(10) ** 14 - 1  # numeric(16, 2), rounded up
MOST_NUMBER = 10**18
FIRST_YEAR, LAST_YEAR = 1900, 2200
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,189}")
DOMAIN = re.compile(r"[^\s.@/]+(\.[^\s.@/]+)+")
NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,12})?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Words of seven languages, and what their spreadsheets write for true and false.
YES = frozenset({
    "yes", "true", "y", "t", "1", "on", "x", "ja", "j", "wahr", "oui", "vrai", "si", "sí", "sì", "verdadero", "waar",
    "sim", "verdadeiro", "vero",
    "✓", "✔", "✔️", "☑", "✅",
})  # fmt: skip
NO = frozenset({
    "no", "false", "n", "f", "0", "off", "nein", "falsch", "non", "faux", "falso", "nee", "onwaar", "não", "nao",
    "✗", "✘", "☐", "❌",
})  # fmt: skip
Reader = Callable[[str, Any], Any]
NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


class BadValue(BadInput):
    """A value that its field cannot hold: which field, and why."""

    def __init__(self, code: str, field: str, detail: str) -> None:
        super().__init__(detail, code=code, field=field or None)


def loose(text: str) -> str:
    """What look-alikes share: letters and digits, without case, blanks and punctuation: `GTX Pro` is `gtxpro`."""
    return NEITHER_LETTER_NOR_DIGIT.sub("", text.casefold())


@lru_cache(maxsize=4_096)  # rows name the same few companies over and over
def name_key(name: str) -> str:
    """What names of companies are compared by."""
    return loose(name)[:255]


def yes_or_no(text: str) -> bool | None:
    """Yes or no in the common spellings, None for any other word."""
    word = text.lower()
    return True if word in YES else False if word in NO else None


def text(field: str, value: Any, longest: int = LONGEST_PROPERTY) -> str | None:
    """Text without blanks around it; a whole number is taken for its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadValue("wrong_type", field, "This must be text.")
    value = value.strip()
    if len(value) > longest:
        raise BadValue("too_long", field, f"At most {longest:,} characters fit here; this has {len(value):,}.")
    if not value.isprintable() and UNFIT.search(value):
        raise BadValue("bad_text", field, "Text may not hold NUL or half of a surrogate pair.")
    return value or None


def email(field: str, value: Any) -> str | None:
    """An address as it was written."""
    found = text(field, value)
    if found and not EMAIL.fullmatch(found):
        raise BadValue("bad_email", field, f"“{found[:LONGEST_SHOWN]}” is no e-mail address.")
    return found


def decimal(field: str, value: Any) -> Decimal:
    """A finite number, written as 1234.56 where it is text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise BadValue("wrong_type", field, "This must be a number.")
    if isinstance(value, str) and not NUMBER.fullmatch(value := value.strip()):
        raise BadValue("bad_number", field, f"“{value[:LONGEST_SHOWN]}” is no number; write it as 1234.56.")
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise BadValue("bad_number", field, "This must be a finite number.")
    return number


def money(field: str, value: Any) -> str:
    """An amount as decimal text."""
    amount = decimal(field, value)
    if abs(amount) >= MOST_MONEY:
        raise BadValue("too_large", field, "This amount is too large.")
    return str(amount)


def number(field: str, value: Any) -> int | float:
    """A number as JSON keeps it: whole where it is whole."""
    found = decimal(field, value)
    if not -MOST_NUMBER < found < MOST_NUMBER:
        raise BadValue("too_large", field, "This number is too large.")
    return int(found) if found == found.to_integral_value() else float(found)


def integer(field: str, value: Any) -> int:
    """A whole number."""
    found = decimal(field, value)
    if abs(found) >= MOST_NUMBER or found != found.to_integral_value():
        raise BadValue("bad_number", field, "This must be a whole number.")
    return int(found)


def boolean(field: str, value: Any) -> bool:
    """True or false, or a word for it."""
    found = value if isinstance(value, bool) else None
    if found is None and isinstance(value, str | int):
        found = yes_or_no(str(value).strip())
    if found is None:
        raise BadValue("wrong_type", field, "This must be true or false.")
    return found


def day(field: str, value: Any) -> str:
    """A day, written as 2026-03-31."""
    if isinstance(value, str) and DAY.fullmatch(value.strip()):
        with suppress(ValueError):
            value = date.fromisoformat(value.strip())
    if not isinstance(value, date):
        raise BadValue("bad_date", field, f"“{str(value)[:LONGEST_SHOWN]}” is no day; write it as 2026-03-31.")
    _check_year(field, value)
    return (value.date() if isinstance(value, datetime) else value).isoformat()


def moment(field: str, value: Any) -> str:
    """A moment in UTC, written as 2026-03-31T09:00:00Z; one without a zone is taken for UTC."""
    found = value if isinstance(value, datetime) else None
    with suppress(ValueError, OverflowError):
        if isinstance(value, str) and len(value) <= 40:
            found = datetime.fromisoformat(value.strip())
        if found:
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
            _check_year(field, found)
            return found.isoformat()
    shown = str(value)[:LONGEST_SHOWN]
    raise BadValue("bad_date", field, f"“{shown}” is no moment; write it as 2026-03-31T09:00:00Z.")


def _check_year(field: str, value: date) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise BadValue("bad_date", field, f"The year {value.year} is not believable.")


def stored(field: str, value: Any) -> Any:
    """A value that code holds, as JSON keeps it, whatever its type."""
    if value is None or value == "" or isinstance(value, bool):
        return None if value == "" else value
    if isinstance(value, int | float | Decimal):
        return number(field, value)
    if isinstance(value, date):
        return moment(field, value) if isinstance(value, datetime) else day(field, value)
    if isinstance(value, str):
        return text(field, value)
    if isinstance(value, list):
        return [text(field, each) for each in value] or None
    raise BadValue("wrong_type", field, "This must be text, a number, a date, yes or no, or a list of texts.")


def kept(value: Any) -> str:
    """A value that was read already, in the form that intake takes: a day, a moment, an amount or an id as text."""
    return value.isoformat() if isinstance(value, date) else str(value)


def column(key: str, value: Any) -> Any:
    """The value of one of the record's own columns, None for a blank."""
    if key not in COLUMNS:
        raise BadValue("unknown_field", key, f"There is no field called “{key}”.")
    return None if value is None or value == "" else COLUMNS[key](key, value)


def limited_text(longest: int, change: Callable[[str], str] = str) -> Reader:
    """A reader of texts of at most so many characters, which it may change."""

    def read(field: str, value: Any) -> str | None:
        found = text(field, value, longest)
        return found and change(found)

    return read


COLUMNS: dict[str, Reader] = {
    **{key: limited_text(LONGEST[key]) for key in ("name", "source", "account")},
    **{key: limited_text(LONGEST[key], str.lower) for key in ("domain", "account_domain")},
    "email": lambda field, value: (email(field, value) or "").lower() or None,
    "currency": limited_text(LONGEST["currency"], str.upper),
    "amount": money,
    "mrr": money,
    "closes_on": day,
    "renews_on": day,
    "created_at": moment,
    "owner_id": lambda field, value: str(value),
}
