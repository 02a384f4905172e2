"""What a blueprint document may look like: small shapes that check a value and name the place that is wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from governance.rules.paths import ORDER, BadPath, Path, spelled

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


class BadShape(ValueError):
    """A value that cannot stand at its place: `path` says where, the message says why."""

    code = "bad_shape"

    def __init__(self, path: tuple[Any, ...], message: str) -> None:
        self.path, self.message = spelled(path), message
        super().__init__(f"{self.path}: {message}" if path else message)


@dataclass(frozen=True)
class Shape:
    """Anything; the others are narrower."""

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        """Raise BadShape unless the value may stand here."""

    def at(self, step: Any, path: Path) -> Shape:
        """The shape one step further in. Raises BadPath."""
        raise BadPath(path, "This cannot be edited on its own.")


@dataclass(frozen=True)
class Text(Shape):
    """Words, at most `longest` characters; blank only where allowed."""

    longest: int = 160
    may_be_blank: bool = False
    pattern: re.Pattern[str] | None = None
    example: str = ""

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        if not isinstance(value, str):
            raise BadShape(path, "This is text.")
        if not value.strip() and not self.may_be_blank:
            raise BadShape(path, "This cannot be blank.")
        if len(value) > self.longest:
            raise BadShape(path, f"At most {self.longest:,} characters.")
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise BadShape(path, "This text holds a character that cannot be kept.")
        if self.pattern and value and not self.pattern.fullmatch(value):
            raise BadShape(path, f"“{value[:60]}” is not written like {self.example}.")


@dataclass(frozen=True)
class Whole(Shape):
    """A whole number."""

    least: int = 0
    most: int = 1_000_000

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadShape(path, "This is a whole number.")
        if not self.least <= value <= self.most:
            raise BadShape(path, f"This is between {self.least:,} and {self.most:,}.")


@dataclass(frozen=True)
class Number(Shape):
    """Any number within bounds."""

    least: float = -1e12
    most: float = 1e12

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise BadShape(path, "This is a number.")
        if isinstance(value, float) and not math.isfinite(
            value
        ):  # of a whole number of a thousand digits it cannot say
            raise BadShape(path, "This is a number.")
        if not self.least <= value <= self.most:
            raise BadShape(path, f"This is between {self.least:g} and {self.most:g}.")


@dataclass(frozen=True)
class Flag(Shape):
    """Yes or no."""

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        if not isinstance(value, bool):
            raise BadShape(path, "This is true or false.")


@dataclass(frozen=True)
class OneOf(Shape):
    """One of a few words."""

    words: tuple[str, ...]

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        if value not in self.words or not isinstance(value, str):
            raise BadShape(path, f"This is one of: {', '.join(self.words)}.")


@dataclass(frozen=True)
class Day(Shape):
    """A day of the calendar, `2026-12-25`."""

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        try:
            date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
        except ValueError:
            raise BadShape(path, "This is a day such as 2026-12-25.") from None


@dataclass(frozen=True)
class Listed(Shape):
    """A list; with `named`, its items are called by those names, which no two share."""

    item: Shape
    named: tuple[str, ...] = ()
    most: int = 200
    least: int = 0

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        if not isinstance(value, list):
            raise BadShape(path, "This is a list.")
        if not self.least <= len(value) <= self.most:
            raise BadShape(path, f"This list has {self.least} to {self.most} items, not {len(value)}.")
        seen = set()
        for place, each in enumerate(value):
            where = (*path, self._name(each, place))
            self.item.check(each, where)
            if self.named:
                name = tuple(each[part] for part in self.named)
                if name in seen:
                    raise BadShape(where, "This name is given twice.")
                seen.add(name)

    def _name(self, each: Any, place: int) -> Any:
        if self.named and isinstance(each, dict) and all(isinstance(each.get(part), str) for part in self.named):
            return {part: each[part] for part in self.named}
        return str(place + 1)

    def at(self, step: Any, path: Path) -> Shape:
        if self.named and step == ORDER:
            return Listed(Anything())
        if self.named and isinstance(step, dict) and set(step) == set(self.named):
            return self.item
        raise BadPath(path, "An item of this list is chosen by its " + " and ".join(self.named or ("list",)) + ".")


@dataclass(frozen=True)
class Anything(Shape):
    """A small free object, such as a metric's parameters: plain values under plain names."""

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        if not isinstance(value, dict) or len(value) > 20:
            raise BadShape(path, "This is a small object of names and values.")
        for name, each in value.items():
            if not isinstance(name, str) or len(name) > 60 or not isinstance(each, str | int | float | bool | list):
                raise BadShape((*path, str(name)), "This is a name with a plain value.")


@dataclass(frozen=True)
class Parts(Shape):
    """An object with these parts; `needed` ones are always there."""

    needed: Mapping[str, Shape]
    more: Mapping[str, Shape] = field(default_factory=dict)

    def check(self, value: Any, path: tuple[Any, ...]) -> None:
        if not isinstance(value, dict):
            raise BadShape(path, "This is an object with named parts.")
        for name in self.needed:
            if name not in value:
                raise BadShape((*path, name), "This is missing.")
        for name, each in value.items():
            shape = self.needed.get(name) or self.more.get(name)
            if shape is None:
                raise BadShape((*path, str(name)), "The blueprint knows no such part.")
            shape.check(each, (*path, name))

    def at(self, step: Any, path: Path) -> Shape:
        shape = (self.needed.get(step) or self.more.get(step)) if isinstance(step, str) else None
        if shape is None:
            raise BadPath(path, "The blueprint knows no such part.")
        return shape

    def needs(self, step: Any) -> bool:
        """Whether the part may not be taken away."""
        return step in self.needed
