"""What is said of one column before an import starts: where it did not go, and which numbers can be read twice."""

import re
from collections.abc import Collection, Iterator
from collections.abc import Mapping as Keyed
from datetime import date
from itertools import islice
from typing import Any

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint
from blueprint.typed_values import yes_or_no
from imports import destinations as targets
from imports import header_words
from imports.cell_readers import SHORTENED
from imports.cell_types import PLAIN
from imports.currencies import CODES, code_of, currency_of, without_unit
from imports.formats import DATED, NUMBER_FORMATS, NUMBERED, read_moment, read_number
from imports.header_zones import word_of_several, zone_in
from imports.mapping import Column, Mapping
from imports.neighbours import ORDERS, settled
from imports.value_notes import rows_of

IN_UNITS = re.compile(
    r"(?<!\w)(thousands?|tausend|tsd\.?|t€|teur|k|k€|k\$|k£|[$€£] ?k|keur|kusd|milliers|miles|duizend|milhares|migliaia"
    r"|millions?|mio\.?|mln\.?|[$€£] ?mm?|[$€£]? ?['’]?000s?)(?!\w)",
    re.I,
)
CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?( ?[ap]\.?m\.?)?", re.I)
TYPE_WORDS = {
    DataType.DATE: "days", DataType.DATETIME: "moments", DataType.NUMBER: "numbers", DataType.INTEGER: "whole numbers",
    DataType.BOOLEAN: "yes or no", DataType.EMAIL: "addresses",
}  # fmt: skip
DELETED = re.compile(r"(is_)?(deleted|archived?|geloscht|archiviert|supprime|eliminado|verwijderd)(_at|_on|_date)?")
FAR_AHEAD = 2045
COUNTS_ONCE = (
    "stage",
    "owner",
    "amount",
    "closes_on",
)  # of two such columns the other one is easily the one that is meant
NAMED = 3
NINE_DIGITS = re.compile(r"\d{3}([ .,'’])\d{3}\1\d{3}")  # a number of a firm or a person, as often as an amount
AS_DECIMAL = re.compile(r"\d+\.0")
DECIMALS = re.compile(r"\d[.,](\d+)\D*")
Found = Keyed[str, Any]


def misplaced(column: Found, mapping: Mapping, lifecycle: Blueprint) -> list[str]:
    """A column whose header names a place that no column has, because its values are something else; or one that
    another column has, where only one of them counts."""
    target = mapping.columns.get(column["header"])
    if not column["filled"] or (target and not target.to.startswith(targets.ATTRIBUTE)):
        return []
    taken = {each.to: header for header, each in mapping.columns.items()}
    what = "is kept as a further attribute" if target else "is left out"
    for meant in header_words.meant_by(column["header"], mapping.target, lifecycle):
        words = TYPE_WORDS.get(DataType(targets.type_at(meant, mapping.target, lifecycle) or DataType.TEXT))
        if meant not in taken and words:
            shown = ", ".join(f"“{value}”" for value in column["samples"][:NAMED])
            return [f"“{column['header']}”: most values are not {words} ({shown}); the column {what}."]
        if meant in taken and meant in COUNTS_ONCE:
            return [f"“{column['header']}” also names the {meant}, which “{taken[meant]}” gives; the column {what}."]
    return []


def digits_lost(column: Found, target: Column) -> list[str]:
    """Numbers that a spreadsheet has shortened, in a column of text, as phones, that cannot be had back."""
    seen = dict.fromkeys([*column["samples"], *(value for value, _ in column["values"])])
    shortened = [value for value in seen if SHORTENED.fullmatch(value)]
    if target.to in ("external_id", "property:phone") and seen and all(map(AS_DECIMAL.fullmatch, seen)):
        return [
            f"“{column['header']}”: every value ends in “.0”, as “{next(iter(seen))}”, which some program has added."
        ]
    is_kept = target.to.startswith(targets.ATTRIBUTE) or (target.type == DataType.TEXT and target.to not in PLAIN)
    if not shortened or not is_kept:
        return []
    return [
        f"“{column['header']}”: a spreadsheet has shortened values such as “{shortened[0]}”; their digits are lost."
    ]


def left_as_written(column: Found, target: Column | None) -> list[str]:
    """What a header or the values suggest and nobody does: amounts in thousands, times of day in a column apart."""
    name, to = f"“{column['header']}”", target.to if target else ""
    if to in ("amount", "mrr") and (unit := IN_UNITS.search(column["header"])):
        return [f"{name}: the header speaks of “{unit[0]}”; the numbers come in as they stand."]
    if to == "currency":
        rare = [value for value, _ in column["values"] if (code := code_of(value)) and code not in CODES]
        return [f"{name}: “{rare[0]}” is none of the usual currencies; it comes in as it stands."] if rare else []
    is_apart = not to or to.startswith(targets.ATTRIBUTE)
    if to.startswith(targets.ATTRIBUTE) and (ahead := _years_ahead(column, target)):
        return [f"{name}: years of two digits; “{ahead[0]}” is read as {ahead[1]}."]
    is_number = target and target.type in NUMBERED
    if is_apart and is_number and column["samples"] and all(map(NINE_DIGITS.fullmatch, column["samples"])):
        return [f"{name}: “{column['samples'][0]}” is read as an amount; if it is a number of a firm, map it as text."]
    gone = sum(count for value, count in column["values"] if yes_or_no(value) is not False)
    if is_apart and DELETED.fullmatch(header_words.heard(column["header"])) and gone:
        return [f"{name}: {rows_of(gone)} deleted or archived, it seems; they come in like the others."]
    if is_apart and column["samples"] and all(map(CLOCK.fullmatch, column["samples"])):
        return [f"{name}: these are times of day. They are not joined with the day of another column."]
    return []


