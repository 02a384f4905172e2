"""The two readers of criteria, Python for one record and SQL for many, give the same three-valued answers.

This test is the licence to have two readers: expressions from a grammar of every construct, records with blanks and
with values of the wrong kind, and a real PostgreSQL.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprint.expressions.criteria import Line, Verdict, compile_line, judge
from blueprint.expressions.to_sql import all_met_sql, to_sql
from blueprint.expressions.wall_clock import ZONE
from blueprint.schema import ScoringTerms
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from lifecycle.rules.scoring import score
from lifecycle.score_sql import score_sql
from tests.cast import Cast
from tests.lifecycle.factories import score_model, score_rule
from tests.lifecycle.made_up import AT, CATALOGUE, COLUMNS, RULES, asked_of_sql, facts_of, some_record

MANY = settings(
    max_examples=60,
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
    '"Price" in needs',
    '!("it\'s 100%" in needs)',
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


TIMES = ("now", "created_at", "entered_stage_at", "demo_at", "closes_on", "renews_on", "trial_ends_on")
TIMES += ('date("2026-03-29")', 'timestamp("2026-03-28T23:30:00-02:00")', "closes_on + days(1)", "now - hours(36)")
SHAPES = (
    "{} {op} {}",
    "{} - {} {op} {span}",
    "({} - {}) + ({} - {}) {op} {span}",
    "({} < {} ? {} : {}) {op} {}",
    "known({}) && {} {op} {}",
)
# Where midnight is far from UTC's, twice a day in autumn, or leapt over in spring.
ZONES = ("Asia/Tokyo", "America/Los_Angeles", "Europe/Berlin", "America/Havana", "Africa/Cairo", "Pacific/Kiritimati")


def test_both_readers_agree_by_the_clocks_of_every_zone(cast: Cast) -> None:
    chance = random.Random(7)

    def some_time_test() -> str:
        shape, op = chance.choice(SHAPES), chance.choice(("<", "<=", ">", ">=", "==", "!="))
        picked = [chance.choice(TIMES[:7] if "known({})" in shape else TIMES) for _ in range(shape.count("{}"))]
        return shape.format(*picked, op=op, span=chance.choice(("days(1)", "hours(25)", "days(0)")))

    for zone in ZONES:
        midnight = datetime(2026, 3, 29, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        with workspace_scope(cast.acme):
            Workspace.objects.filter(pk=cast.acme.pk).update(time_zone=zone)
        rules, rows = [some_time_test() for _ in range(60)], [some_record(chance) for _ in range(20)]
        for at in (midnight - timedelta(microseconds=1), midnight, AT):
            predicates = [to_sql(rule, CATALOGUE, at=at) for rule in rules]
            with workspace_scope(cast.acme):
                answers = asked_of_sql([p.sql for p in predicates], [v for p in predicates for v in p.params], rows)
            for row, answer in zip(rows, answers, strict=True):
                facts = {**facts_of(row), "now": at, ZONE: zone}
                for rule, from_sql in zip(rules, answer, strict=True):
                    assert compile_line(CATALOGUE, rule).test(facts) is from_sql, (zone, rule, from_sql, facts)


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
