"""The two readers of criteria, Python for one record and SQL for many, give the same three-valued answers.

This test is the licence to have two readers: expressions from a grammar of every construct, records with blanks and
with values of the wrong kind, and a real PostgreSQL.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprint.expressions.criteria import Line, Verdict, compile_line, judge
from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.expressions.source import BadExpression
from blueprint.expressions.to_sql import all_met_sql, to_sql
from blueprint.schema import ScoringTerms
from lifecycle.rules.scoring import score
from lifecycle.score_sql import score_sql
from tests.lifecycle.factories import score_model, score_rule

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
INDUSTRIES = ("SaaS", "Retail", "100%_Oil")
CATALOGUE = Catalogue.of(
    [
        Field("industry", DataType.CHOICE, "Industry", INDUSTRIES),
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
    return {**core, **renamed, **row["properties"]}


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


MANY = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.mark.django_db
def test_both_readers_answer_every_rule_alike() -> None:
    @MANY
    @given(rules=st.lists(RULES, min_size=8, max_size=8), seed=st.integers(0, 10**6))
    def agree(rules: list[str], seed: int) -> None:
        chance = random.Random(seed)
        rows = [some_record(chance) for _ in range(60)]
        predicates = [to_sql(rule, CATALOGUE, at=AT) for rule in rules]
        answers = asked_of_sql([p.sql for p in predicates], [v for p in predicates for v in p.params], rows)
        for row, answer in zip(rows, answers, strict=True):
            facts = {**facts_of(row), "now": AT}
            for rule, from_sql in zip(rules, answer, strict=True):
                assert compile_line(CATALOGUE, rule).test(facts) is from_sql, (rule, from_sql, facts)

    agree()


EACH_CONSTRUCT = (
    'name == "web"',
    'source != "A"',
    'owner == "0190a7c0-0000-7000-8000-000000000001"',
    'name < "b"',
    'name <= "Zürich"',
    "name >= source",
    'lower(name) == "web form"',
    'lower(name) == "Éclair"',
    'name.contains("W")',
    'name.contains("%")',
    "name.contains(source)",
    'name.startsWith("We")',
    'name.endsWith("_off")',
    'name.endsWith("") == name.contains("A")',
    'name + city == "aA" || name + city == "Aa"',
    'city in ["web", "it\'s", "c:\\\\temp", "日本"]',
    'industry in ["SaaS", "100%_Oil"]',
    "employees > 200",
    "employees == 0.3",
    "seats in [1, 200]",
    "score + seats > 70",
    "score - seats < 0",
    "employees * 0.5 == 1.5",
    "employees / seats > 1",
    "-amount < -1500",
    "amount == 0.1 || amount < -70.2",
    "opted_out",
    "!opted_out && is_partner",
    "opted_out || is_partner",
    "opted_out == is_partner",
    "opted_out ? employees > 1 : seats > 1",
    "closes_on < now",
    "closes_on <= created_at",
    'trial_ends_on == date("2026-03-28")',
    'demo_at == timestamp("2026-03-29T01:30:00Z")',
    "demo_at + hours(1) > now",
    'now - created_at > duration("36h")',
    "now - created_at - hours(1) <= days(1)",
    "created_at - days(1) < closes_on",
    "last_activity_at != created_at",
)


@pytest.mark.django_db
@pytest.mark.parametrize("expression", EACH_CONSTRUCT)
def test_both_readers_agree_on_each_construct_and_each_answer_occurs(expression: str) -> None:
    chance = random.Random(expression)
    rows = [some_record(chance) for _ in range(400)]
    predicate = to_sql(expression, CATALOGUE, at=AT)
    answers = [answer for (answer,) in asked_of_sql([predicate.sql], [*predicate.params], rows)]
    assert answers == [compile_line(CATALOGUE, expression).test({**facts_of(row), "now": AT}) for row in rows]
    assert set(answers) == {True, False, None}


@pytest.mark.django_db
def test_both_readers_agree_when_all_criteria_are_met() -> None:
    @settings(MANY, max_examples=15)
    @given(rules=st.lists(RULES, max_size=4), seed=st.integers(0, 10**6))
    def agree(rules: list[str], seed: int) -> None:
        chance = random.Random(seed)
        rows = [some_record(chance) for _ in range(40)]
        predicate = all_met_sql(rules, CATALOGUE, at=AT)
        lines = [Line(rule, rule) for rule in rules]
        for row, (answer,) in zip(rows, asked_of_sql([predicate.sql], [*predicate.params], rows), strict=True):
            verdicts = {result.verdict for result in judge(CATALOGUE, lines, facts_of(row), AT)}
            assert (verdicts <= {Verdict.MET}) is answer

    agree()


SCORE_RULES = st.builds(
    score_rule,
    label=st.just("a rule"),
    group=st.sampled_from(["fit", "behaviour"]),
    expression=RULES,
    points=st.integers(-20, 40),
)
SCORE_MODELS = st.builds(
    score_model,
    rules=st.lists(SCORE_RULES, max_size=8),
    fit_cap=st.integers(0, 100),
    behaviour_cap=st.integers(0, 100),
    half_life_days=st.none() | st.sampled_from([1, 7, 14, 30, 90]),
)


@pytest.mark.django_db
def test_both_readers_score_alike() -> None:
    @settings(MANY, max_examples=40)
    @given(model=SCORE_MODELS, seed=st.integers(0, 10**6))
    def agree(model: ScoringTerms, seed: int) -> None:
        chance = random.Random(seed)
        rows = [some_record(chance) for _ in range(60)]
        sql = score_sql(model, CATALOGUE, at=AT)
        parts = (sql.fit, sql.behaviour, sql.total)
        answers = asked_of_sql([p.sql for p in parts], [v for p in parts for v in p.params], rows)
        for row, answer in zip(rows, answers, strict=True):
            scored = score(model, CATALOGUE, facts_of(row), AT)
            assert (scored.fit, scored.behaviour, scored.points) == answer

    agree()


@pytest.mark.django_db
def test_a_field_can_be_read_from_another_place_and_now_from_the_database() -> None:
    row = {**dict.fromkeys(COLUMNS), "name": "Acme", "score": 5, "properties": {}}
    predicate = to_sql(
        'name == "ACME" && employees == 5 && now > date("2020-01-01")',
        CATALOGUE,
        columns={"name": "upper(r.name)", "employees": "r.score"},
    )
    assert asked_of_sql([predicate.sql], [*predicate.params], [row]) == [(True,)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ('city == "x\' or true --"', Verdict.UNMET),
        ("employees / 0 > 1", Verdict.UNKNOWN),
        ("mrr > 1 || true", Verdict.MET),
        ("mrr > 1 && false", Verdict.UNMET),
        ("blank(mrr) && !known(mrr)", Verdict.MET),
    ],
)
def test_the_plain_cases_agree_too(expression: str, verdict: Verdict) -> None:
    row = {**dict.fromkeys(COLUMNS), "properties": {"city": "Zürich", "employees": 3}}
    predicate = to_sql(expression, CATALOGUE, at=AT)
    ((answer,),) = asked_of_sql([predicate.sql], [*predicate.params], [row])
    (result,) = judge(CATALOGUE, [Line("", expression)], facts_of(row), AT)
    assert result.verdict is verdict
    assert {True: Verdict.MET, False: Verdict.UNMET, None: Verdict.UNKNOWN}[answer] is verdict
