"""Round trips of a form before it is saved: a row more, fewer or elsewhere, another test, a country's holidays.

Each button says what it does as `verb:subject:…`; the answer is the same form with what was typed and the change made.
It works without a script; with one, only the part of the page that changes is replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import QueryDict

from blueprint.expressions.fields import Catalogue
from core.ical_days import IcalDays
from governance.forms.condition import expression_of, made_words, opened
from governance.forms.condition_data import Typed
from governance.forms.holidays import days_of
from governance.rules.conditions import CannotBuild, Group, Test

MOST_ROWS = 400
NUMBERS = {"drop": 1, "up": 1, "down": 1, "test": 1, "drop_test": 2}  # that a button says; the others say none
NUMBER = "#"  # the number a row was posted under
Row = dict[str, list[str]]


def after(verb: str, posted: QueryDict, catalogue: Catalogue, found: IcalDays | None = None) -> QueryDict:
    """What the form would have held if the button had done its work by itself. `found` was in a file that came with
    it. Raises CannotBuild."""
    data = posted.copy()
    data.pop("do", None)
    word, *told = verb.split(":")
    if word in ROWS and told:
        rows = ROWS[word](rows_in(data, told[0]), *_numbers(word, told[1:]))
        put_rows(data, told[0], rows)
    elif word in CONDITIONS and told:
        _change_condition(
            data, told[0], catalogue, lambda typed: CONDITIONS[word](typed, catalogue, *_numbers(word, told[1:]))
        )
    elif word == "load_holidays":
        _load_holidays(data)
    elif found is not None:
        _put_days(data, found.days.items())
    else:
        refresh_words(data, catalogue)
    return data


def _numbers(word: str, told: list[str]) -> list[int]:
    return [int(each[:4]) for each in told if each.isdecimal()][: NUMBERS.get(word, 0)]


# --- rows of a list --------------------------------------------------------------------------------------------------


def rows_in(data: QueryDict, prefix: str) -> list[Row]:
    """The posted rows of a list, in the order they give themselves."""
    found: dict[int, Row] = {}
    for key in data:
        if match := re.fullmatch(rf"{re.escape(prefix)}-([0-9]{{1,4}})-(.+)", key):
            found.setdefault(int(match[1]), {NUMBER: [match[1]]})[match[2]] = data.getlist(key)
    return [found[place] for place in sorted(found, key=lambda place: (_order(found[place], place), place))]


def put_rows(data: QueryDict, prefix: str, rows: list[Row]) -> None:
    """Write the rows back, numbered in their order."""
    for key in [key for key in data if re.fullmatch(rf"{re.escape(prefix)}-[0-9]{{1,4}}-.+", key)]:
        del data[key]
    for place, row in enumerate(rows[:MOST_ROWS]):
        for name, values in {**row, "ORDER": [str(place + 1)]}.items():
            if name != NUMBER:
                data.setlist(f"{prefix}-{place}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"] = str(min(len(rows), MOST_ROWS))


def _order(row: Row, place: int) -> int:
    given = (row.get("ORDER") or [""])[0]
    return int(given) if re.fullmatch(r"-?[0-9]{1,6}", given) else place + 1


def _add(rows: list[Row]) -> list[Row]:
    return [*rows, {"at": [""]}]


def _drop(rows: list[Row], number: int = -1) -> list[Row]:
    return [row for row in rows if row.get(NUMBER) != [str(number)]]


def _up(rows: list[Row], number: int = -1, by: int = -1) -> list[Row]:
    here = next((place for place, row in enumerate(rows) if row.get(NUMBER) == [str(number)]), -1)
    return swapped(rows, here, here + by)


def _down(rows: list[Row], number: int = -1) -> list[Row]:
    return _up(rows, number, by=1)


def swapped(items: list[Any], one: int, other: int) -> list[Any]:
    """The items with two of them in each other's place; as they are where there is no such place."""
    if min(one, other) >= 0 and max(one, other) < len(items):
        items[one], items[other] = items[other], items[one]
    return items


ROWS: dict[str, Callable[..., list[Row]]] = {"add": _add, "drop": _drop, "up": _up, "down": _down}


# --- conditions ------------------------------------------------------------------------------------------------------


def refresh_words(data: QueryDict, catalogue: Catalogue) -> None:
    """Let every label that nobody wrote follow its test."""
    for key in [key for key in data if key.endswith(".mode")]:
        _change_condition(data, key.removesuffix(".mode"), catalogue, lambda typed: typed)


def _change_condition(data: QueryDict, name: str, catalogue: Catalogue, change: Callable[[Typed], Typed]) -> None:
    """Change one condition, and the words beside it where they were made from it."""
    former = Typed.read(data, name)
    made, changed = former.made, change(former)
    changed.made = made_words(catalogue, changed)
    label = re.sub(r"[^-]+$", "label", name)
    if label in data and str(data[label]).strip() in ("", made):
        data[label] = changed.made
    changed.write(data, name)


def _more_tests(typed: Typed, catalogue: Catalogue, group: int = 0) -> Typed:
    if group < len(typed.groups):
        typed.groups[group] = replace(typed.groups[group], tests=(*typed.groups[group].tests, Test()))
    return typed


def _fewer_tests(typed: Typed, catalogue: Catalogue, group: int = 0, test: int = 0) -> Typed:
    if group < len(typed.groups):
        tests = typed.groups[group].tests
        typed.groups[group] = replace(typed.groups[group], tests=tests[:test] + tests[test + 1 :])
    typed.groups = [each for each in typed.groups if each.tests] or [Group()]
    return typed


def _more_groups(typed: Typed, catalogue: Catalogue) -> Typed:
    typed.groups.append(Group("any" if typed.join == "all" else "all"))
    return typed


def _as_text(typed: Typed, catalogue: Catalogue) -> Typed:
    """The same as text."""
    typed.text, typed.mode = expression_of(catalogue, typed), "text"
    return typed


def _in_builder(typed: Typed, catalogue: Catalogue) -> Typed:
    """The text in the builder, where it is of its shape."""
    found = opened(catalogue, typed.text)
    if found.mode == "text":
        raise CannotBuild("The builder does not know this shape; it stays as text.")
    found.was = typed.was
    return found


CONDITIONS: dict[str, Callable[..., Typed]] = {
    "test": _more_tests,
    "drop_test": _fewer_tests,
    "group": _more_groups,
    "text": _as_text,
    "build": _in_builder,
}


# --- holidays --------------------------------------------------------------------------------------------------------


def _load_holidays(data: QueryDict) -> None:
    """Put a country's days into the list."""
    year = data.get("load-years", "")
    if not re.fullmatch(r"20[0-9]{2}", year):
        raise CannotBuild("Choose a year.")
    _put_days(data, days_of(data.get("load-country", ""), data.get("load-region", "").strip(), [int(year)]))


def _put_days(data: QueryDict, days: Iterable[tuple[date, str]]) -> None:
    """Days come into the list; one that is there keeps its words."""
    rows = [row for row in rows_in(data, "holidays") if (row.get("date") or [""])[0]]
    known = {row["date"][0] for row in rows}
    rows += [
        {"date": [day.isoformat()], "label": [label[:120]], "at": [""]}
        for day, label in days
        if day.isoformat() not in known
    ]
    put_rows(data, "holidays", sorted(rows, key=lambda row: row["date"][0]))
