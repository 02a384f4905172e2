"""The language of criteria: what it answers, what it refuses and where it points; no database."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from cel_expr_python import cel
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.expressions.criteria import Line, Verdict, compile_line, judge
from blueprint.expressions.fields import CORE_FIELDS, BadField, Catalogue, DataType, Field, check_key
from blueprint.expressions.source import BadExpression

NOW = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
CATALOGUE = Catalogue(
    [
        Field("industry", DataType.CHOICE, "Industry", ("SaaS", "Retail")),
        Field("country", DataType.TEXT, "Country"),
        Field("employees", DataType.NUMBER, "Employees"),
        Field("seats", DataType.INTEGER, "Seats"),
        Field("unsubscribed", DataType.BOOLEAN, "Unsubscribed"),
        Field("trial_ends_on", DataType.DATE, "Trial ends on"),
        Field("demo_at", DataType.DATETIME, "Demo at"),
    ]
)
LEAD: dict[str, Any] = {
    "name": "Ada Lovelace",
    "email": "ada@acme.example",
    "score": 72,
    "amount": Decimal("1200.50"),
    "owner": UUID("0190a7c0-0000-7000-8000-000000000001"),
    "created_at": NOW - timedelta(hours=40),
    "closes_on": date(2026, 4, 15),
    "industry": "SaaS",
    "country": "",
    "employees": 250,
    "unsubscribed": False,
    "trial_ends_on": "2026-04-01",
    "demo_at": "2026-03-29T14:30:00+02:00",
}


def verdict(expression: str, facts: dict[str, Any] = LEAD) -> Verdict:
    (result,) = judge(CATALOGUE, [Line("a line", expression)], facts, NOW)
    return result.verdict


@pytest.mark.parametrize(
    "expression",
    [
        "score >= 70",
        "employees > 200 && amount < 1200.51",
        'industry == "SaaS" || seats > 5',
        'industry in ["SaaS", "Retail"]',
        "score in [71, 72]",
        "!unsubscribed",
        "unsubscribed == false",
        'email.endsWith("@acme.example") && name.startsWith("Ada") && name.contains("Love")',
        'lower(name) == "ada lovelace"',
        'owner == "0190a7c0-0000-7000-8000-000000000001"',
        "known(email) && blank(country) && blank(seats)",
        'now - created_at > duration("36h")',
        "now - created_at < days(2)",
        "created_at + hours(40) == now",
        "closes_on - now <= days(30)",
        'closes_on == date("2026-04-15")',
        "trial_ends_on > now",
        'demo_at == timestamp("2026-03-29T12:30:00Z")',
        "demo_at - minutes(30) == now",
        "employees > 100 ? score >= 70 : score >= 90",
        "amount * 12 / 2 - 3 == 7200",
        "-score < -71.5",
        'name < "B"',
        'name + "!" == "Ada Lovelace!"',
        'name == r"Ada Lovelace" // who else',
        "score\n  >= 70",
    ],
)
def test_lines_that_hold_are_met(expression: str) -> None:
    assert verdict(expression) is Verdict.MET


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("seats > 5", Verdict.UNKNOWN),
        ('country == "US"', Verdict.UNKNOWN),
        ('country != "US"', Verdict.UNKNOWN),
        ('!(country == "US")', Verdict.UNKNOWN),
        ('country in ["US"]', Verdict.UNKNOWN),
        ('country.startsWith("")', Verdict.UNKNOWN),
        ("seats > 5 && score > 70", Verdict.UNKNOWN),
        ("seats > 5 && score > 90", Verdict.UNMET),
        ("seats > 5 || score > 70", Verdict.MET),
        ("score > 70 || seats > 5", Verdict.MET),
        ("seats > 5 || score > 90", Verdict.UNKNOWN),
        ("seats > 5 ? true : true", Verdict.UNKNOWN),
        ("score > 70 ? true : seats > 5", Verdict.MET),
        ("known(seats) && seats > 5", Verdict.UNMET),
        ("blank(seats) || seats > 5", Verdict.MET),
        ("renews_on - now < days(90)", Verdict.UNKNOWN),
        ("score / (score - 72) > 1", Verdict.UNKNOWN),
    ],
)
def test_a_blank_fact_is_unknown_and_unknown_is_never_silently_no(expression: str, expected: Verdict) -> None:
    assert verdict(expression) is expected


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("employees", "250"),
        ("employees", True),
        ("employees", float("nan")),
        ("employees", float("inf")),
        ("employees", 10**400),
        ("employees", 1e-10),
        ("unsubscribed", 1),
        ("country", 7),
        ("trial_ends_on", "2026-02-30"),
        ("trial_ends_on", "01/02/2026"),
        ("trial_ends_on", NOW),
        ("demo_at", "2026-03-29T12:00:00"),
        ("demo_at", "tomorrow"),
        ("demo_at", date(2026, 3, 29)),
    ],
)
def test_a_fact_of_the_wrong_kind_counts_as_blank(key: str, value: object) -> None:
    assert verdict(f"blank({key})", LEAD | {key: value}) is Verdict.MET


@pytest.mark.parametrize(
    ("expression", "says", "line", "column"),
    [
        ("scor >= 70", "“scor”. Did you mean score?", 1, 1),
        ("score >= 70 &&\n emploees > 3", "“emploees”. Did you mean employees?", 2, 2),
        ("score > 70 && seats > 7 && nme == 1", "Did you mean name?", 1, 28),
        ('score >= "70"', "“>=” cannot go between a number and text", 1, 7),
        ('industry == "Sass"', "“Sass” is not an option of industry; the options are SaaS, Retail", 1, 10),
        ('industry in ["SaaS", "Software"]', "“Software” is not an option", 1, 10),
        ("name == null", "blank(field) or known(field)", 1, 9),
        ("has(name)", "Write known(field)", 1, 1),
        ("score = 70", "Write ==", 1, 7),
        ("score > 70 and seats > 5", "Write &&", 1, 12),
        ("name == “Ada”", "plain quotes", 1, 9),
        ('name == "Ada', "not closed", 1, 9),
        ("score >", "not finished", 1, 8),
        ("(score > 70", "not finished", 1, 12),
        ("score > 70 score", "“score” is not expected", 1, 12),
        ("score", "must be a test that answers yes or no; it is a number", 1, 1),
        ("score ? true : false", "“? :” needs a test", 1, 7),
        ("unsubscribed < true", "have no order", 1, 14),
        ("score in []", "Write the list itself", 1, 7),
        ("score in [seats]", "written out", 1, 11),
        ("name in [1]", "list of values", 1, 6),
        ("score > 1e3", "plain digits", 1, 9),
        ("score > 0x10", "plain digits", 1, 9),
        ("score % 2 == 1", "Remainders", 1, 7),
        ("score > 1234567890123456", "at most 15", 1, 9),
        ('name.matches("a+")', "“matches” is not part of", 1, 13),
        ("[1, 2].exists(n, n > 1)", "not part of the criteria language", 1, 14),
        ('name[0] == "A"', "Single items", 1, 5),
        ('{"a": 1}.a == 1', "not part of the criteria language", 1, 9),
        ('name == b"a"', "cannot go between text and bytes", 1, 6),
        ('name == "a\\x00"', "zero character", 1, 9),
        ('created_at > "2026-01-01"', "between a date and text", 1, 12),
        ('created_at > date("2026-02-30")', "“2026-02-30” is not a date", 1, 18),
        ('created_at > timestamp("2026-03-01T00:00:00")', "with its zone", 1, 23),
        ("created_at > date(name)", "needs a written value", 1, 18),
        ('now - created_at > duration("2d")', "hours, minutes and seconds", 1, 28),
        ('now - created_at > duration("")', "hours, minutes and seconds", 1, 28),
        ("now - created_at > days(score)", "needs a written number", 1, 24),
        ("now - created_at > days(99999)", "a hundred years", 1, 24),
        ("now + (now - created_at) > now", "written length only", 1, 5),
        ("known(score + 1)", "asks about a field", 1, 6),
        ("score" + " * score" * 7 + " > 1", "At most 6", 1, 55),
        ("(" * 60 + "unsubscribed" + ")" * 60, "nested too deeply", 1, 1),
        ("", "Write a test", 1, 1),
        ("   ", "Write a test", 1, 1),
        ("score > 1 || " * 200 + "true", "At most 2,000", 1, 2001),
        ("score > 1 \x00", "character cannot be used", 1, 11),
        ("name == '\ud800'", "character cannot be used", 1, 10),
    ],
)
def test_what_cannot_be_saved_says_why_and_where(expression: str, says: str, line: int, column: int) -> None:
    with pytest.raises(BadExpression) as refused:
        compile_line(CATALOGUE, expression)
    assert says in refused.value.message
    assert (refused.value.line, refused.value.column) == (line, column)


WORDS = [*"()&|=>1?:[],.-", "score", "name", '"a"', "in", "lower", "&&", "==", "\n", "días", "’"]


@settings(max_examples=300)
@given(st.text(max_size=80) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_either_a_test_or_refused_with_a_place_in_it(expression: str) -> None:
    try:
        compile_line(CATALOGUE, expression)
    except BadExpression as refused:
        lines = expression.split("\n")
        assert 1 <= refused.line <= len(lines)
        assert 1 <= refused.column <= len(lines[refused.line - 1]) + 2
        assert refused.message


def test_a_result_shows_the_facts_it_looked_at() -> None:
    results = judge(
        CATALOGUE, [Line("Warm enough", "score >= 70"), Line("Known seats", "seats > 5 || now < now")], LEAD, NOW
    )
    assert [(r.label, r.verdict, r.facts) for r in results] == [
        ("Warm enough", Verdict.MET, {"score": 72}),
        ("Known seats", Verdict.UNKNOWN, {"seats": None, "now": NOW}),
    ]


def test_a_line_is_checked_once_and_names_its_fields() -> None:
    compiled = compile_line(CATALOGUE, "score >= 70 && known(email) && score < 99")
    assert compiled.fields == ("score", "email")
    assert compile_line(Catalogue(CATALOGUE.fields), "score >= 70 && known(email) && score < 99") is compiled


def test_the_catalogue_always_has_the_core_fields_and_may_give_them_options() -> None:
    stages = Field("stage", DataType.CHOICE, "Stage", ("lead", "mql"))
    catalogue = Catalogue([stages])
    assert len(list(catalogue)) == len(CORE_FIELDS)
    assert catalogue.field("stage") is stages
    with pytest.raises(BadExpression, match="not an option"):
        compile_line(catalogue, 'stage == "sql"')


@pytest.mark.parametrize(
    "key", ["type", "in", "days", "Known", "1st", "a-b", "a.b", "", "a" * 64, "x'--", "größe", "a\n"]
)
def test_a_property_key_that_could_not_be_named_is_refused(key: str) -> None:
    with pytest.raises(BadField):
        check_key(key)


def test_two_fields_cannot_share_a_key() -> None:
    with pytest.raises(BadField):
        Catalogue([Field("seats", DataType.NUMBER, "Seats"), Field("seats", DataType.TEXT, "Seats")])
    with pytest.raises(BadField):
        Catalogue([Field("score", DataType.TEXT, "Score")])


# --- the language is CEL: its own engine agrees wherever every fact is known ----------------------------------------

PARTS = st.deferred(lambda: NUMBERS | st.builds("({} {} {})".format, NUMBERS, st.sampled_from("+-*"), NUMBERS))
NUMBERS = st.sampled_from(["score", "employees", "amount", "3.0", "-2.5", "1200.5"])
TEXTS = st.sampled_from(["name", "email", "industry", '"SaaS"', '"Ada"', '"é\\n\\u00e9"'])
TIMES = st.sampled_from(
    ["created_at", "demo_at", "now", 'timestamp("2026-03-29T00:00:00Z")', 'now - duration("1h30m")']
)
TESTS = st.deferred(
    lambda: (
        st.sampled_from(["unsubscribed", "true"])
        | st.builds("{} {} {}".format, PARTS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), PARTS)
        | st.builds("{} {} {}".format, TEXTS, st.sampled_from(["<", ">=", "==", "!="]), TEXTS)
        | st.builds("{} {} {}".format, TIMES, st.sampled_from(["<", ">=", "==", "!="]), TIMES)
        | st.builds("{} - ({}) > duration({})".format, TIMES, TIMES, st.sampled_from(['"90m"', '"39h59m"', '"0s"']))
        | st.builds("{}.{}({})".format, TEXTS, st.sampled_from(["startsWith", "endsWith", "contains"]), TEXTS)
        | st.builds("{} in [{}, {}]".format, TEXTS, TEXTS.filter(lambda t: t[0] == '"'), st.just('"Grace"'))
        | st.builds("({} {} {})".format, TESTS, st.sampled_from(["&&", "||"]), TESTS)
        | st.builds("({} ? {} : {})".format, TESTS, TESTS, TESTS)
        | st.builds("!({})".format, TESTS)
    )
)
TYPES = {"score": "DOUBLE", "employees": "DOUBLE", "amount": "DOUBLE", "unsubscribed": "BOOL"}
TYPES |= {"name": "STRING", "email": "STRING", "industry": "STRING"}
TYPES |= {"created_at": "TIMESTAMP", "demo_at": "TIMESTAMP", "now": "TIMESTAMP"}
ENGINE = cel.NewEnv(variables={key: getattr(cel.Type, kind) for key, kind in TYPES.items()})
KNOWN = {**{key: LEAD.get(key) for key in TYPES}, "now": NOW, "demo_at": datetime(2026, 3, 29, 12, 30, tzinfo=UTC)}
KNOWN |= {"score": 72.0, "employees": 250.0, "amount": 1200.5}


@settings(max_examples=300)
@given(TESTS)
def test_cels_own_engine_gives_the_same_answers(expression: str) -> None:
    try:
        compiled = compile_line(Catalogue(f for f in CATALOGUE if f.key != "industry" or not f.options), expression)
    except BadExpression as refused:
        assert any(word in refused.message for word in ("nested", "characters", "not a field", "field or function"))
        return
    assert ENGINE.compile(expression).eval(data=KNOWN).value() is compiled.test(KNOWN)
    assert not math.isnan(KNOWN["score"])
