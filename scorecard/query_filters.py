"""The further filters in the query of a URL: segments with the value that everything must have. Shape only."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import BadInput
from scorecard.rules.board_choices import MOST_FILTERS


def filters_in(given: Mapping[str, str], taken: str) -> tuple[tuple[str, str], ...]:
    """What it is narrowed by beside the segment's value. Raises BadInput where one segment is given twice."""
    found: dict[str, str] = {}
    for place in range(2, MOST_FILTERS + 2):
        segment, value = given.get(f"segment{place}", ""), given.get(f"value{place}", "")
        if segment and value:
            if segment in found or segment == taken:
                raise BadInput("A segment has one value at a time.", field=f"segment{place}")
            found[segment] = value
    if len(found) + bool(taken) > MOST_FILTERS:
        raise BadInput("A figure has at most three filters.", field=f"segment{MOST_FILTERS + 1}")
    return tuple(found.items())
