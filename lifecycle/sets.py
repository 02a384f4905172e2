"""Reader 2: the same criteria as one SQL expression, for a million records at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifecycle.rules.catalogue import Catalogue
from lifecycle.rules.scoring import ScoreModel


@dataclass(frozen=True, slots=True)
class SqlPredicate:
    """SQL with %s places and their values; the empty result NULL means unknown. '%' in the SQL is already doubled."""
    sql: str
    params: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ScoreSql:
    fit: SqlPredicate
    behaviour: SqlPredicate
    total: SqlPredicate


def to_sql(expression: str, catalogue: Catalogue, alias: str = "r", *, columns: Mapping[str, str] | None = None,
           at: datetime | None = None, now_sql: str = "now()") -> SqlPredicate:
    """True, false or NULL (unknown) for each row; `at` is a parameter for `now`, else `now_sql` is used."""
    raise NotImplementedError


def all_met_sql(expressions: Iterable[str], catalogue: Catalogue, alias: str = "r", *,
                columns: Mapping[str, str] | None = None, at: datetime | None = None, now_sql: str = "now()") -> SqlPredicate:
    """True where every line is met, else false; never NULL. No lines: true."""
    raise NotImplementedError


def score_sql(model: ScoreModel, catalogue: Catalogue, alias: str = "r", *, columns: Mapping[str, str] | None = None,
              at: datetime | None = None, now_sql: str = "now()") -> ScoreSql:
    raise NotImplementedError
