"""What handoffs do when records move: named in `revops/wiring.py`."""

from typing import Any


def offer_where_triggered(**news: Any) -> None:
    """Offer a handoff for every record that entered a seam's trigger stage."""


def stop_first_touch_clocks(**news: Any) -> None:
    """A qualifying activity stops the first-touch clock."""
