"""Readers of cells that need nothing but the cell: addresses, domains, numbers, yes and no, several values."""

import re
from decimal import Decimal

from blueprint.typed_values import DOMAIN, LONGEST, MOST_MONEY, BadValue, yes_or_no
from blueprint.typed_values import email as read_email
from blueprint.typed_values import text as read_text
from imports.addresses import address_in
from imports.currencies import code_of
from imports.formats import MOST_PARTS, parts_of, read_number

SHORTENED = re.compile(r"[-+]?\d[.,]?\d*[eE]\+\d{1,2}")  # 4.91712E+11
MAX_INTEGER = 2**53  # JSON numbers are exact up to here


def several_of(header: str, text: str) -> list[str] | None:
    """The values of a cell that holds several."""
    parts = parts_of(text)
    if len(parts) > MOST_PARTS:
        raise BadValue("too_many_values", header, f"A cell holds {len(parts)} values; {MOST_PARTS} are the most.")
    return [found for part in parts if (found := read_text(header, part))] or None


def email_of(header: str, text: str) -> str:
    """An address; a file's needs a dot in its host, since tools write `x@host` where they know none."""
    found = (read_email(header, address_in(text)) or "").lower()
    if not DOMAIN.fullmatch(found.rpartition("@")[2]):
        raise BadValue("bad_email", header, f"“{found[:80]}” is no e-mail address: its host has no dot.")
    return found


def is_address(text: str) -> bool:
    """Whether a cell can be read as one."""
    try:
        return bool(email_of("", text))
    except BadValue:
        return False


def domain_of(header: str, text: str) -> str | None:
    """`https://www.acme.com/about` is acme.com."""
    host = re.sub(r"^[a-z]+://", "", text.lower()).split("/")[0].split("?")[0].removeprefix("www.")
    if not DOMAIN.fullmatch(host):
        raise BadValue("bad_domain", header, f"{text[:80]!r} is not a domain.")
    return read_text(header, host, LONGEST["domain"])


def currency_code_of(header: str, text: str, default: str = "") -> str:
    """`Euro` and `€` are EUR; `$` is the file's own currency, where it has one."""
    if not (code := code_of(text, default)):
        raise BadValue("bad_currency", header, f"{text[:20]!r} is not a currency code.")
    return code


def id_of(header: str, text: str, longest: int) -> str | None:
    """An id, if it still has its digits: two that a spreadsheet has shortened to the same would be one."""
    if SHORTENED.fullmatch(text):
        detail = f"“{text[:40]}” was shortened by a spreadsheet; the digits of this id are lost."
        raise BadValue("digits_lost", header, detail)
    return read_text(header, text, longest)


def decimal_of(header: str, text: str, number_format: str) -> Decimal:
    found = read_number(text, number_format, in_units=True)
    if found is None:
        raise BadValue("bad_number", header, f"{text[:80]!r} is not a number written like {number_format}.")
    if abs(found) >= MOST_MONEY:
        raise BadValue("number_too_large", header, f"{text[:40]} does not fit.")
    return found


def integer_of(header: str, text: str, number_format: str) -> int:
    found = decimal_of(header, text, number_format)
    if found != found.to_integral_value():
        raise BadValue("bad_integer", header, f"{text[:80]!r} is not a whole number.")
    if abs(found) > MAX_INTEGER:
        raise BadValue("number_too_large", header, f"{text[:40]} does not fit.")
    return int(found)


def boolean_of(header: str, text: str) -> bool:
    answer = yes_or_no(text)
    if answer is None:
        raise BadValue("bad_boolean", header, f"{text[:80]!r} is neither yes nor no.")
    return answer
