"""How far the counting of a figure is, where there is too much to count while somebody waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Counting:
    """A figure is being counted: `share` of its days is done (0 to 1). `as_of`: when what is shown meanwhile was
    counted; null where nothing can be shown yet."""

    share: Decimal
    as_of: datetime | None


def together(countings: Iterable[Counting]) -> Counting | None:
    """How far the counting of what is made of several figures is; None where none is being counted."""
    found = list(countings)
    if not found:
        return None
    moments = [each.as_of for each in found if each.as_of]
    return Counting(min(each.share for each in found), min(moments) if len(moments) == len(found) else None)
