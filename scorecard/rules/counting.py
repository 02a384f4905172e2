"""How far the counting of a figure is, where there is too much to count while somebody waits."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Counting:
    """A figure is being counted: `share` of its days is done (0 to 1). `as_of`: when what is shown meanwhile was
    counted; null where nothing can be shown yet."""

    share: Decimal
    as_of: datetime | None