def _years_ahead(column: Found, target: Column | None) -> tuple[str, date] | None:
    """A day that lies far ahead, read from two digits of its year: a birthday, it may be."""
    if not target or target.type not in DATED or not target.format.endswith(("/YY", ".YY", "-YY")):
        return None
    read = ((value, read_moment(value, target.format)) for value, _ in column["values"])
    return next(((value, moment.day) for value, moment in read if moment and moment.day.year > FAR_AHEAD), None)


def number_warning(column: Found, target: Column, name: str) -> list[str]:
    """Numbers that cannot be read, that another format reads as another number, or whose currencies differ."""
    shares = dict(column["numbers"])
    share = shares.get(target.format, 0)
    said = []
    if column["filled"] and share < 1:
        said.append(
            f"{name}: {1 - share:.1%} of the values are not numbers written {target.format}; their rows are rejected."
        )
    in_units = [value for value, _ in column["values"] if without_unit(value)[1] != 1]
    if in_units and (meant := read_number(in_units[0], target.format, in_units=True)) is not None:
        said.append(f"{name}: values in thousands or millions are read as such: “{in_units[0]}” is {meant:,.2f}.")
    others = [each for each in NUMBER_FORMATS if shares.get(each) == share and each != target.format]
    said += list(islice(_read_twice(column, target.format, others, name), 1)) or _thousands_among(column, target, name)
    currencies = sorted({currency for value, _ in column["values"] if (currency := currency_of(value))})
    if target.to == "amount" and currencies:
        said.append(f"{name}: the values name their currency: {', '.join(currencies)}.")
    return said


def _thousands_among(column: Found, target: Column, name: str) -> list[str]:
    """The first value that is thousands in another format, `1.234`, where the others have fewer decimals, `12.50`."""
    mark, other = (",", NUMBER_FORMATS[0]) if target.format.endswith(",56") else (".", NUMBER_FORMATS[1])
    decimals = {
        value: len(found[1])
        for value, _ in column["values"]
        if mark in value and (found := DECIMALS.search(value)) and read_number(value, target.format) is not None
    }
    thousands = [value for value, count in decimals.items() if count == 3 and read_number(value, other) is not None]
    if not thousands or max(decimals.values()) > 3 or len(decimals) < 2 * len(thousands):
        return []
    meant = read_number(thousands[0], target.format)
    return [f"{name}: “{thousands[0]}” is read as {meant}; the others have fewer decimals. Thousands may be meant."]


def settled_by_nobody(columns: Collection[Found], mapping: Mapping) -> Iterator[str]:
    """Further attributes whose numbers or days can be read in two ways, where no other column settles which."""
    marks, order = settled(columns)
    for column in columns:
        target = mapping.columns.get(column["header"])
        if not target or not target.to.startswith(targets.ATTRIBUTE):
            continue
        name = f"“{column['header']}”"
        if target.type in NUMBERED and not marks:
            others = [each for each, share in column["numbers"] if each != target.format and share == 1]
            yield from islice(_read_twice(column, target.format, others, name), 1)
        if target.type in DATED and not order:
            orders = {each[:2]: each for each, share in column["dates"] if each[:2] in ORDERS and share == 1}
            other = next((each for begins, each in orders.items() if begins != target.format[:2]), "")
            read = [(read_moment(value, target.format), read_moment(value, other)) for value, _ in column["values"]]
            if other and any(one != another for one, another in read):
                yield f"{name}: {target.format} and {other} both fit every date. Check which one is meant."


def zones_named(column: Found, target: Column, mapping: Mapping, zone: str) -> list[str]:
    """A zone that a header names for its times and that they are not read in."""
    header = column["header"]
    is_moment = target.type == DataType.DATETIME and not target.to.startswith(targets.ATTRIBUTE)
    named = zone_in(header) or word_of_several(header) if is_moment else ""
    if not named or named == zone:
        return []
    return [f"“{header}”: the header names a time zone; its times are read as of {zone}. The mapping can say another."]


def _read_twice(column: Found, chosen: str, others: list[str], name: str) -> Iterator[str]:
    """A sentence for each value that another format would read as another number."""
    for value, _ in column["values"]:
        meant = read_number(value, chosen, in_units=True)
        for other in others:
            if read_number(value, other, in_units=True) != meant:
                yield f"{name}: “{value}” is read as {meant}; written {other} it would be another number."
