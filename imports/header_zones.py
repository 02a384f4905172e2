"""The zone that a header names for its times: `Created (UTC)`, `Created Date (America/New_York)`, `Time (EST)`."""

import re
from collections.abc import Collection
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Where the usual names of zones are the time on the wall.
PLACES = {
    **dict.fromkeys(("EST", "EDT", "ET"), "America/New_York"),
    **dict.fromkeys(("MST", "MDT", "MT"), "America/Denver"),
    **dict.fromkeys(("PST", "PDT", "PT"), "America/Los_Angeles"),
    **dict.fromkeys(("CET", "CEST", "MEZ", "MESZ"), "Europe/Berlin"),
    **dict.fromkeys(("EET", "EEST"), "Europe/Athens"),
    "JST": "Asia/Tokyo", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
}  # fmt: skip
SEVERAL = ("CST", "CDT", "IST", "BST", "AST")  # each of them is the time of several places
OFFSET = re.compile(r"\b(?:UTC|GMT) ?([+-])(\d{1,2})(?::?00)?\b", re.I)
WORD = re.compile(r"\b(UTC|utc|Utc|GMT|gmt|[A-Z]{2,4}|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+)\b")


@lru_cache(maxsize=1_000)
def zone_in(header: str) -> str:
    """The zone by its name; nothing where the header names none, or one of several places."""
    if offset := OFFSET.search(header):
        return f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}"  # named with the sign turned round
    for word in WORD.findall(header):
        if word.upper() in ("UTC", "GMT"):
            return "UTC"
        if found := PLACES.get(word) or ("/" in word and _known(word)):
            return found
    return ""


def _known(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def word_of_several(header: str) -> str:
    """A name of a zone in the header that several places share."""
    return next((word for word in WORD.findall(header) if word in SEVERAL), "")


def common_zone(headers: Collection[str]) -> str:
    """The zone that all of them name; nothing where they differ."""
    named = set(map(zone_in, headers))
    return named.pop() if len(named) == 1 else ""
