"""What comes in by any way: text, numbers and JSON that the database can hold, or a refusal that names the place.

Pages, forms, the API, files and YAML read through here, so that nothing anybody can send is a fault of ours."""

import json
import math
import re
from datetime import date
from typing import Any

from core.errors import BadInput

MAX_DEPTH = 20
MAX_INTEGER = 2**63 - 1
UNFIT = re.compile("[\x00\ud800-\udfff]")  # NUL, and half of a surrogate pair
LONGEST_NUMBER = 18  # digits
FIRST_YEAR, LAST_YEAR = 1970, 2199  # of days that people choose: every clock can show them, and count on from them


def check_text(text: str, where: str) -> None:
    """Refuse NUL and lone surrogates, which no text column can hold. Raises BadInput."""
    if UNFIT.search(text):
        raise BadInput("Text may not hold NUL or half of a surrogate pair.", code="bad_text", field=_shown(where))


def check_bounds(value: Any, where: str = "", depth: int = 0) -> None:
    """Refuse, naming the place, whatever PostgreSQL would choke on. Raises BadInput."""
    if depth > MAX_DEPTH:
        raise BadInput(f"Nested deeper than {MAX_DEPTH} levels.", code="too_deep", field=_shown(where))
    if isinstance(value, str):
        check_text(value, where)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise BadInput("The number is too large.", code="too_large", field=_shown(where))
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise BadInput("This is not a number that can be counted with.", code="bad_number", field=_shown(where))
    elif isinstance(value, dict):
        for key, inner in value.items():
            check_bounds(key, where, depth + 1)
            check_bounds(inner, f"{where}.{key}" if where else str(key), depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            check_bounds(inner, f"{where}[{place}]", depth + 1)


def read_json(text: str, where: str = "") -> Any:
    """JSON within the bounds, in which no key stands for two values. Raises BadInput."""
    what = f"The {where}" if where else "The body"
    try:
        parsed = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as broken:
        raise BadInput(f"{what} is not valid JSON: {str(broken)[:200]}", code="bad_json", field=where or None) from None
    check_bounds(parsed, where)
    return parsed


def whole(text: str, where: str, *, least: int = 0, most: int = MAX_INTEGER) -> int:
    """A whole number within its bounds. Raises BadInput."""
    given = text.strip()
    if not re.fullmatch(rf"-?[0-9]{{1,{LONGEST_NUMBER}}}", given) or not least <= int(given) <= most:
        within = f"from {least:,} to {most:,}" if most < MAX_INTEGER else f"of at least {least:,}"
        raise BadInput(f"A whole number {within}.", code="bad_number", field=where)
    return int(given)


def check_day(day: date, where: str) -> None:
    """Refuse a day, or a moment, that nobody means and some clocks cannot show. Raises BadInput."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput(f"Choose a day of the years {FIRST_YEAR} to {LAST_YEAR}.", code="bad_day", field=where)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _shown(where: str) -> str:
    return UNFIT.sub("?", where)[:200]
