"""Why pipeline velocity fell: which of its four inputs pulled it down, and by how much. No database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import log

from scorecard.rules.totals import ZERO, Inputs


@dataclass(frozen=True)
class Pull:
    """How one input pulled velocity down: its `share` of all that pulled down, as a part of 1."""

    name: str
    label: str
    before: Decimal
    now: Decimal
    share: Decimal


# The inputs of velocity: what people call them, and the unit they are told in.
INPUTS = {
    "open_deals": ("Open deals", "count"),
    "win_rate": ("Win rate", "ratio"),
    "average_deal": ("Average won deal", "money"),
    "cycle_days": ("Sales cycle", "days"),
}


def what_fell(now: Inputs | None, before: Inputs | None) -> tuple[Pull, ...]:
    """When velocity fell: the inputs that pulled it down, the strongest first; empty when it did not fall.

    Velocity is a product, so inputs weigh by their logarithms; what rose meanwhile is not set against them. A cycle
    that grew longer counts as falling. An input that went to nothing took everything with it.
    """
    if now is None or before is None or before.velocity is None or (now.velocity or ZERO) >= before.velocity:
        return ()
    pulls: dict[str, float] = {}
    for name in INPUTS:
        new, old = getattr(now, name), getattr(before, name)
        if not old:
            continue
        if not new:
            return (Pull(name, INPUTS[name][0], old, ZERO, Decimal(1)),)
        if name == "cycle_days":
            new, old = max(new, Decimal(1)), max(old, Decimal(1))
        moved = log(float(new) / float(old))
        pulls[name] = -moved if name == "cycle_days" else moved
    fallen = sorted((moved, name) for name, moved in pulls.items() if moved < 0)
    whole = sum(moved for moved, _ in fallen)
    return tuple(
        Pull(name, INPUTS[name][0], getattr(before, name), getattr(now, name), Decimal(repr(round(moved / whole, 4))))
        for moved, name in fallen
    )
