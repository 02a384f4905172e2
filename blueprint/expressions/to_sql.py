"""Reader 2: the same criteria as SQL, for a million records in one statement.

Each function gives an expression over one row, `alias`, that has the record's typed columns (COLUMNS) and its
`properties` JSON. NULL is unknown. Values are parameters; names come from the catalogue alone. Nothing here can raise
in the database: every cast is guarded, a division by zero is NULL, and the tree's bounds rule out overflow.
tests/lifecycle/test_sets_agree.py holds this reader equal to reader 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from blueprint.expressions.amounts import MONEY, asks_no_rate
from blueprint.expressions.ast import INSTANT, LEAST, MOST, Node
from blueprint.expressions.criteria import compile_line
from blueprint.expressions.fields import CORE_KEYS, Catalogue, DataType, Family
from blueprint.expressions.wall_clock import COMPARED, is_by_days

# Where a core field is found on the row; `now` is no column. A caller's `columns` take precedence.
COLUMNS = {key: key for key in CORE_KEYS} | {"stage": "stage_key", "owner": "owner_id", "team": "team_id"}
ZONE = "(select public.workspace_zone())"


@dataclass(frozen=True, slots=True)
class SqlPredicate:
    """SQL with `%s` places and their values, in order; a NULL result means unknown."""

    sql: str
    params: tuple[Any, ...]


def to_sql(expression: str, catalogue: Catalogue, alias: str = "r", **row: Any) -> SqlPredicate:
    """One expression: true, false or NULL for each row. `row`: what else SqlRow takes. Raises BadExpression."""
    writer = SqlRow(catalogue, alias, **row)
    return SqlPredicate(writer.test(expression), tuple(writer.params))


def all_met_sql(expressions: Iterable[str], catalogue: Catalogue, alias: str = "r", **row: Any) -> SqlPredicate:
    """True where every line is met, else false, never NULL; with no lines, true. Raises BadExpression."""
    writer = SqlRow(catalogue, alias, **row)
    lines = [f"({writer.test(each)}) is true" for each in expressions]
    return SqlPredicate(f"({' and '.join(lines) or 'true'})", tuple(writer.params))


@dataclass
class SqlRow:
    """Writes SQL about one row, gathering parameters in the order in which their places are written.

    `columns` gives the SQL of a field that is not where COLUMNS or `properties` have it (text for a text field, a
    number, a date, a timestamptz or a boolean for the others). `now` is `at` where given, else `now_sql`. Money is
    compared by the rate of the day `rate_on`, else of the workspace's day at `now`.
    """

    catalogue: Catalogue
    alias: str = "r"
    columns: Mapping[str, str] | None = None
    at: datetime | None = None
    now_sql: str = "now()"
    rate_on: str = ""
    params: list[Any] = field(default_factory=list, init=False)
    converts: bool = field(default=False, init=False)
    by_days: bool = field(default=False, init=False)

    def test(self, expression: str) -> str:
        """True, false or NULL for the row. Raises BadExpression."""
        compiled = compile_line(self.catalogue, expression)
        self.converts = compiled.converts
        return self.sql(compiled.tree)

    def place(self, value: Any, cast: str) -> str:
        self.params.append(value)
        return f"%s::{cast}"

    def sql(self, node: Node) -> str:
        """The node's value for the row. Parts are written in the order they are read, left to right."""
        if node.act == "field":
            return self.money(node.value) if self.converts and node.value in MONEY else self.compared(node.value)
        if self.converts and asks_no_rate(node):
            self.converts = False
            written, self.converts = self.sql(node), True
            return written
        if node.act in COMPARED and self.by_days is not is_by_days(node):
            self.by_days = not self.by_days
            written, self.by_days = self.sql(node), not self.by_days
            return written
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
            kind = "timestamp" if node.is_day else "timestamptz"
            return self.clock(f"('epoch'::{kind} + {self.place(f'{node.value} microseconds', 'interval')})", kind)
        if node.family is Family.SPAN:
            return self.place(f"{node.value} microseconds", "interval")
        if node.family is Family.BOOLEAN:
            return "true" if node.value else "false"
        return self.place(node.value, "text" if node.family is Family.TEXT else "float8")

    # --- fields -----------------------------------------------------------------------------------------------------

    def compared(self, key: str) -> str:
        """The field as expressions compare it: a day is the midnight with which it begins; beside one, an instant is
        what the clocks of the workspace show."""
        read, data_type = self.read(key), self.catalogue.field(key).data_type
        if data_type is DataType.DATE:
            return f"({read}::timestamp)"
        return self.clock(read, "timestamptz") if data_type.family is Family.TIME else read

    def clock(self, time: str, kind: str) -> str:
        return f"({time} at time zone {ZONE})" if self.by_days and kind == "timestamptz" else time

    def money(self, key: str) -> str:
        """The amount in the reporting currency, to the cent. What is in it already asks no rate."""
        currency, to = self.read("currency"), f"(select public.reporting_currency('{self.catalogue.currency}'))"
        own = "(select public.reporting_currency(''))"
        day = self.rate_on or f"({self.read('now')} at time zone {ZONE})::date"
        given = (self.columns or {}).get(key) or f"{self.alias}.{COLUMNS[key]}"
        told = f"public.in_reporting_currency({given}, {currency}, {to}, {day})::float8"
        is_told = f"coalesce({currency}, {own}) is not distinct from {to}"
        return f"(case when {is_told} then {self.read(key)} else {told} end)"

    def read(self, key: str) -> str:
        """The field in its own type, NULL where blank."""
        data_type = self.catalogue.field(key).data_type
        if self.columns and key in self.columns:
            return self.given(f"({self.columns[key]})", data_type)
        if key == "now":
            return self.place(self.at, "timestamptz") if self.at is not None else self.now_sql
        if key in CORE_KEYS:
            return self.core(f"{self.alias}.{COLUMNS[key]}", data_type)
        return self.property(f"{self.alias}.properties", key, data_type)

    def core(self, column: str, data_type: DataType) -> str:
        if data_type.family is Family.NUMBER:
            return f"{column}::float8"
        return f"nullif({column}::text, '')" if data_type.family is Family.TEXT else column

    def given(self, sql: str, data_type: DataType) -> str:
        if data_type.family is Family.NUMBER:
            return f"(case when {sql} = 0 or abs({sql}) between {LEAST} and {MOST} then {sql}::float8 end)"
        return self.core(sql, data_type)

    def property(self, properties: str, key: str, data_type: DataType) -> str:
        """A value of the JSON, or NULL when it is not of the field's type. CASE keeps each cast behind its guard."""
        json, text = f"{properties}->'{key}'", f"({properties}->>'{key}')"
        if data_type.family is Family.NUMBER:  # in the order of JSON no other kind of value lies between two numbers
            ranges = ((LEAST, MOST), (0, 0), (-MOST, -LEAST))
            bounded = " or ".join(f"{json} between '{low}'::jsonb and '{high}'::jsonb" for low, high in ranges)
            return f"(case when {bounded} then ({json})::float8 end)"
        if data_type.family is Family.LIST:
            return f"(case when jsonb_typeof({json}) = 'array' and {json} <> '[]'::jsonb then {json} end)"
        if data_type is DataType.BOOLEAN:
            return f"(case {json} when 'true'::jsonb then true when 'false'::jsonb then false end)"
        if data_type is DataType.DATE:
            shape = f"translate({text}, '0123456789', '9999999999') = '9999-99-99'"
            return self.written(text, shape, "date", f"{text}::date")
        if data_type is DataType.DATETIME:
            return self.written(text, f"{text} ~ '^({INSTANT})$'", "timestamptz", f"{text}::timestamptz")
        return f"(case jsonb_typeof({json}) when 'string' then nullif({text}, '') end)"

    def written(self, text: str, shape: str, kind: str, value: str) -> str:
        return f"(case when {shape} then case when pg_input_is_valid({text}, '{kind}') then {value} end end)"


ORDER = {"<", "<=", ">", ">="}
SHAPES = {
    "and": "({0} and {1})",
    "or": "({0} or {1})",
    "not": "(not {0})",
    "if": "(case {0} when true then {1} when false then {2} end)",
    "known": "({0} is not null)",
    "blank": "({0} is null)",
    "has": "({0} @> to_jsonb({1}))",
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
