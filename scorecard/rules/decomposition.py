"""A change of a share taken apart: what came from other proportions, and what from other behaviour within each part.

Fractions all the way: the parts of a change sum to it without a residue, and only what is shown is rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scorecard.rules.totals import exact

Counted = tuple[Fraction, Fraction]
"""Numerator and denominator."""
NOTHING: Counted = (Fraction(0), Fraction(0))


@dataclass(frozen=True)
class Contribution:
    """What one value of the segment did to the change. Weights are its share of all; a rate is None where it had
    nothing to count."""

    value: str
    weight_before: Fraction
    weight_now: Fraction
    rate_before: Fraction | None
    rate_now: Fraction | None
    mix: Fraction
    behaviour: Fraction


def contributions(before: Mapping[str, Counted], now: Mapping[str, Counted]) -> tuple[Contribution, ...]:
    """Every value of the segment, the one that moved most first. With weight w and rate r of each value before (0) and
    now (1), and m the mean of both overall rates:

    mix        (w1 − w0) × ((r0 + r1) ÷ 2 − m)
    behaviour  (r1 − r0) × (w0 + w1) ÷ 2

    All of them sum to the change of the overall rate, because weights sum to one. A value that counted nothing in one
    of the periods has the same rate in both, so that it is mix alone. Both wholes count something."""
    wholes = [sum((part[1] for part in each.values()), Fraction(0)) for each in (before, now)]
    counted = [sum((part[0] for part in each.values()), Fraction(0)) for each in (before, now)]
    overall = sum(part / whole for part, whole in zip(counted, wholes, strict=True))
    found = []
    for value in dict.fromkeys([*before, *now]):
        parts = [each.get(value, NOTHING) for each in (before, now)]
        weights = [part[1] / whole for part, whole in zip(parts, wholes, strict=True)]
        rates = [part[0] / part[1] if part[1] else None for part in parts]
        old, new = (rate if rate is not None else rates[1 - place] or Fraction(0) for place, rate in enumerate(rates))
        lone = [part[0] / whole if not part[1] else Fraction(0) for part, whole in zip(parts, wholes, strict=True)]
        mix = (weights[1] - weights[0]) * (old + new - overall) / 2
        behaviour = (new - old) * (weights[0] + weights[1]) / 2 + lone[1] - lone[0]
        found.append(Contribution(value, weights[0], weights[1], rates[0], rates[1], mix, behaviour))
    return tuple(sorted(found, key=lambda each: (-abs(each.mix + each.behaviour), each.value)))


def rounded(parts: Mapping[str, Fraction], total: Decimal) -> dict[str, Decimal]:
    """The parts to six places, so that they sum to the total as it is shown: the largest takes what rounding left."""
    told = {key: exact(Decimal(part.numerator) / Decimal(part.denominator)) for key, part in parts.items()}
    largest = max(told, key=lambda key: abs(told[key]))
    told[largest] += total - sum(told.values())
    return told
