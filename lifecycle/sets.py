"""Reader 2: the same criteria and scores as SQL, for a million records in one statement.

Each function gives an expression over one row, `alias`, that has the record's typed columns (COLUMNS) and its
`properties` JSON. NULL is unknown. Values are parameters; names come from the catalogue alone. Nothing here can raise
in the database: every cast is guarded, a division by zero is NULL, and the tree's bounds rule out overflow.
tests/lifecycle/test_sets_agree.py holds this reader equal to the one in `rules/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifecycle.rules.catalogue import CORE_KEYS, Catalogue, DataType, Family
from lifecycle.rules.criteria import Compiled, compile_line
from lifecycle.rules.scoring import LONGEST_DECAY, NEARLY, ScoreModel
from lifecycle.rules.tree import DAY, INSTANT, LEAST, MOST, Node

# Where a core field is found on the row; `now` is no column. A caller's `columns` take precedence.
COLUMNS = {key: key for key in CORE_KEYS} | {"stage": "stage_key", "owner": "owner_id", "team": "team_id"}


@dataclass(frozen=True, slots=True)
class SqlPredicate:
    """SQL with `%s` places and their values, in order; a NULL result means unknown."""

    sql: str
    params: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ScoreSql:
    """A score as three whole-number expressions."""

    fit: SqlPredicate
    behaviour: SqlPredicate
    total: SqlPredicate


def to_sql(
    expression: str | Compiled,
    catalogue: Catalogue,
    alias: str = "r",
    *,
    columns: Mapping[str, str] | None = None,
    at: datetime | None = None,
    now_sql: str = "now()",
) -> SqlPredicate:
    """One expression: true, false or NULL for each row. Raises BadExpression.

    `columns` gives the SQL of a field that is not where COLUMNS or `properties` have it (text for a text field, a
    number, a date, a timestamptz or a boolean for the others). `now` is `at` where given, else `now_sql`.
    """
    row = _Row(catalogue, alias, columns or {}, at, now_sql)
    return SqlPredicate(row.sql(row.compiled(expression).tree), tuple(row.params))


def all_met_sql(
    expressions: Iterable[str | Compiled],
    catalogue: Catalogue,
    alias: str = "r",
    *,
    columns: Mapping[str, str] | None = None,
    at: datetime | None = None,
    now_sql: str = "now()",
) -> SqlPredicate:
    """True where every line is met, else false, never NULL; with no lines, true. Raises BadExpression."""
    row = _Row(catalogue, alias, columns or {}, at, now_sql)
    lines = [f"({row.sql(row.compiled(each).tree)}) is true" for each in expressions]
    return SqlPredicate(f"({' and '.join(lines) or 'true'})", tuple(row.params))


def score_sql(
    model: ScoreModel,
    catalogue: Catalogue,
    alias: str = "r",
    *,
    columns: Mapping[str, str] | None = None,
    at: datetime | None = None,
    now_sql: str = "now()",
) -> ScoreSql:
    """The points of a score model for each row: fit, behaviour after decay, and their sum. Raises BadExpression."""

    def fit(row: _Row) -> str:
        return row.points(model, "fit", model.fit_cap)

    def behaviour(row: _Row) -> str:
        return row.decayed(row.points(model, "behaviour", model.behaviour_cap), model.half_life_days)

    def total(row: _Row) -> str:
        return f"({fit(row)} + {behaviour(row)})"

    parts = []
    for part in (fit, behaviour, total):
        row = _Row(catalogue, alias, columns or {}, at, now_sql)
        parts.append(SqlPredicate(part(row), tuple(row.params)))
    return ScoreSql(*parts)


class _Row:
    """Writes SQL about one row, gathering parameters in the order in which their places are written."""

    def __init__(
        self, catalogue: Catalogue, alias: str, columns: Mapping[str, str], at: datetime | None, now_sql: str
    ) -> None:
        self.catalogue, self.alias, self.columns, self.at, self.now_sql = catalogue, alias, columns, at, now_sql
        self.params: list[Any] = []

    def compiled(self, expression: str | Compiled) -> Compiled:
        text = expression if isinstance(expression, str) else expression.expression
        return compile_line(self.catalogue, text)

    def place(self, value: Any, cast: str) -> str:
        self.params.append(value)
        return f"%s::{cast}"

    def sql(self, node: Node) -> str:
        """The node's value for the row. Parts are written in the order they are read, left to right."""
        if node.act == "field":
            return self.field(node.value)
        if node.act == "literal":
            return self.literal(node)
        if node.act == "ends":
            text, end, again = self.sql(node.parts[0]), self.sql(node.parts[1]), self.sql(node.parts[1])
            return f"(right({text}, length({end})) = {again})"
        parts = [self.sql(part) for part in node.parts]
        if node.act == "in":
            cast = "text[]" if node.parts[0].family is Family.TEXT else "float8[]"
            return f"({parts[0]} = any({self.place(list(node.value), cast)}))"
        if node.act == "moved":
            return f"({parts[0]} + {self.place(f'{node.value} microseconds', 'interval')})"
        if node.act in ORDER and node.parts[0].family is Family.TEXT:
            return f'({parts[0]} collate "C" {node.act} {parts[1]} collate "C")'
        return SHAPES[node.act].format(*parts)

    def literal(self, node: Node) -> str:
        if node.family is Family.TIME:
            return f"('epoch'::timestamptz + {self.place(f'{node.value} microseconds', 'interval')})"
        if node.family is Family.SPAN:
            return self.place(f"{node.value} microseconds", "interval")
        if node.family is Family.BOOLEAN:
            return "true" if node.value else "false"
        return self.place(node.value, "text" if node.family is Family.TEXT else "float8")

    # --- fields -----------------------------------------------------------------------------------------------------

    def field(self, key: str) -> str:
        data_type = self.catalogue.field(key).data_type
        if key == "now" and key not in self.columns:
            return self.place(self.at, "timestamptz") if self.at is not None else self.now_sql
        if key in self.columns:
            return self.given(self.columns[key], data_type)
        if key in CORE_KEYS:
            return self.core(f"{self.alias}.{COLUMNS[key]}", data_type)
        return self.property(f"{self.alias}.properties", key, data_type)

    def core(self, column: str, data_type: DataType) -> str:
        if data_type in (DataType.NUMBER, DataType.INTEGER):
            return f"{column}::float8"
        if data_type is DataType.DATE:
            return f"({column}::timestamp at time zone 'UTC')"
        if data_type in (DataType.DATETIME, DataType.BOOLEAN):
            return column
        return f"nullif({column}::text, '')"

    def given(self, sql: str, data_type: DataType) -> str:
        if data_type.family is Family.NUMBER:
            return f"(case when ({sql}) = 0 or abs({sql}) between {LEAST} and {MOST} then ({sql})::float8 end)"
        return self.core(f"({sql})", data_type)

    def property(self, properties: str, key: str, data_type: DataType) -> str:
        """A value of the JSON, or NULL when it is not of the field's type. CASE keeps each cast behind its guard."""
        json, text = f"{properties}->'{key}'", f"{properties}->>'{key}'"
        if data_type.family is Family.NUMBER:
            number = f"({text})::numeric"
            bounded = f"case when {number} = 0 or abs({number}) between {LEAST} and {MOST} then ({text})::float8 end"
            return f"(case jsonb_typeof({json}) when 'number' then {bounded} end)"
        if data_type is DataType.BOOLEAN:
            return f"(case jsonb_typeof({json}) when 'boolean' then ({json})::boolean end)"
        if data_type is DataType.DATE:
            return self.written(text, DAY, "date", f"({text})::date::timestamp at time zone 'UTC'")
        if data_type is DataType.DATETIME:
            return self.written(text, INSTANT, "timestamptz", f"({text})::timestamptz")
        return f"(case jsonb_typeof({json}) when 'string' then nullif({text}, '') end)"

    def written(self, text: str, pattern: str, kind: str, value: str) -> str:
        valid = f"case when pg_input_is_valid({text}, '{kind}') then {value} end"
        return f"(case when ({text}) ~ '^({pattern})$' then {valid} end)"

    # --- scores -----------------------------------------------------------------------------------------------------

    def points(self, model: ScoreModel, group: str, cap: int) -> str:
        """The points of one group's rules that hold, not below 0 and not above the cap."""
        rules = [rule for rule in model.rules if rule.group == group]
        each = [f"case when {self.sql(self.compiled(r.expression).tree)} then {r.points:d} else 0 end" for r in rules]
        return f"least(greatest({' + '.join(each) or '0'}, 0), {cap:d})"

    def decayed(self, points: str, half_life_days: float | None) -> str:
        if half_life_days is None:
            return points
        now, last = self.field("now"), self.field("last_activity_at")
        days = f"coalesce(greatest(floor(extract(epoch from {now} - {last}) / 86400), 0), 0)::float8"
        halvings = f"least({days} / {float(half_life_days)!r}::float8, {LONGEST_DECAY!r})"
        return f"floor({points} * power(0.5::float8, {halvings}) + {NEARLY!r}::float8)::int"


ORDER = {"<", "<=", ">", ">="}
SHAPES = {
    "and": "({0} and {1})",
    "or": "({0} or {1})",
    "not": "(not {0})",
    "if": "(case {0} when true then {1} when false then {2} end)",
    "known": "({0} is not null)",
    "blank": "({0} is null)",
    "starts": "starts_with({0}, {1})",
    "contains": "(strpos({0}, {1}) > 0)",
    "lower": 'lower({0} collate "C")',
    "join": "({0} || {1})",
    "negative": "(- {0})",
    "/": "({0} / nullif({1}, 0::float8))",
    "between": "({0} - {1})",
    "span+": "({0} + {1})",
    "span-": "({0} - {1})",
} | {sign: f"({{0}} {sign} {{1}})" for sign in ("=", "<>", "<", "<=", ">", ">=", "+", "-", "*")}
