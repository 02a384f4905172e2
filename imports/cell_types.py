"""One column's cells as values of its type, each text read once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint, PipelineTerms, PropertyTerms
from imports import destinations as targets
from imports.formats import Moment, loose, read_boolean, read_moment, read_number
from imports.mapping import Column, Mapping

EMAIL = re.compile(r"[^@\s\"(),:;<>\[\]\\]+@[^@\s]+\.[^@\s.]+")
DOMAIN = re.compile(r"[^\s.@/]+(\.[^\s.@/]+)+")
CURRENCY = re.compile(r"[A-Z]{3}")
LENGTHS = {"external_id": 200, "name": 255, "first_name": 120, "last_name": 120, "source": 120, "account": 255,
           "account_id": 200, "email": 254, "domain": 255, "account_domain": 255}  # fmt: skip
MAX_TEXT = 5_000  # what intake keeps of a property
MAX_NUMBER = Decimal(10) ** 14  # what fits numeric(16, 2)
MAX_INTEGER = 2**53  # JSON numbers are exact up to here
KEPT_READINGS = 50_000
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


class BadCell(Exception):
    """A cell that cannot be what its column must hold."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Surroundings:
    """What reading a cell needs to know beside the cell."""

    mapping: Mapping
    lifecycle: Blueprint
    zone: ZoneInfo


Reader = Callable[[str], Any]


def reader_for(header: str, column: Column, around: Surroundings) -> Reader:
    """A function from a cell to its value, None for a blank; raises BadCell. It remembers what it has read."""
    read = _reader_of(header, column, around)
    replaced = around.mapping.values.get(header, {}) if column.to != "stage" else {}
    blanks = {"", *around.mapping.blanks}
    known: dict[str, Any] = {}

    def remembering(cell: str) -> Any:
        try:
            return known[cell]
        except KeyError:
            pass
        text = cell.strip()
        text = replaced.get(text, text)
        value = None if text in blanks else read(text)
        if len(known) < KEPT_READINGS:
            known[cell] = value
        return value

    return remembering


def _reader_of(header: str, column: Column, around: Surroundings) -> Reader:
    to = column.to
    if to == "stage":
        return _stage_reader(around.mapping.values.get(header, {}), around)
    if to == "email":
        return _email
    if to.endswith("domain"):
        return _domain
    if to == "currency":
        return _currency
    if to in ("amount", "mrr"):
        return lambda text: _number(text, column.format).quantize(Decimal("0.01"))
    if to in ("closes_on", "renews_on"):
        return lambda text: _moment(text, column.format, around.zone).day
    if to in ("created_at", "entered_stage_at") or to.startswith(targets.ENTERED):
        return lambda text: at_of(_moment(text, column.format, around.zone), around.zone)
    if to.startswith(targets.PROPERTY):
        terms = around.lifecycle.properties_by_key[to.removeprefix(targets.PROPERTY)]
        return _typed(terms.type.value, column.format, around.zone, terms)
    if to.startswith(targets.ATTRIBUTE):
        return _lenient(_typed(column.type, column.format, around.zone, None))
    return lambda text: _text(text, LENGTHS.get(to, MAX_TEXT))


def _typed(data_type: str, value_format: str, zone: ZoneInfo, terms: PropertyTerms | None) -> Reader:
    """The value of a property, as JSON keeps it."""
    if data_type == DataType.BOOLEAN:
        return _boolean
    if data_type == DataType.INTEGER:
        return lambda text: _integer(text, value_format)
    if data_type == DataType.NUMBER:
        return lambda text: float(_number(text, value_format))
    if data_type == DataType.DATE:
        return lambda text: _moment(text, value_format, zone).day.isoformat()
    if data_type == DataType.DATETIME:
        return lambda text: at_of(_moment(text, value_format, zone), zone).isoformat()
    if data_type == DataType.EMAIL:
        return _email
    if terms and terms.type is DataType.CHOICE:
        return _choice(terms)
    return lambda text: _text(text, MAX_TEXT)


