"""Addresses as mail programs and exports write them: `Ann Lee <ann@acme.com>`, `mailto:ann@acme.com`."""

import re

NAMED = re.compile(r"[^<>@]*<\s*([^<>\s]+)\s*>")


def address_in(cell: str) -> str:
    """The one address in the cell without what stands around it; else the cell as it is."""
    text = cell.strip()
    named = NAMED.fullmatch(text)
    return (named[1] if named else text).removeprefix("mailto:")
