"""What the condition builder's inputs hold, read from a posted form and written back into it.

`entry-0-expression` is the text; `….mode` is build or text, `….join` how groups are joined, `….0.join` how the tests
of the first group are, and `….0.1.field`, `.operator`, `.value` are its second test."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.http import QueryDict

from governance.rules.conditions import Group, Test

MOST = 30  # groups, and tests of a group


@dataclass
class Typed:
    """The whole condition as typed. `was` is the expression it began with, `made` the words made from it when shown."""

    join: str = "all"
    groups: list[Group] = field(default_factory=lambda: [Group()])
    mode: str = "build"
    text: str = ""
    was: str = ""
    made: str = ""

    @classmethod
    def read(cls, data: QueryDict, name: str) -> Typed:
        """What was posted under a name; text where only text was."""
        mode = data.get(f"{name}.mode", "text" if data.get(name) else "build")
        typed = cls(_join(data.get(f"{name}.join")), [], "build" if mode == "build" else "text")
        typed.text, typed.was = data.get(name, ""), data.get(f"{name}.was", "")
        typed.made = data.get(f"{name}.made", "")
        places = sorted({tuple(map(int, found)) for key in data for found in _place(key, name)})[: MOST * MOST]
        for group in sorted({place[0] for place in places})[:MOST]:
            tests = tuple(_test(data, f"{name}.{group}.{test}") for at, test in places if at == group)
            typed.groups.append(Group(_join(data.get(f"{name}.{group}.join")), tests[:MOST]))
        typed.groups = typed.groups or [Group()]
        return typed

    def write(self, data: QueryDict, name: str) -> None:
        """Put it into the posted form in place of what stands there."""
        for key in [key for key in data if key == name or key.startswith(f"{name}.")]:
            del data[key]
        data[name], data[f"{name}.mode"], data[f"{name}.join"] = self.text, self.mode, self.join
        data[f"{name}.was"], data[f"{name}.made"] = self.was, self.made
        for place, group in enumerate(self.groups):
            data[f"{name}.{place}.join"] = group.join
            for number, test in enumerate(group.tests):
                base = f"{name}.{place}.{number}"
                data[f"{base}.field"], data[f"{base}.operator"] = test.field, test.operator
                data.setlist(f"{base}.value", list(test.values))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is tested."""
        if self.mode == "text":
            return not self.text.strip()
        return not any(test.field for group in self.groups for test in group.tests)


def _join(word: str | None) -> str:
    return "any" if word == "any" else "all"


def _place(key: str, name: str) -> list[tuple[str, str]]:
    if not key.startswith(f"{name}."):
        return []
    found = re.fullmatch(r"([0-9]{1,3})[.]([0-9]{1,3})[.](?:field|operator|value)", key[len(name) + 1 :])
    return [(found[1], found[2])] if found else []


def _test(data: QueryDict, base: str) -> Test:
    values = tuple(data.getlist(f"{base}.value"))
    return Test(data.get(f"{base}.field", ""), data.get(f"{base}.operator", ""), values)
