"""When time alone changes an answer: the moments at which a comparison with `now` turns, solved from the checked tree.

`renews_on - now <= days(90)` turns at one moment for each record: the midnight of the workspace ninety days before
`renews_on`. Sums of dates and lengths are solved for `now`; what is no such sum (a date chosen by a condition, a
written instant beside a day) is not, and is asked day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from blueprint.expressions.ast import Node
from blueprint.expressions.criteria import compile_line
from blueprint.expressions.fields import Catalogue, Family
from blueprint.expressions.wall_clock import COMPARED, IN_TIME, is_by_days


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """A moment: `now` × `times` + Σ field × count + `microseconds` = 0, all in microseconds since 1970. `is_by_days`:
    now and the fields are what the clocks of the workspace show."""

    times: int
    fields: tuple[tuple[str, int], ...]
    microseconds: int
    is_by_days: bool = False

    def plus(self, other: TurningPoint, sign: int) -> TurningPoint:
        """The sum with the other, or the difference."""
        counts = dict(self.fields)
        for key, count in other.fields:
            counts[key] = counts.get(key, 0) + sign * count
        fields = tuple(sorted((key, count) for key, count in counts.items() if count))
        return TurningPoint(self.times + sign * other.times, fields, self.microseconds + sign * other.microseconds)


@dataclass(frozen=True, slots=True)
class Turns:
    """The moments at which the answers of some lines can change, and whether these are all of them."""

    turns: tuple[TurningPoint, ...] = ()
    is_solved: bool = True


def turns_of(catalogue: Catalogue, expressions: Iterable[str]) -> Turns:
    """Every moment at which one of these expressions can change its answer by itself. Raises BadExpression."""
    found: dict[TurningPoint, None] = {}
    is_solved = True
    for expression in expressions:
        for node in compile_line(catalogue, expression).tree.walk():
            if node.act not in COMPARED or node.parts[0].family not in IN_TIME or not _reads_now(node):
                continue
            by_days = is_by_days(node)
            left, right = _sum(node.parts[0], by_days), _sum(node.parts[1], by_days)
            if left is None or right is None:
                is_solved = False
                continue
            total = left.plus(right, -1)
            if total.times:
                found[replace(total, is_by_days=by_days)] = None
    return Turns(tuple(found), is_solved)


def _reads_now(node: Node) -> bool:
    return any(each.act == "field" and each.value == "now" for each in node.walk())


def _sum(node: Node, by_days: bool) -> TurningPoint | None:
    if node.act == "field":
        return TurningPoint(1, (), 0) if node.value == "now" else TurningPoint(0, ((node.value, 1),), 0)
    if node.act == "literal":
        is_clear = node.is_day or not by_days or node.family is Family.SPAN
        return TurningPoint(0, (), node.value) if is_clear else None
    if node.act == "moved":
        start = _sum(node.parts[0], by_days)
        return start and start.plus(TurningPoint(0, (), node.value), 1)
    if node.act in ("between", "span+", "span-"):
        left, right = _sum(node.parts[0], by_days), _sum(node.parts[1], by_days)
        if left is not None and right is not None:
            return left.plus(right, 1 if node.act == "span+" else -1)
    return None
