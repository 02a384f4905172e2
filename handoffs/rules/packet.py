"""What the sender must hand over, and what of it is missing."""

from collections.abc import Iterable, Mapping
from typing import Any

from blueprint.schema import PacketItem


def gaps(items: Iterable[PacketItem], packet: Mapping[str, Any]) -> list[str]:
    """Keys of the required items that are blank, in the packet's order."""
    return [item.key for item in items if item.required and not str(packet.get(item.key) or "").strip()]


def labels(items: Iterable[PacketItem], keys: Iterable[str]) -> list[str]:
    """What people call them."""
    named = {item.key: item.label for item in items}
    return [named.get(key, key) for key in keys]