def _lenient(read: Reader) -> Reader:
    """An attribute nobody asks anything of keeps a cell of another type as the text it is."""

    def reading(text: str) -> Any:
        try:
            return read(text)
        except BadCell:
            return _text(text, MAX_TEXT)

    return reading


def _text(text: str, most: int) -> str:
    if len(text) > most:
        raise BadCell("too_long", f"{len(text):,} characters; at most {most:,} fit.")
    return text


def _email(text: str) -> str:
    text = _text(text.removeprefix("mailto:"), LENGTHS["email"])
    if not EMAIL.fullmatch(text):
        raise BadCell("bad_email", f"{text[:80]!r} is not an e-mail address.")
    return text.lower()


def _domain(text: str) -> str:
    """`https://www.acme.com/about` is acme.com."""
    host = re.sub(r"^[a-z]+://", "", text.lower()).split("/")[0].split("?")[0].removeprefix("www.")
    if not DOMAIN.fullmatch(host):
        raise BadCell("bad_domain", f"{text[:80]!r} is not a domain.")
    return _text(host, LENGTHS["domain"])


def _currency(text: str) -> str:
    if not CURRENCY.fullmatch(text.upper()):
        raise BadCell("bad_currency", f"{text[:20]!r} is not a currency code.")
    return text.upper()


def _number(text: str, number_format: str) -> Decimal:
    number = read_number(text, number_format)
    if number is None:
        raise BadCell("bad_number", f"{text[:80]!r} is not a number written like {number_format}.")
    if abs(number) >= MAX_NUMBER:
        raise BadCell("number_too_large", f"{text[:40]} does not fit.")
    return number


def _integer(text: str, number_format: str) -> int:
    number = _number(text, number_format)
    if number != number.to_integral_value():
        raise BadCell("bad_integer", f"{text[:80]!r} is not a whole number.")
    if abs(number) > MAX_INTEGER:
        raise BadCell("number_too_large", f"{text[:40]} does not fit.")
    return int(number)


def _boolean(text: str) -> bool:
    answer = read_boolean(text)
    if answer is None:
        raise BadCell("bad_boolean", f"{text[:80]!r} is neither yes nor no.")
    return answer


def _moment(text: str, date_format: str, zone: ZoneInfo) -> Moment:
    moment = read_moment(text, date_format)
    if moment is None:
        raise BadCell("bad_date", f"{text[:80]!r} is not a date written {date_format}.")
    if not EARLIEST <= moment.day < LATEST:
        raise BadCell("date_out_of_range", f"{text[:40]} lies outside the years 1900 to 2199.")
    if moment.clock and moment.zone:  # a day is a day of the workspace's own calendar
        local = datetime.combine(moment.day, moment.clock, moment.zone).astimezone(zone)
        return Moment(local.date(), local.time(), None)
    return moment


def at_of(moment: Moment, zone: ZoneInfo) -> datetime:
    """The instant; a day without a time begins at midnight of the zone."""
    return datetime.combine(moment.day, moment.clock or time(), zone).astimezone(UTC)


def _choice(terms: PropertyTerms) -> Reader:
    options = {loose(option): option for option in terms.options}

    def reading(text: str) -> str:
        try:
            return options[loose(text)]
        except KeyError:
            raise BadCell("unknown_option", f"{terms.label} has no option {text[:80]!r}.") from None

    return reading


def _stage_reader(named: dict[str, str], around: Surroundings) -> Reader:
    """A stage by the mapping's word for it, else by its own key or label."""
    pipeline: PipelineTerms = around.lifecycle.pipeline(around.mapping.pipeline)
    known = {loose(word): stage.key for stage in pipeline.stages for word in (stage.label, stage.key)}

    def reading(text: str) -> str | None:
        if text in named:
            return named[text] or None
        try:
            return known[loose(text)]
        except KeyError:
            raise BadCell("unknown_stage", f"No stage is named for {text[:80]!r}.") from None

    return reading
