"""Values as the database can hold them: what cannot be stored is refused by name."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

LONGEST = dict.fromkeys(("name", "domain", "account", "account_domain"), 255) | {
    "email": 254,
    "source": 120,
    "currency": 3,
}
LONGEST_PROPERTY = 5_000
MOST_MONEY = Decimal(10) ** 14  # numeric(16, 2)
MOST_NUMBER = 10**18
FIRST_YEAR, LAST_YEAR = 1900, 2200


class BadValue(ValueError):
    """A value that cannot be stored: which field, and why."""

    def __init__(self, code: str, field: str, detail: str) -> None:
        self.code, self.field, self.detail = code, field, detail
        super().__init__(detail)


def stored_core(key: str, value: Any) -> Any:
    """A typed column of the record; None where it is blank. Raises BadValue."""
    if value is None or value == "":
        return None
    if key in ("amount", "mrr"):
        return _money(key, value)
    if key in ("closes_on", "renews_on"):
        return _day(key, value)
    if key == "created_at":
        return stored_moment(key, value)
    if key == "owner_id":
        return str(value)
    text = stored_text(key, value, LONGEST[key])
    if key in ("email", "domain", "account_domain"):
        return text.lower() or None
    return (text.upper() if key == "currency" else text) or None


def stored_property(key: str, value: Any) -> Any:
    """A value of the record's JSON; None where it is blank. Raises BadValue."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return stored_text(key, value, LONGEST_PROPERTY) or None
    if isinstance(value, int | float | Decimal):
        return _number(key, value)
    if isinstance(value, datetime):
        return stored_moment(key, value)
    if isinstance(value, date):
        return _day(key, value)
    raise BadValue("wrong_type", key, "This must be text, a number, a date, or yes or no.")


def stored_text(field: str, value: Any, longest: int) -> str:
    """Text without blanks around it. Raises BadValue."""
    if not isinstance(value, str):
        raise BadValue("wrong_type", field, "This must be text.")
    if len(value) > longest:
        raise BadValue("too_long", field, f"At most {longest:,} characters fit here; this has {len(value):,}.")
    if not value.isprintable() and ("\x00" in value or any("\ud800" <= each <= "\udfff" for each in value)):
        raise BadValue("bad_text", field, "Text may not hold NUL or half of a surrogate pair.")
    return value.strip()


def stored_moment(field: str, value: Any) -> str:
    """A moment in UTC; one without a zone is taken for UTC. Raises BadValue."""
    if not isinstance(value, datetime):
        raise BadValue("wrong_type", field, "This must be a date with its time.")
    _refuse_year(field, value.year)
    return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


def _day(field: str, value: Any) -> str:
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        raise BadValue("wrong_type", field, "This must be a date.")
    _refuse_year(field, value.year)
    return value.isoformat()


def _refuse_year(field: str, year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadValue("bad_date", field, f"The year {year} is not believable.")


def _money(field: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadValue("wrong_type", field, "This must be a number.")
    _refuse_infinite(field, value)
    amount = Decimal(str(value))
    if abs(amount) >= MOST_MONEY - 1:
        raise BadValue("too_large", field, "This amount is too large.")
    return str(amount)


def _number(field: str, value: int | float | Decimal) -> int | float:
    _refuse_infinite(field, value)
    if not -MOST_NUMBER < value < MOST_NUMBER:
        raise BadValue("too_large", field, "This number is too large.")
    return int(value) if value == int(value) else float(value)


def _refuse_infinite(field: str, value: int | float | Decimal) -> None:
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise BadValue("bad_number", field, "This must be a finite number.")
