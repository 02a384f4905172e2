"""Attributes that files before made: a header finds its own again, however it is written now."""

from collections.abc import Mapping
from functools import cache

from blueprint.schema import Blueprint
from imports.destinations import ATTRIBUTE
from imports.header_words import WORDS, heard
from lifecycle.models import Import

LOOKED_AT = 50  # of the newest files


def found_again(places: Mapping[str, str], lifecycle: Blueprint) -> dict[str, str]:
    """Where the headers go whose column would begin an attribute and has one already, which no other column has: the
    one that the newest file with such a header kept it under. One query."""
    known: dict[str, str] = {}
    started = Import.objects.filter(started_at__isnull=False).order_by("-number")
    for columns in started.values_list("mapping__columns", flat=True)[:LOOKED_AT]:
        for header, column in (columns or {}).items():
            if column["to"].startswith(ATTRIBUTE):
                known = {name: column["to"] for name in _names(header)} | known
    again: dict[str, str] = {}
    for header, to in places.items():
        before = to
        if to.startswith(ATTRIBUTE):
            before = next((known[name] for name in _names(header) if name in known), to)
        is_property = before.removeprefix(ATTRIBUTE) in lifecycle.properties_by_key  # since then
        if before != to and not is_property and before not in (*places.values(), *again.values()):
            again[header] = before
    return again


@cache
def _names(header: str) -> tuple[str, ...]:
    """What headers are compared by, the surest first: their words without accents, then what these mean."""
    name = heard(header)
    return name, *(f"{key} or so" for key, words in WORDS["attributes"].items() if name == key or name in words)
