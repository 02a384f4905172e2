"""Points a record earns for who it is (fit) and what it did (behaviour), with a reason for every point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from lifecycle.rules.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class ScoreRule:
    label: str
    group: Literal["fit", "behaviour"]
    expression: str
    points: int


@dataclass(frozen=True, slots=True)
class Band:
    label: str
    from_points: int


@dataclass(frozen=True, slots=True)
class ScoreModel:
    rules: tuple[ScoreRule, ...]
    fit_cap: int = 50
    behaviour_cap: int = 50
    half_life_days: float | None = None
    threshold: int = 70
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    points: int
    fit: int
    behaviour: int
    reasons: tuple[tuple[str, int], ...]   # always sums to points
    band: str
    qualified: bool


def score(model: ScoreModel, catalogue: Catalogue, facts: Mapping[str, Any], now: datetime) -> Score:
    raise NotImplementedError
