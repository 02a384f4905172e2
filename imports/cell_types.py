"""One column's cells as values of its type, each text read once."""

from collections.abc import Callable
from collections.abc import Mapping as Keyed
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from blueprint.expressions.fields import DataType
from blueprint.property_values import CHOOSE
from blueprint.schema import Blueprint, PipelineTerms
from blueprint.typed_values import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST,
    LONGEST_PROPERTY,
    BadValue,
    Reader,
    limited_text,
    loose,
    number,
)
from blueprint.typed_values import text as read_text
from core.people.models import Member, Workspace
from imports import destinations as targets
from imports.cell_readers import (
    boolean_of,
    currency_code_of,
    decimal_of,
    domain_of,
    email_of,
    id_of,
    integer_of,
    several_of,
)
from imports.file_owners import Owners
from imports.formats import SEVERAL, Moment, read_moment
from imports.mapping import Column, Mapping
from imports.stage_words import closing_of
from lifecycle.models import Account

KEPT_READINGS = 50_000


@dataclass(frozen=True)
class Context:
    """What rows are read against. `account_names`: names of accounts by their id in the other system; `as_of`: when a
    stage without a date of its own was entered, the day the file tells of, else the import's; `at`: the present."""

    mapping: Mapping
    lifecycle: Blueprint
    headers: tuple[str, ...]
    zone: ZoneInfo
    as_of: datetime
    at: datetime
    owners: Owners
    account_names: Keyed[str, str]

    @classmethod
    def of(
        cls,
        mapping: Mapping,
        lifecycle: Blueprint,
        headers: tuple[str, ...],
        workspace: Workspace,
        *,
        by: Member | None,
        at: datetime,
        began_at: datetime | None = None,
    ) -> Self:
        """For a file of this workspace. Two queries at most."""
        zone = ZoneInfo(mapping.dates.time_zone or workspace.time_zone)
        as_of = datetime.combine(mapping.as_of, time(), zone).astimezone(UTC) if mapping.as_of else began_at or at
        owners = Owners(mapping, by=by, at=at)
        if mapping.unable_owner == "give":
            _ = owners.instead  # refused before the first row
        names = account_names(mapping.system) if mapping.column_for("account_id") else {}
        return cls(mapping, lifecycle, headers, zone, as_of, at, owners, names)


def id_key(system: str) -> str:
    """The attribute that keeps how a system names the company."""
    return f"{system.replace('-', '_')}_id"


def account_names(system: str) -> dict[str, str]:
    """Names of all accounts by their id in the other system. One query; JSON is not searched under row security."""
    return dict(_by_id(system, "name"))


def account_ids(system: str) -> dict[str, UUID]:
    """All accounts by their id in the other system. One query."""
    return dict(_by_id(system, "pk"))


def _by_id(system: str, field: str) -> list[tuple[str, Any]]:
    key = id_key(system)
    known = Account.objects.filter(properties__has_key=key).values_list(f"properties__{key}", field)
    return [(str(external_id), value) for external_id, value in known]


CellReader = Callable[[str], Any]
PLAIN: dict[str, Reader] = {
    "email": email_of,
    "domain": domain_of,
    "account_domain": domain_of,
    "currency": currency_code_of,
    **{key: partial(id_of, longest=LONGEST[key]) for key in ("external_id", "account_id")},
}


def reader_for(header: str, column: Column, around: Context) -> CellReader:
    """A function from a cell to its value, None for a blank; raises BadValue. It remembers what it has read."""
    read = _reader_of(header, column, around)
    replaced = around.mapping.values.get(header, {}) if column.to != "stage" else {}
    blanks, refused = around.mapping.blanks_of(header), around.mapping.refused.get(header, ())
    known: dict[str, Any] = {}

    def remembering(cell: str) -> Any:
        try:
            return known[cell]
        except KeyError:
            pass
        text = cell.strip()
        if text in refused:
            raise BadValue("refused_value", header, f"Rows with {text[:80]!r} are rejected, as the mapping says.")
        text = replaced.get(text, text)
        value = None if text in blanks else read(header, text)
        if len(known) < KEPT_READINGS:
            known[cell] = value
        return value

    return remembering


