"""What is said of the values of one column before an import starts: stages, owners and options that nobody knows."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as Keyed
from typing import Any

from blueprint.expressions.fields import DataType
from blueprint.property_values import are_options
from blueprint.schema import Blueprint
from blueprint.typed_values import loose, yes_or_no
from imports import destinations as targets
from imports.file_owners import Owners
from imports.mapping import Column, Mapping

NAMED = 5  # values named in a sentence
UNKNOWN_OWNERS = {
    "create": "They become members without a sign-in.",
    "blank": "Their records come in without an owner; the name is kept as an attribute.",
    "reject": "Their rows would be rejected.",
}
UNABLE_OWNERS = {
    "blank": "come in without an owner; the name is kept as an attribute.",
    "give": "go to {instead}.",
    "reject": "would be rejected.",
}
Found = Keyed[str, Any]


def stages_unknown(column: Found, mapping: Mapping, lifecycle: Blueprint) -> list[str]:
    """Values that no stage is named for."""
    stages = lifecycle.pipeline(mapping.pipeline).stages
    known = {loose(word) for stage in stages for word in (stage.key, stage.label)}
    named = mapping.values.get(column["header"], {})
    lost = _lost(column, mapping, lambda value: value in named or loose(value) in known)
    if not lost:
        return []
    return [f"“{column['header']}”: no stage is named for {_named(lost)}. {rows_of(lost.total())} would be rejected."]


def addresses_shared(findings: Found, mapping: Mapping) -> list[str]:
    """Rows of a file of leads whose ids differ and whose addresses do not."""
    columns = {column["header"]: column for column in findings["columns"]}
    emails, ids = (columns.get(mapping.column_for(to) or "") for to in ("email", "external_id"))
    if mapping.kind != "lead" or not emails or not ids or emails["is_many"] or ids["is_many"]:
        return []
    blank = sum(count for word, count in emails["values"] if word in mapping.blanks_of(emails["header"]))
    again = emails["filled"] - blank - (emails["distinct"] - bool(blank)) - (ids["filled"] - ids["distinct"])
    if again < 1:
        return []
    return [
        f"“{emails['header']}”: {rows_of(again)} with an id of their own repeat an address. One address is one lead: "
        "it gets both ids, and the last row stands."
    ]


def owners_unknown(column: Found, mapping: Mapping, owners: Owners) -> list[str]:
    """Names that nobody has, and those of somebody who cannot own."""
    name = f"“{column['header']}”"
    unable = [(owners.why_not(value), count) for value, count in column["values"] if owners.why_not(value)]
    what = UNABLE_OWNERS[mapping.unable_owner].format(instead=mapping.owner_instead)
    said = [f"{name}: {why} {rows_of(count)} {what}" for why, count in unable[:NAMED]]
    unknown = _lost(column, mapping, owners.knows)
    if not unknown:
        return said
    more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
    who = f"{_named(unknown)}{more} ({rows_of(unknown.total())})"
    return [*said, f"{name}: nobody here is known as {who}. {UNKNOWN_OWNERS[mapping.unknown_owner]}"]


def options_unknown(column: Found, target: Column, mapping: Mapping, lifecycle: Blueprint) -> list[str]:
    """Values that are no option of the property, or neither yes nor no."""
    terms = lifecycle.properties_by_key[target.to.removeprefix(targets.PROPERTY)]
    options = {loose(option) for option in terms.options}
    readers: dict[DataType, tuple[Callable[[str], bool], str]] = {
        DataType.CHOICE: (lambda value: loose(value) in options, f"{terms.label} has no option"),
        DataType.CHOICES: (lambda value: are_options(terms, value), f"not all are options of {terms.label}:"),
        DataType.BOOLEAN: (lambda value: yes_or_no(value) is not None, "it is neither yes nor no:"),
    }
    if terms.type not in readers:
        return []
    can_read, words = readers[terms.type]
    replaced, refused = mapping.values.get(column["header"], {}), mapping.refused.get(column["header"], ())
    lost = _lost(column, mapping, lambda value: value in refused or _is_read(replaced.get(value, value), can_read))
    if not lost:
        return []
    return [f"“{column['header']}”: {words} {_named(lost)}. {rows_of(lost.total())} would be rejected."]


def _is_read(value: str, can_read: Callable[[str], bool]) -> bool:
    return not value or can_read(value)


def _lost(column: Found, mapping: Mapping, is_known: Callable[[str], bool]) -> Counter[str]:
    """Values of a column that nobody knows, with how often each occurs; the most frequent first."""
    blanks = mapping.blanks_of(column["header"])
    values = ((value, count) for value, count in column["values"] if value not in blanks)
    return Counter({value: count for value, count in values if not is_known(value)})


def _named(values: Counter[str]) -> str:
    return ", ".join(f"“{value}”" for value, _ in values.most_common(NAMED))


def rows_of(count: int) -> str:
    """`1 row`, `1,200 rows`."""
    return "1 row" if count == 1 else f"{count:,} rows"
