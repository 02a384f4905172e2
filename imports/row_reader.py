"""A row of the file as a row on its way in, or as a refusal with line, column and reason."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Keyed
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from typing import Any
from uuid import UUID

from blueprint.typed_values import BadValue, kept
from core.errors import BadInput
from imports import destinations as targets
from imports import header_words
from imports.cell_types import CellReader, Context, account_ids, reader_for
from imports.csv_reader import Row
from imports.currencies import currency_of
from imports.formats import SOMEBODY
from imports.told_stages import Impossible, ToldStages
from lifecycle.intake.batch_rows import Incoming, Refused

CORE = ("email", "domain", "source", "amount", "currency", "mrr", "closes_on", "renews_on", "created_at", "account",
        "account_domain")  # fmt: skip
KEPT_ROW = 4_000_000  # letters of a row kept whole with a rejection; of a longer one, KEPT_CELL of each cell
KEPT_CELL = 2_000


@dataclass
class FileRow(Incoming):
    """What a row of a file tells of a record. `told` are the stages it names, where stages tell what happened before;
    `history` is what they make of a new record.
    `given_name` is for a record that brings no name: it is given once, so that a better name given later stays.
    `origin`: how the file names the record it came from."""

    told: ToldStages | None = None
    given_name: str = ""
    origin: str = ""

    @property
    def known_by(self) -> tuple[str, str]:
        """What tells its record from those of other rows: the other system's id, else the address."""
        return ("id", self.external_id) if self.external_id else ("email", str(self.core.get("email", "")))


def raw_of(headers: Sequence[str], row: Row) -> dict[str, str]:
    """The row as it stood in the file, for a kept rejection; a broken one may have fewer cells than the header, or
    more."""
    named = [*headers, *(f"Column {place}" for place in range(len(headers) + 1, len(row.cells) + 1))]
    most = KEPT_CELL if sum(map(len, row.cells)) > KEPT_ROW else KEPT_ROW
    return {name: cell[:most].replace("\x00", "\u2400") for name, cell in zip(named, row.cells, strict=False)}


@dataclass(eq=False)
class Raw(Keyed[str, str]):
    """The same, put together only if somebody asks: most rows come in."""

    headers: Sequence[str]
    row: Row

    @cached_property
    def _cells(self) -> dict[str, str]:
        return raw_of(self.headers, self.row)

    def __getitem__(self, header: str) -> str:
        return self._cells[header]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)


