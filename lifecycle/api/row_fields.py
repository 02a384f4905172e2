"""Fields of a row that a program sends: read by the catalogue's types, every slip named with its field."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from blueprint.property_values import property_value as read_property
from blueprint.schema import Blueprint
from blueprint.typed_values import COLUMNS, LONGEST, LONGEST_SHOWN, BadValue, Reader, boolean, limited_text
from blueprint.typed_values import text as read_text
from core.errors import BadInput
from core.people.models import Member
from lifecycle.intake.batch_rows import Incoming, Refused
from lifecycle.rules.owners import why_not_owner, why_not_person
from lifecycle.rules.sources import system_of

CORE = frozenset(COLUMNS) - {"owner_id"}
FIXED: dict[str, Reader] = {
    **dict.fromkeys(("kind", "pipeline", "stage", "reason"), read_text),
    **{key: limited_text(LONGEST[key]) for key in ("system", "external_id", "note")},
    "override": boolean,
}
"""What says how a row comes in; an edit has nothing of it."""
FIELDS: dict[str, Reader] = {**COLUMNS, **FIXED, "owner": read_text}
del FIELDS["owner_id"]


def parse_rows(lifecycle: Blueprint, rows: Iterable[Any], *, by: Member) -> tuple[list[Incoming], list[Refused]]:
    """Rows as intake takes them, and those that have the wrong shape. One query, only when a row names somebody.
    A row speaks for the system of the key that `by` came with, and for no other. A line that is no row at all comes
    as the refusal that says so."""
    ready: list[Incoming] = []
    refused: list[Refused] = []
    owned: dict[int, str] = {}
    roles = lifecycle.person_keys
    own = by.came_with.system if by.came_with else None
    for line, row in enumerate(rows, start=1):
        try:
            ready.append(_parse_row(lifecycle, row, line, owned, own))
        except BadInput as bad:
            refused.append(_refused(line, bad, row))
    named = [row.properties[key] for row in ready for key in roles & row.properties.keys() if row.properties[key]]
    if not owned and not named:
        return ready, refused
    found, kept = members_named([*owned.values(), *named]), []
    for ready_row in ready:
        try:
            if name := owned.get(ready_row.line):
                core = {**ready_row.core, "owner_id": str(owner_named(name, found).pk)}
                ready_row = replace(ready_row, core=core)
            if roles & ready_row.properties.keys():
                ready_row = replace(ready_row, properties=with_people(lifecycle, ready_row.properties, found))
            kept.append(ready_row)
        except BadInput as bad:
            refused.append(_refused(ready_row.line, bad, ready_row.raw))
    return kept, refused


def _refused(line: int, bad: BadInput, row: Any) -> Refused:
    raw = row if isinstance(row, Mapping) else {} if row is bad else {"row": row}
    return Refused(line, bad.code, bad.field or "", bad.detail, raw)


def _parse_row(lifecycle: Blueprint, row: Any, line: int, owned: dict[int, str], own: str | None) -> Incoming:
    """One row; its owner's name is left in `owned`. Raises BadInput."""
    if isinstance(row, BadInput):
        raise row
    if not isinstance(row, dict):
        raise BadValue("wrong_type", "", "A row is an object with named fields.")
    values = _read(row)
    core = {key: value for key, value in values.items() if key in CORE}
    if owner := values.get("owner"):
        owned[line] = owner
    elif "owner" in values:
        core["owner_id"] = None
    kind, named = values.get("kind") or "lead", values.get("system") or ""
    system = system_of(own, named)
    if system is None:
        whose = "People write as themselves." if own is None else f"This key speaks for “{own}”."
        raise BadValue("not_your_system", "system", f"{whose} It cannot speak for “{named[:LONGEST_SHOWN]}”.")
    return Incoming(
        line=line,
        kind=kind,
        system=system,
        external_id=values.get("external_id") or "",
        core=core,
        properties=_parse_properties(lifecycle, row.get("properties"), kind),
        pipeline=values.get("pipeline") or "",
        stage=values.get("stage") or "",
        reason_key=values.get("reason") or "",
        note=values.get("note") or "",
        is_override=values.get("override") or False,
        raw=row,
        is_read=True,
    )


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are named, without the properties. Raises BadValue."""
    values: dict[str, Any] = {}
    for key, value in row.items():
        if key in FIELDS:
            values[key] = None if value is None or value == "" else FIELDS[key](key, value)
        elif key != "properties":
            raise BadValue("unknown_field", key[:120], f"There is no field called “{key[:LONGEST_SHOWN]}”.")
    return values


def _parse_properties(lifecycle: Blueprint, given: Any, kind: str) -> dict[str, Any]:
    """Values of the catalogue's types; a key the catalogue does not have, or not for this kind, is refused."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise BadValue("wrong_type", "properties", "Properties are an object: key and value.")
    found = {}
    for key, value in given.items():
        terms = lifecycle.properties_by_key.get(key)
        if terms is None or terms.record_kind not in ("", kind):
            detail = f"There is no property “{key[:LONGEST_SHOWN]}”."
            raise BadValue("unknown_property", f"properties.{key[:100]}", detail)
        found[key] = read_property(terms, f"properties.{key}", value)
    return found


def parse_edit(lifecycle: Blueprint, given: Any, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns and the properties that an edit names, and under `owner` the name of who shall have the record.
    Raises BadInput."""
    if not isinstance(given, dict):
        raise BadInput("Send an object with the fields to change.", code="wrong_type")
    for key in given:
        if key in FIXED or key == "created_at":
            raise BadInput(f"“{key}” cannot be changed here.", code="fixed_field", field=key)
    return _read(given), _parse_properties(lifecycle, given.get("properties"), kind)


# --- owners ---------------------------------------------------------------------------------------------------------


def members_named(names: Iterable[str]) -> dict[str, Member]:
    """Members by e-mail address, by the name other systems know them by, by id or by their own name; of two, the one
    who is here. One query."""
    wanted = {each.casefold() for each in names}
    members = list(Member.objects.order_by("-is_active", "joined_at", "id"))
    found: dict[str, Member] = {}
    for words_of in (lambda each: (each.email, each.external_key, str(each.pk)), lambda each: (each.name,)):
        for member in members:
            for name in words_of(member):
                if name and name.casefold() in wanted:
                    found.setdefault(name.casefold(), member)
    return found


def with_people(
    lifecycle: Blueprint, properties: Mapping[str, Any], found: Mapping[str, Member] | None = None
) -> dict[str, Any]:
    """The properties, each that names somebody with the member's own name. One query where nobody was looked up yet.
    Raises BadValue for nobody here, and for who left."""
    named = {key: properties[key] for key in lifecycle.person_keys & properties.keys() if properties[key]}
    if named and found is None:
        found = members_named(named.values())
    told = dict(properties)
    for key, name in named.items():
        member = (found or {}).get(name.casefold())
        if member is None:
            detail = f"Nobody here is known as “{name[:LONGEST_SHOWN]}”."
            raise BadValue("unknown_member", f"properties.{key}", detail)
        if why_not := why_not_person(member):
            raise BadValue(why_not[0], f"properties.{key}", why_not[1])
        told[key] = member.name
    return told


def owner_named(name: str, found: Mapping[str, Member]) -> Member:
    """Who shall take care of it. Raises BadValue for nobody here, and for somebody who cannot."""
    member = found.get(name.casefold())
    if member is None:
        raise BadValue("unknown_owner", "owner", f"Nobody here is known as “{name[:LONGEST_SHOWN]}”.")
    if why_not := why_not_owner(member):
        raise BadValue(why_not[0], "owner", why_not[1])
    return member
