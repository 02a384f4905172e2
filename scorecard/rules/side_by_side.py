"""Two releases side by side: while workers of both run, only the newer folds, so that they do not begin the series anew
in turn. Who comes back for good goes on after a while."""

from collections.abc import Mapping
from datetime import datetime, timedelta

BESIDE = timedelta(minutes=15)  # so long may two releases run side by side


def has_newer(release: str, left_at: Mapping[str, str], now: datetime) -> bool:
    """Whether another release took the place of this one just now. `left_at`: former ones, each with the moment."""
    return release in left_at and now - datetime.fromisoformat(left_at[release]) < BESIDE


def left(former: str, left_at: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Those that were left lately, and one more."""
    return {each: at for each, at in left_at.items() if has_newer(each, left_at, now)} | {former: now.isoformat()}
