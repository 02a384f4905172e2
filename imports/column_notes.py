"""What is said of one column before an import starts: where it did not go, and which numbers can be read twice."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Keyed
from itertools import islice
from typing import Any

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint
from imports import destinations as targets
from imports import header_words
from imports.currencies import currency_of
from imports.formats import NUMBER_FORMATS, read_number
from imports.mapping import Column, Mapping

SHORTENED = re.compile(r"[-+]?\d[.,]?\d*[eE]\+\d{1,2}")  # 4.91712E+11
IN_UNITS = re.compile(
    r"\b(thousands?|tausend|tsd\.?|t€|teur|k€|k\$|keur|kusd|milliers|miles|duizend|millions?|mio\.?|mln\.?)(?!\w)", re.I
)
CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?( ?[ap]\.?m\.?)?", re.I)
TYPE_WORDS = {
    DataType.DATE: "days", DataType.DATETIME: "moments", DataType.NUMBER: "numbers", DataType.INTEGER: "whole numbers",
    DataType.BOOLEAN: "yes or no", DataType.EMAIL: "addresses",
}  # fmt: skip
NAMED = 3
Found = Keyed[str, Any]


def misplaced(column: Found, mapping: Mapping, lifecycle: Blueprint) -> list[str]:
    """A column whose header names a place that no column has, because its values are something else."""
    target = mapping.columns.get(column["header"])
    if not column["filled"] or (target and not target.to.startswith(targets.ATTRIBUTE)):
        return []
    taken = {each.to for each in mapping.columns.values()}
    for meant in header_words.meant_by(column["header"], mapping.target, lifecycle):
        words = TYPE_WORDS.get(DataType(targets.type_at(meant, mapping.target, lifecycle) or DataType.TEXT))
        if meant not in taken and words:
            shown = ", ".join(f"“{value}”" for value in column["samples"][:NAMED])
            what = "is kept as a further attribute" if target else "is left out"
            return [f"“{column['header']}”: most values are not {words} ({shown}); the column {what}."]
    return []


def digits_lost(column: Found, target: Column) -> list[str]:
    """Numbers that a spreadsheet has shortened, in a column of text: phones and ids that cannot be had back."""
    shortened = [value for value in column["samples"] if SHORTENED.fullmatch(value)]
    is_text = target.type == DataType.TEXT or target.to.startswith(targets.ATTRIBUTE)
    if not shortened or not is_text:
        return []
    return [
        f"“{column['header']}”: a spreadsheet has shortened values such as “{shortened[0]}”; their digits are lost."
    ]


def left_as_written(column: Found, target: Column | None) -> list[str]:
    """What a header or the values suggest and nobody does: amounts in thousands, times of day in a column apart."""
    name, to = f"“{column['header']}”", target.to if target else ""
    if to in ("amount", "mrr") and (unit := IN_UNITS.search(column["header"])):
        return [f"{name}: the header speaks of “{unit[0]}”; the numbers come in as they stand."]
    is_apart = not to or to.startswith(targets.ATTRIBUTE)
    if is_apart and column["samples"] and all(map(CLOCK.fullmatch, column["samples"])):
        return [f"{name}: these are times of day. They are not joined with the day of another column."]
    return []


def number_warning(column: Found, target: Column, name: str) -> list[str]:
    """Numbers that cannot be read, that another format reads as another number, or whose currencies differ."""
    shares = dict(column["numbers"])
    share = shares.get(target.format, 0)
    said = []
    if column["filled"] and share < 1:
        said.append(
            f"{name}: {1 - share:.1%} of the values are not numbers written {target.format}; their rows are rejected."
        )
    others = [each for each in NUMBER_FORMATS if shares.get(each) == share and each != target.format]
    said += islice(_read_twice(column, target.format, others, name), 1)
    currencies = sorted({currency for value, _ in column["values"] if (currency := currency_of(value))})
    if target.to == "amount" and currencies:
        said.append(f"{name}: the values name their currency: {', '.join(currencies)}.")
    return said


def _read_twice(column: Found, chosen: str, others: list[str], name: str) -> Iterator[str]:
    """A sentence for each value that another format would read as another number."""
    for value, _ in column["values"]:
        meant = read_number(value, chosen)
        for other in others:
            if read_number(value, other) != meant:
                yield f"{name}: “{value}” is read as {meant}; written {other} it would be another number."
