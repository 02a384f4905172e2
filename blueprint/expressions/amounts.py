"""Amounts of money in criteria: a line compares them in the reporting currency, unless it names a currency itself.

`currency == "USD" && amount >= 10000` compares the amount as it stands; `amount >= 10000` by the rate of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from blueprint.expressions.ast import Node

MONEY = frozenset({"amount", "mrr"})
CENT = Decimal("0.01")
RATE = "rate of its currency"
"""Where the facts of a record keep the `Rate` of its currency, which is no reporting currency. No field is so named."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a unit of a currency is worth in the reporting currency on a day; None where no rate is known."""

    value: Decimal | None
    currency: str
    to_currency: str
    day: date

    def of(self, amount: Decimal) -> Decimal | None:
        """The amount in the reporting currency, to the cent, as PostgreSQL rounds."""
        return None if self.value is None else (amount * self.value).quantize(CENT, ROUND_HALF_UP)

    def both(self, amount: Decimal) -> str:
        """The amount as it stands, and what it comes to."""
        told = self.of(amount)
        came_to = f"no rate to {self.to_currency} on {self.day}" if told is None else f"{told:,.2f} {self.to_currency}"
        return f"{amount:,.2f} {self.currency} ({came_to})"


def converts(tree: Node) -> bool:
    """Whether a line compares money in the reporting currency."""
    return _asks_rate(tree) and not any(
        node.act in ("=", "in") and any(part.act == "field" and part.value == "currency" for part in node.walk())
        for node in tree.walk()
    )


def _asks_rate(node: Node) -> bool:
    return _is_money(node) or (not asks_no_rate(node) and any(map(_asks_rate, node.parts)))


def asks_no_rate(node: Node) -> bool:
    """Whether money is only asked to be filled in, or compared with 0: no rate changes the answer."""
    is_compared = node.act in ("=", "<>", "<", "<=", ">", ">=")
    is_zero = any(part.act == "literal" and part.value == 0 for part in node.parts)
    return node.act in ("known", "blank") or (is_compared and is_zero and any(map(_is_money, node.parts)))


def _is_money(node: Node) -> bool:
    return node.act == "field" and node.value in MONEY


def converted(facts: Mapping[str, Any], key: str) -> Any:
    """An amount of a record as a line compares it: None where it is blank or has no rate."""
    amount, rate = facts.get(key), facts.get(RATE)
    return amount if rate is None or amount is None else rate.of(Decimal(str(amount)))


def looked_at(facts: Mapping[str, Any], key: str) -> Any:
    """An amount of a record as people are told what a line looked at."""
    amount, rate = facts.get(key), facts.get(RATE)
    return amount if rate is None or amount is None else rate.both(Decimal(str(amount)))
