"""The packet: what the sender of a handoff must hand over, and what of it is missing."""

from collections.abc import Iterable, Mapping
from typing import Any

from blueprint.schema import PacketItem

SAYS_NOTHING = {"na", "tba", "tbd", "todo"}  # what people write to get past a field; “None” may be the answer


def says_something(value: Any) -> bool:
    """Whether an item of a packet is an answer: not blank, no mere marks (“.”, “-”, “?”), no “n/a”, no “xxx”."""
    said = "".join(each for each in str(value or "").casefold() if each.isalnum())
    is_one_letter = said.isascii() and said.isalpha() and len(set(said)) == 1
    return bool(said) and said not in SAYS_NOTHING and not is_one_letter


def gaps(items: Iterable[PacketItem], packet: Mapping[str, Any]) -> list[str]:
    """Keys of the required items that say nothing, in the packet's order."""
    return [item.key for item in items if item.required and not says_something(packet.get(item.key))]


def labels(items: Iterable[PacketItem], keys: Iterable[str]) -> list[str]:
    """What people call them."""
    named = {item.key: item.label for item in items}
    return [named.get(key, key) for key in keys]
