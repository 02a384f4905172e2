"""Numbers people can say: one counter per workspace and noun."""

from core.sql import load

TAKE_NUMBERS = load("core", "take_numbers")


def take_numbers(noun: str, count: int = 1) -> range:
    """The next `count` numbers of `noun`, in order. One statement; the row stays locked until the transaction ends."""
    if not count:
        return range(0)
    [(last,)] = TAKE_NUMBERS.rows(noun=noun, amount=count)
    return range(last - count + 1, last + 1)
