"""How cells of a column are written, as the other columns of its file settle it: marks of numbers, order of days."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Keyed
from typing import Any

YEAR_FIRST = ("YY/MM/DD", "YY-MM-DD")
ORDERS = ("DD", "MM")
FEW_YEARS, MANY_DAYS = 2, 5
PARTS = (slice(0, 2), slice(6, 8))  # of `26/03/31`
Found = Keyed[str, Any]


def settled(columns: Iterable[Found]) -> tuple[str, str]:
    """The number format that most columns need which fit one format better than others; and `DD` or `MM`, which of them
    stands first where most days are written in digits that can be read in one order only. Nothing where none tells."""
    marks, orders = Counter[str](), Counter[str]()
    for column in columns:
        numbers, dates = column["numbers"], column["dates"]
        if numbers and [share for _, share in numbers].count(numbers[0][1]) == 1:
            marks[numbers[0][0]] += 1
        fitting = [each for each, share in dates if share == dates[0][1] and "Mon" not in each]
        begins = {each[:2] for each in fitting if each not in YEAR_FIRST}
        if len(begins) == 1 and not begins.isdisjoint(ORDERS):
            orders.update(begins)
    most = [votes.most_common(1) for votes in (marks, orders)]
    return most[0][0][0] if most[0] else "", most[1][0][0] if most[1] else ""


def begins_with_year(column: Found) -> bool:
    """Whether dates of two digits each, `26/03/31`, begin with the year: few differ there, and many at the end."""
    begins, ends = ({int(cut) for value, _ in column["values"] if (cut := value[part]).isdecimal()} for part in PARTS)
    return len(begins) <= FEW_YEARS < len(ends) and max(ends) - min(ends) > MANY_DAYS