class RowReader:
    """Reads the rows of one file by one mapping. `counts` tells rows of which something does not count: `set_aside`
    dates that cannot be, `unknown_origins` and `other_origins` (the record came from another one), `shared_leads` of
    one lead by several ids."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.counts = Counter[str]()
        mapping = context.mapping
        self._columns: list[tuple[int, str, CellReader]] = [
            (context.headers.index(header), column.to, reader_for(header, column, context))
            for header, column in mapping.columns.items()
        ]
        self._amount_at = next((at for at, to, _ in self._columns if to == "amount"), None)
        self._property_keys = [
            (to, to.partition(":")[2])
            for _, to, _ in self._columns
            if to.startswith((targets.PROPERTY, targets.ATTRIBUTE))
        ]
        self._people = [
            (header, *column.to.split(":"))
            for header, column in mapping.columns.items()
            if SOMEBODY in (column.type, column.format)
        ]
        self._pipeline = context.lifecycle.pipeline(mapping.pipeline) if mapping.pipeline else None

    @cached_property
    def account_ids(self) -> dict[str, UUID]:
        """Which company each id of the other system means; whoever makes one adds it. One query for a turn of a file,
        since JSON is not searched by an index under row security."""
        return account_ids(self.context.mapping.system)

    def values(self, row: Row) -> dict[str, Any]:
        """What the row holds, by where its columns go; blanks are left out. Raises BadValue."""
        if row.problem:
            raise BadValue(row.problem[0], "", row.problem[1])
        values: dict[str, Any] = {}
        for place, to, read in self._columns:
            value = read(row.cells[place])
            if value is not None:
                values[to] = value
        return values

    def can_read(self, row: Row) -> bool:
        """Whether every cell is what its column must hold."""
        try:
            self.values(row)
        except BadValue:
            return False
        return True

    def properties(self, values: Keyed[str, Any]) -> dict[str, Any]:
        """The properties and attributes among the values, by their keys."""
        found = {key: values[to] for to, key in self._property_keys if to in values}
        for header, place, key in self._people:
            if key in found:
                self.context.owners.put_name(found, key, header, is_attribute=place == "attribute")
        return found

    def people(self, values: Keyed[str, Any]) -> dict[str, Any]:
        """Whom the columns beside the owner's name, by where they go, as it would be kept."""
        kept = self.properties(values) if self._people else {}
        return {f"{place}:{key}": kept.get(key) for _, place, key in self._people}

    def refused(self, row: Row, why: BadInput) -> Refused:
        """The row as a kept rejection."""
        field = (why.field or "")[:120]
        return Refused(row.line, why.code, field, why.detail[:500], raw_of(self.context.headers, row))

    def read(self, row: Row) -> FileRow:
        """The record the row tells of. Raises BadValue."""
        values = self.values(row)
        if outcome := values.pop("outcome", None):
            values["stage"] = outcome
        mapping = self.context.mapping
        core: dict[str, Any] = {key: kept(values[key]) for key in CORE if key in values}
        properties = self.properties(values)
        if name := name_of(values):
            core["name"] = name
        if self._amount_at is not None and "amount" in core and "currency" not in core:
            beside = currency_of(row.cells[self._amount_at].strip(), mapping.currency)
            core |= {"currency": beside} if beside else {}
        for to in ("owner", "account_id"):
            if to in values:
                self._add_name(to, values[to], core, properties)
        external_id = values.get("external_id", "")
        given_name = "" if name or not external_id else " · ".join(filter(None, (core.get("account"), external_id)))
        if not external_id and not (mapping.kind == "lead" and "email" in core):
            external_id = digest_of(row)
        told = self._possible(self._stages(values)) if mapping.history else None
        return FileRow(
            line=row.line,
            kind=mapping.kind,
            system=mapping.system,
            external_id=external_id,
            core=core,
            properties=properties,
            pipeline=mapping.pipeline,
            stage="" if mapping.history else values.get("stage", ""),
            history=told.of_new(self.context.as_of) if told else (),
            raw=Raw(self.context.headers, row),
            is_read=True,
            told=told,
            given_name=given_name[:255],
            origin=values.get("origin", ""),
        )

    def _add_name(self, to: str, name: str, core: dict[str, Any], properties: dict[str, Any]) -> None:
        """The owner as a member, or the company by its id in the other system; whom nobody knows here is kept as an
        attribute, an owner only where owners may stay blank."""
        context = self.context
        header = context.mapping.column_for(to) or to
        if to == "owner" and (owner_id := context.owners.find(name, header)):
            core["owner_id"] = str(owner_id)
        elif to == "account_id" and (account := context.account_names.get(name)):
            core.setdefault("account", account)
        else:
            properties[header_words.attribute_key(header, context.lifecycle)] = name

    def _possible(self, told: ToldStages) -> ToldStages:
        """The stages without dates that cannot be, where those are set aside. Raises BadValue where they are not."""
        context = self.context
        impossible = told.impossible(context.at, context.zone)
        if impossible and context.mapping.impossible_dates == "reject":
            raise self.why_impossible(told, impossible[0])
        self.counts["set_aside"] += bool(impossible)
        return told.without(impossible) if impossible else told

    def why_impossible(self, told: ToldStages, found: Impossible) -> BadValue:
        """A date that cannot be, in words, with the column that told it."""
        mapping = self.context.mapping
        days = {key: at.astimezone(self.context.zone).date() for key, at in told.dated.items()}
        day, label = found.at.astimezone(self.context.zone).date(), lambda key: told.pipeline.stage(key).label
        what = f"It entered {label(found.key)}" if found.key else "It was created"
        if found.than is None:
            why = "which lies in the future"
        elif found.key:
            why = f"after it ended in {label(found.than)} on {days[found.than]}"
        else:
            why = f"after it entered {label(found.than)} on {days[found.than]}"
        places = (f"{targets.ENTERED}{found.key}", "entered_stage_at", "closes_on") if found.key else ("created_at",)
        header = next((header for place in places if (header := mapping.column_for(place))), "")
        return BadValue("impossible_date", header, f"{what} on {day}, {why}.")

    def _stages(self, values: Keyed[str, Any]) -> ToldStages:
        """The stages that the row names. A closed one without a date was entered on the closing day."""
        assert self._pipeline
        dated = {to.removeprefix(targets.ENTERED): at for to, at in values.items() if to.startswith(targets.ENTERED)}
        present, since, created = values.get("stage", ""), values.get("entered_stage_at"), values.get("created_at")
        if present and since:
            dated[present] = since
        elif since and not dated:
            created = since
        if present and present not in dated and not self._pipeline.stage(present).is_open and "closes_on" in values:
            dated[present] = datetime.combine(values["closes_on"], time(), self.context.zone).astimezone(UTC)
        return ToldStages(self._pipeline, dated, present, created)


def name_of(values: Keyed[str, Any]) -> str:
    """The name, or first and last name together."""
    return str(values.get("name") or " ".join(filter(None, (values.get("first_name"), values.get("last_name")))))


def digest_of(row: Row) -> str:
    """An id for a row that brings none: it follows from what the row says, so the same row is the same record."""
    return "row-" + hashlib.sha256("\x1f".join(cell.strip() for cell in row.cells).encode()).hexdigest()[:24]
