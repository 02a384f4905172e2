"""The packet: what the sender of a handoff must hand over, and what of it is missing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from blueprint.schema import PacketItem
from blueprint.schema.vocabularies import PacketType
from blueprint.typed_values import LONGEST_SHOWN, BadValue, day, email, loose, text
from handoffs.rules.written_people import people_in
from handoffs.rules.written_promises import promises_in

LONGEST_ITEM = 5_000
SAYS_NOTHING = {"na", "tba", "tbd", "todo"}  # what people write to get past a field; “None” may be the answer
WEB_ADDRESS = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+([/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True)
class FilledItem:
    """One item of a packet: what it asks, what is said, and why that leaves it missing, "" where it does not."""

    terms: PacketItem
    value: str
    why_missing: str

    @property
    def file_name(self) -> str:
        """Of an item that is a file, "" where there is none."""
        return self.value.partition(" ")[2] if self.terms.type == PacketType.FILE else ""


def filled(items: Iterable[PacketItem], packet: Mapping[str, Any]) -> list[FilledItem]:
    """Every item of the seam with what the packet says of it."""
    return [
        FilledItem(item, str(packet.get(item.key) or ""), why_missing(item, packet.get(item.key))) for item in items
    ]


def why_missing(item: PacketItem, value: Any) -> str:
    """Why an answer is none, in words; "" where it is one."""
    said = str(value or "").strip()
    if not said:
        return "missing"
    if not _says_something(said):
        return "says nothing"
    if len(said.split()) < item.least_words and item.type != PacketType.FILE:
        return f"at least {item.least_words} words"
    return ""


def _says_something(said: str) -> bool:
    """Whether it is more than mere marks (“.”, “-”, “?”), “n/a” or “xxx”."""
    letters = "".join(each for each in said.casefold() if each.isalnum())
    is_one_letter = letters.isascii() and letters.isalpha() and len(set(letters)) == 1
    return bool(letters) and letters not in SAYS_NOTHING and not is_one_letter


def gaps(items: Iterable[PacketItem], packet: Mapping[str, Any]) -> list[str]:
    """Keys of the required items that say nothing, in the packet's order."""
    return [item.key for item in items if item.required and why_missing(item, packet.get(item.key))]


def labels(items: Iterable[PacketItem], keys: Iterable[str]) -> list[str]:
    """What people call them."""
    named = {item.key: item.label for item in items}
    return [named.get(key, key) for key in keys]


def read_item(item: PacketItem, value: Any) -> str:
    """What was typed, as its type keeps it; "" for a blank. Raises BadValue."""
    if not isinstance(value, str):  # nor a number, which is read as its digits elsewhere
        raise BadValue("not_text", item.key, "An item of the packet is text.")
    said = text(item.key, value, LONGEST_ITEM) or ""
    reader = READERS.get(item.type)
    return reader(item, said) if reader and said else said


def _option(item: PacketItem, said: str) -> str:
    found = next((option for option in item.options if loose(option) == loose(said)), None)
    if found is None:
        options = ", ".join(item.options)
        raise BadValue("unknown_option", item.key, f"“{said[:LONGEST_SHOWN]}” is none of: {options}.")
    return found


def _link(item: PacketItem, said: str) -> str:
    if not WEB_ADDRESS.fullmatch(said) or any(category(each) in ("Cc", "Cf") for each in said):
        shown = said[:LONGEST_SHOWN]
        raise BadValue("bad_link", item.key, f"“{shown}” is no web address; it begins with https://.")
    return said


def _promises(item: PacketItem, said: str) -> str:
    try:
        promises_in(said)
    except ValueError as wrong:
        raise BadValue("bad_promise", item.key, str(wrong)) from None
    return said


def _people(item: PacketItem, said: str) -> str:
    try:
        found = people_in(said)
    except ValueError as wrong:
        raise BadValue("bad_person", item.key, str(wrong)) from None
    return "\n".join(map(str, found)) or said


READERS = {
    PacketType.TEXT: lambda item, said: " ".join(said.split()),
    PacketType.CHOICE: _option,
    PacketType.DATE: lambda item, said: day(item.key, said),
    PacketType.LINK: _link,
    PacketType.PROMISES: _promises,
    PacketType.PEOPLE: _people,
    PacketType.PERSON: lambda item, said: (email(item.key, said) or "").lower(),
}
