"""Made-up expressions of every construct, and made-up records, some blank and some of the wrong kind."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from hypothesis import strategies as st

from blueprint.expressions.amounts import RATE, Rate
from blueprint.expressions.criteria import compile_line
from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.expressions.source import BadExpression

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
INDUSTRIES = ("SaaS", "Retail", "100%_Oil")
NEEDS = ("Price", "Support", "it's 100%")
CATALOGUE = Catalogue(
    [
        Field("industry", DataType.CHOICE, "Industry", INDUSTRIES),
        Field("needs", DataType.CHOICES, "Needs", NEEDS),
        Field("city", DataType.TEXT, "City"),
        Field("site", DataType.URL, "Site"),
        Field("employees", DataType.NUMBER, "Employees"),
        Field("seats", DataType.INTEGER, "Seats"),
        Field("opted_out", DataType.BOOLEAN, "Opted out"),
        Field("is_partner", DataType.BOOLEAN, "Partner"),
        Field("trial_ends_on", DataType.DATE, "Trial ends on"),
        Field("demo_at", DataType.DATETIME, "Demo at"),
    ]
)
TEXTS = (
    "a",
    "A",
    "web",
    "Web form",
    "SaaS",
    "Zürich",
    "ÉCLAIR",
    "100%",
    "50%_off",
    "it's",
    'say "hi"',
    "c:\\temp",
    "日本",
    "%s",
)
NUMBERS = (0, 1, 2, 3, 0.1, 0.3, 70, 200, 1500.5, 999999.99, 123456789012345)

# --- the grammar ----------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def said(shape: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda texts: shape.format(*texts))


def expressions(depth: int) -> dict[str, st.SearchStrategy[str]]:
    """Strategies for an expression of each family, at most this deep."""
    leaves = {
        "text": st.sampled_from(
            ["name", "email", "domain", "source", "kind", "stage", "owner", "team", "currency", "account_name"]
            + ["account_domain", "industry", "city", "site", *map(quoted, TEXTS)]
        ),
        "number": st.sampled_from(
            ["score", "amount", "mrr", "employees", "seats", "-5", "1000000000", *(f"{each}" for each in NUMBERS)]
        ),
        "time": st.sampled_from(
            ["created_at", "entered_stage_at", "last_activity_at", "closes_on", "renews_on", "trial_ends_on", "demo_at"]
            + ["now", 'date("2026-03-29")', 'timestamp("2026-03-28T23:30:00-02:00")', 'timestamp("1999-12-31 00:00Z")']
        ),
        "span": st.sampled_from(["days(1)", "days(0.5)", "hours(36)", "minutes(90)", 'duration("24h")', "days(0)"]),
        "test": st.sampled_from(["opted_out", "is_partner", "true", "false"]),
    }
    if depth == 0:
        return leaves
    inner = expressions(depth - 1)
    text, number, time, span, test = (inner[family] for family in ("text", "number", "time", "span", "test"))
    fields = st.sampled_from([each.key for each in CATALOGUE])
    order, equal = st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.sampled_from(["==", "!="])
    plus = st.sampled_from("+-")
    return {
        "text": leaves["text"]
        | said("lower({})", text)
        | said("({} + {})", text, text)
        | said("({} ? {} : {})", test, text, text),
        "number": leaves["number"]
        | said("({} {} {})", number, st.sampled_from("+-*/"), number)
        | said("-({})", number)
        | said("({} ? {} : {})", test, number, number),
        "time": leaves["time"]
        | said("({} {} {})", leaves["time"], plus, leaves["span"])
        | said("({} + {})", leaves["span"], leaves["time"])
        | said("({} ? {} : {})", test, time, time),
        "span": leaves["span"] | said("({} - {})", time, time) | said("({} {} {})", span, plus, span),
        "test": leaves["test"]
        | said("({} && {})", test, test)
        | said("({} || {})", test, test)
        | said("!({})", test)
        | said("({} ? {} : {})", test, test, test)
        | said("{} {} {}", text, order, text)
        | said("{} {} {}", number, order, number)
        | said("{} {} {}", time, order, time)
        | said("{} {} {}", span, order, span)
        | said("({}) {} ({})", test, equal, test)
        | said(
            "{} in [{}]", text, st.lists(st.sampled_from(TEXTS), min_size=1).map(lambda v: ", ".join(map(quoted, v)))
        )
        | said(
            "{} in [{}]", number, st.lists(st.sampled_from(NUMBERS), min_size=1).map(lambda v: ", ".join(map(str, v)))
        )
        | said("{}.{}({})", text, st.sampled_from(["startsWith", "endsWith", "contains"]), text)
        | st.sampled_from([f"{quoted(need)} in needs" for need in NEEDS])
        | said("known({})", fields)
        | said("blank({})", fields),
    }


def is_accepted(expression: str) -> bool:
    """The grammar can pass the bounds on purpose: too many products, no such option. Those are refused at the save."""
    try:
        compile_line(CATALOGUE, expression)
    except BadExpression:
        return False
    return True


RULES = (expressions(1)["test"] | expressions(2)["test"] | expressions(3)["test"]).filter(is_accepted)

# --- the records ----------------------------------------------------------------------------------------------------

COLUMNS = {
    **dict.fromkeys(
        ("name", "email", "domain", "source", "kind", "currency", "account_name", "account_domain"), "text"
    ),
    **{"stage_key": "text", "owner_id": "uuid", "team_id": "uuid", "score": "smallint"},
    **{"amount": "numeric(16,2)", "mrr": "numeric(16,2)", "closes_on": "date", "renews_on": "date"},
    **dict.fromkeys(("created_at", "entered_stage_at", "last_activity_at"), "timestamptz"),
    "properties": "jsonb",
}
IDS = ("0190a7c0-0000-7000-8000-000000000001", "0190a7c0-0000-7000-8000-000000000002")
WRONG: tuple[Any, ...] = (
    None,
    "",
    7,
    "7",
    True,
    [],
    {"a": 1},
    "2026-02-30",
    "2026-03-29",
    "2026-03-29T01:30:00",
    10**400,
)
DAYS = tuple(date(2026, 3, 29) + timedelta(days=n) for n in (-400, -1, 0, 1, 30))
MOMENTS = tuple(AT + timedelta(minutes=n) for n in (-900_000, -2160, -1440, -90, 0, 1, 2880)) + (
    datetime(2026, 3, 28, 22, 30, 0, 123456, tzinfo=UTC),
)


def some_record(chance: random.Random) -> dict[str, Any]:
    """The columns and properties of a record; about three in ten are blank, some properties are of a wrong kind."""

    def of(values: Any, blank: Any = None) -> Any:
        return blank if chance.random() < 0.3 else chance.choice(list(values))

    def property_of(values: Any) -> Any:
        return chance.choice(WRONG) if chance.random() < 0.3 else chance.choice(list(values))

    row: dict[str, Any] = {}
    for column, kind in COLUMNS.items():
        if kind == "text":
            row[column] = of(TEXTS, chance.choice(["", None]))
        elif kind == "uuid":
            row[column] = of(IDS)
        elif kind == "date":
            row[column] = of(DAYS)
        elif kind == "timestamptz":
            row[column] = of(MOMENTS)
    row["score"] = of((0, 1, 50, 70, 100, -3))
    row["amount"], row["mrr"] = (
        of(map(Decimal, ("0", "0.10", "-70.25", "1500.50", "99999999999999.99"))) for _ in "ab"
    )
    properties = {
        "industry": property_of(INDUSTRIES),
        "needs": property_of((["Price"], ["Price", "it's 100%"], ["Support"], [7, "Price"], [["Price"]])),
        "city": property_of(TEXTS),
        "site": property_of(("https://a.example", "web")),
        "employees": property_of((*NUMBERS, 1e15, 1e16, 1e-9, 1e-10, -0.5, 2**53 + 1)),
        "seats": property_of((0, 1, 5, 200)),
        "opted_out": property_of((True, False)),
        "is_partner": property_of((True, False)),
        "trial_ends_on": property_of([*map(str, DAYS), "0000-01-01", "0001-01-01", "9999-12-31"]),
        "demo_at": property_of(
            ["2026-03-29T03:30:00+02:00", "2026-03-29T01:30Z", "2026-03-29 01:30:00.5Z", "2026-03-29T24:00:00Z"]
            + ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00", "2026-03-29T01:30:00+15:00", "today"]
        ),
    }
    row["properties"] = {key: value for key, value in properties.items() if chance.random() < 0.9}
    return row


def facts_of(row: dict[str, Any]) -> dict[str, Any]:
    """What the Python reader is given for the same record."""
    core = {key: value for key, value in row.items() if key != "properties"}
    renamed = {"stage": core.pop("stage_key"), "owner": core.pop("owner_id"), "team": core.pop("team_id")}
    return {**core, **renamed, **row["properties"], **rate_of(row["currency"])}


def rate_of(currency: str | None) -> dict[str, Rate]:
    """No workspace is in scope: only money without a currency is in the reporting currency, and no rate is known."""
    return {RATE: Rate(None, currency, "", AT.date())} if currency else {}


def asked_of_sql(selected: list[str], params: list[Any], rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """One statement: every expression for every record. The session's own zone must not matter."""
    written = json.dumps([{"at_row": n, **row} for n, row in enumerate(rows)], default=str)
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    with connection.cursor() as cursor:
        cursor.execute("set local time zone 'America/New_York'")
        cursor.execute(
            f"select {', '.join(selected)} from jsonb_to_recordset(%s) as r(at_row int, {columns}) order by at_row",
            [*params, written],
        )
        answers: list[tuple[Any, ...]] = cursor.fetchall()
    return answers