def _reader_of(header: str, column: Column, around: Context) -> Reader:
    """The reader of a column's cells: of moments and amounts in the column's own format."""
    to, zone = column.to, around.zone
    if to == "stage":
        return _stage_reader(around.mapping.values.get(header, {}), around)
    if to == "outcome":
        pipeline = around.lifecycle.pipeline(around.mapping.pipeline)
        return lambda header, text: closing_of(text, header, pipeline)
    if to == "currency":
        return partial(currency_code_of, default=around.mapping.currency)
    if to in PLAIN:
        return PLAIN[to]
    if to in ("amount", "mrr"):
        return lambda header, text: decimal_of(header, text, column.format).quantize(Decimal("0.01"))
    if to in ("closes_on", "renews_on"):
        return lambda header, text: _moment(header, text, column.format, zone).day
    if to in ("created_at", "entered_stage_at", "happened_at") or to.startswith(targets.ENTERED):
        return lambda header, text: at_of(_moment(header, text, column.format, zone), zone)
    if to.startswith(targets.PROPERTY):
        terms = around.lifecycle.properties_by_key[to.removeprefix(targets.PROPERTY)]
        if terms.type in CHOOSE:
            return partial(CHOOSE[terms.type], terms)
        return _typed(terms.type, column.format, zone)
    if to.startswith(targets.ATTRIBUTE) and column.format == SEVERAL:
        return several_of
    if to.startswith(targets.ATTRIBUTE):
        return _lenient(_typed(column.type, column.format, zone))
    return limited_text(LONGEST.get(to, LONGEST_PROPERTY))


def _typed(data_type: str, value_format: str, zone: ZoneInfo) -> Reader:
    """The value of a property, as JSON keeps it."""
    readers: dict[str, Reader] = {
        DataType.BOOLEAN: boolean_of,
        DataType.INTEGER: lambda header, text: integer_of(header, text, value_format),
        DataType.NUMBER: lambda header, text: number(header, decimal_of(header, text, value_format)),
        DataType.DATE: lambda header, text: _moment(header, text, value_format, zone).day.isoformat(),
        DataType.DATETIME: lambda header, text: at_of(_moment(header, text, value_format, zone), zone).isoformat(),
        DataType.EMAIL: email_of,
    }
    return readers.get(data_type, read_text)


def _lenient(read: Reader) -> Reader:
    """An attribute nobody asks anything of keeps a cell of another type as the text it is."""

    def reading(header: str, text: str) -> Any:
        try:
            return read(header, text)
        except BadValue:
            return read_text(header, text)

    return reading


def _moment(header: str, text: str, date_format: str, zone: ZoneInfo) -> Moment:
    moment = read_moment(text, date_format)
    if moment is None:
        raise BadValue("bad_date", header, f"{text[:80]!r} is not a date written {date_format}.")
    if not FIRST_YEAR <= moment.day.year < LAST_YEAR:
        raise BadValue("date_out_of_range", header, f"{text[:40]} lies outside the years 1900 to 2199.")
    if moment.clock and moment.zone:  # a day is a day of the workspace's own calendar
        local = datetime.combine(moment.day, moment.clock, moment.zone).astimezone(zone)
        return Moment(local.date(), local.time(), None)
    return moment


def at_of(moment: Moment, zone: ZoneInfo) -> datetime:
    """The instant; a day without a time begins at midnight of the zone."""
    return datetime.combine(moment.day, moment.clock or time(), zone).astimezone(UTC)


def _stage_reader(named: dict[str, str], around: Context) -> Reader:
    """A stage by the mapping's word for it, else by its own key or label."""
    pipeline: PipelineTerms = around.lifecycle.pipeline(around.mapping.pipeline)
    known = {loose(word): stage.key for stage in pipeline.stages for word in (stage.label, stage.key)}

    def reading(header: str, text: str) -> str | None:
        if text in named:
            return named[text] or None
        try:
            return known[loose(text)]
        except KeyError:
            raise BadValue("unknown_stage", header, f"No stage is named for {text[:80]!r}.") from None

    return reading
