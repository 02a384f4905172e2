"""Files as programs and people write them, and what must come of each: by what is guessed alone."""

from typing import Any, NamedTuple


class EverydayFile(NamedTuple):
    """`expects`: by the id, or the address, of a record its values; `said`: words that must be told before the start or
    with a rejection; `rejected`: how many rows do not come in."""

    name: str
    content: str | bytes
    expects: dict[str, dict[str, Any]] = {}
    said: tuple[str, ...] = ()
    rejected: int = 0
    target: str = ""
