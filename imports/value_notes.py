"""What is said of the values of one column before an import starts: stages, owners and options that nobody knows."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as Keyed
from typing import Any

from blueprint.expressions.fields import DataType
from blueprint.property_values import are_options
from blueprint.schema import Blueprint
from blueprint.typed_values import LONGEST, LONGEST_PROPERTY, BadValue, loose, yes_or_no
from imports import destinations as targets
from imports import stage_words
from imports.file_owners import Owners, WhyNot
from imports.mapping import Column, Mapping
from lifecycle.rules.owners import why_not_owner, why_not_person

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
UNKNOWN_PEOPLE = UNKNOWN_OWNERS | {"blank": "It stays blank there; the name is kept as an attribute."}
UNABLE_PEOPLE = UNABLE_OWNERS | {"blank": "come in without it; the name is kept as an attribute."}
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


def outcomes_unknown(column: Found, lifecycle: Blueprint, mapping: Mapping) -> list[str]:
    """Words beside the stage that do not say whether a record is open, won or lost."""
    pipeline, header = lifecycle.pipeline(mapping.pipeline), column["header"]
    lost = _lost(column, mapping, lambda value: stage_words.means_a_stage(value, header, pipeline))
    if not lost:
        return []
    return [f"“{header}”: {_named(lost)} says neither won nor lost; there the stage counts ({rows_of(lost.total())})."]


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


def ids_repeated(findings: Found, mapping: Mapping) -> list[str]:
    """Rows that name a record which another row of the file names: by the id, of leads without one by the address."""
    columns = {column["header"]: column for column in findings["columns"]}
    known_by = mapping.column_for("external_id") or (mapping.kind == "lead" and mapping.column_for("email"))
    column = columns.get(known_by or "")
    if not mapping.kind or not column or column["is_many"]:
        return []
    blank = mapping.blanks_of(column["header"])
    again = [(value, count) for value, count in column["values"] if count > 1 and value not in blank]
    rows = column["filled"] - column["distinct"] - sum(count - 1 for word, count in column["values"] if word in blank)
    if rows < 1 or not again:
        return []
    becomes = (
        "They come in in their order, and the last one stands."
        if mapping.on_repeat == "update"
        else "The first one stands; the others are kept as rejections."
    )
    shown = again[0][0][:60]
    return [f"“{column['header']}”: {rows_of(rows)} more of records that other rows name, as “{shown}”. {becomes}"]


def owners_unknown(column: Found, mapping: Mapping, owners: Owners) -> list[str]:
    """Names that nobody has, and those of somebody who cannot own."""
    what = UNABLE_OWNERS[mapping.unable_owner].format(instead=mapping.owner_instead)
    return _people_unknown(column, mapping, owners, what, UNKNOWN_OWNERS[mapping.unknown_owner], why_not_owner)


def people_unknown(column: Found, target: Column, mapping: Mapping, owners: Owners) -> list[str]:
    """The same of a column that names somebody beside the owner."""
    what = UNABLE_PEOPLE[mapping.unable_owner].format(instead=mapping.owner_instead)
    unknown = UNKNOWN_PEOPLE[mapping.unknown_owner]
    if target.to.startswith(targets.ATTRIBUTE):
        what, unknown = "keep the name as it stands.", "The name is kept as it stands."
    return _people_unknown(column, mapping, owners, what, unknown, why_not_person)


def _people_unknown(
    column: Found, mapping: Mapping, owners: Owners, what: str, becomes: str, why_not_of: WhyNot
) -> list[str]:
    name = f"“{column['header']}”"
    unable = [(why, count) for value, count in column["values"] if (why := owners.why_not(value, why_not_of))]
    said = [f"{name}: {why} {rows_of(count)} {what}" for why, count in unable[:NAMED]]
    unknown = _lost(column, mapping, owners.knows)
    if not unknown:
        return said
    more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
    who = f"{_named(unknown)}{more} ({rows_of(unknown.total())})"
    return [*said, f"{name}: nobody here is known as {who}. {becomes}"]


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


def too_long(column: Found, target: Column) -> list[str]:
    """Texts that have more letters than fit."""
    longest, most = column["longest"], LONGEST.get(target.to, LONGEST_PROPERTY)
    if longest <= most or target.type != DataType.TEXT:
        return []
    return [f"“{column['header']}”: a cell has {longest:,} letters and {most:,} fit; such rows are rejected."]


def unreadable(column: Found, mapping: Mapping, read: Callable[[str], Any]) -> list[str]:
    """Values that are not what their place holds; `read` raises BadValue for them."""
    why = list[str]()

    def can_read(value: str) -> bool:
        try:
            read(value)
        except BadValue as bad:
            why.append(bad.detail)
            return False
        return True

    counted = dict(column["values"]) | dict(column.get("no_addresses", ()))
    lost = _lost({**column, "values": counted.items()}, mapping, can_read)
    if not lost:
        return []
    alike = " for values like it" if len(lost) > 1 else ""
    return [f"“{column['header']}”: {why[0]} {rows_of(lost.total())} would be rejected{alike}."]


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
