"""Routing as pure rules: the first match, and fair turns."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.expressions.fields import Catalogue
from handoffs.rules.routing import ROUND, Candidate, present_time, turns
from tests.cast import MONDAY_10
from tests.handoffs.oracle import route

CATALOGUE = Catalogue([])


def ids(count: int) -> list[UUID]:
    return [UUID(int=place + 1) for place in range(count)]


def rule(position: int, expression: str, target: str = "pool") -> SimpleNamespace:
    return SimpleNamespace(position=position, label=f"rule {position}", expression=expression, target=target)


def test_the_first_match_wins_and_the_rules_before_it_say_why_not() -> None:
    rules = [rule(0, 'source == "Partner"'), rule(1, "amount > 100"), rule(2, "true"), rule(3, "true")]
    chosen, tried = route(rules, CATALOGUE, {"source": "Web"}, MONDAY_10)
    assert chosen is rules[2]
    assert [each.verdict.value for each in tried] == ["unmet", "unknown", "met"]


def test_a_met_rule_that_reaches_nobody_lets_the_next_one_try() -> None:
    rules = [rule(0, "true", "account_owner"), rule(1, "true")]
    chosen, tried = route(
        rules,
        CATALOGUE,
        {},
        MONDAY_10,
        state_of=lambda each: "nobody" if each.target == "account_owner" else "available",
    )
    assert chosen is rules[1]
    assert "no owner" in tried[0].why


def test_no_rule_is_no_match() -> None:
    assert route([], CATALOGUE, {}, MONDAY_10) == (None, ())


@pytest.mark.parametrize(
    "unavailable", [{"is_active": False}, {"is_away": True}, {"cap": 2, "open_count": 2}, {"cap": 0}]
)
def test_who_is_not_available_gets_nothing(unavailable: dict[str, object]) -> None:
    one, other = ids(2)
    given_to = turns([Candidate(one, **unavailable), Candidate(other)], 5)  # type: ignore[arg-type]
    assert {turn.member_id for turn in given_to if turn} == {other}


def test_nobody_available_is_nobody() -> None:
    assert turns([Candidate(ids(1)[0], is_away=True)], 2) == [None, None]


def test_it_never_goes_back_to_who_missed_it() -> None:
    one, other = ids(2)
    assert [
        turn.member_id for turn in turns([Candidate(one), Candidate(other)], 2, never=[{one}, {other}]) if turn
    ] == [
        other,
        one,
    ]


def test_who_comes_back_is_next_once_and_then_takes_turns() -> None:
    one, other, back = ids(3)
    pool = [
        Candidate(one, virtual_time=50 * ROUND),
        Candidate(other, virtual_time=50 * ROUND),
        Candidate(back, virtual_time=0),
    ]
    assert [turn.member_id for turn in turns(pool, 6) if turn].count(back) == 2
    assert [turn.member_id for turn in turns(pool, 1) if turn] == [back]


pools = st.lists(st.integers(1, 100), min_size=1, max_size=8)


@settings(max_examples=200)
@given(pools, st.integers(0, 300))
def test_published_no_one_is_ever_a_record_behind_nor_far_ahead_of_their_share(weights: list[int], count: int) -> None:
    members = [Candidate(each, weight) for each, weight in zip(ids(len(weights)), weights, strict=True)]
    received = dict.fromkeys((each.member_id for each in members), 0)
    rates = {each.member_id: 1 / each.step for each in members}  # a weight that does not divide ROUND is rounded
    for place, turn in enumerate(turns(members, count), start=1):
        assert turn is not None
        received[turn.member_id] += 1
        for member_id, rate in rates.items():
            share = rate / sum(rates.values())
            assert -1 < received[member_id] - place * share < max(1, len(members) * share) + 1e-6


@settings(max_examples=100)
@given(pools, st.integers(0, 60), st.integers(0, 60))
def test_a_hundred_at_once_go_where_a_hundred_one_by_one_would(weights: list[int], first: int, second: int) -> None:
    members = [Candidate(each, weight) for each, weight in zip(ids(len(weights)), weights, strict=True)]
    at_once = turns(members, first + second)
    times = {each.member_id: 0 for each in members}
    for turn in turns(members, first):
        assert turn is not None
        times[turn.member_id] = turn.virtual_time
    later = [Candidate(each.member_id, each.weight, times[each.member_id]) for each in members]
    assert at_once[first:] == turns(later, second)


@settings(max_examples=100)
@given(pools, st.integers(1, 200), st.integers(1, 100))
def test_a_newcomer_is_not_flooded(weights: list[int], before: int, weight: int) -> None:
    members = [Candidate(each, each_weight) for each, each_weight in zip(ids(len(weights)), weights, strict=True)]
    times = {each.member_id: 0 for each in members}
    for turn in turns(members, before):
        assert turn is not None
        times[turn.member_id] = turn.virtual_time
    newcomer = Candidate(UUID(int=99), weight)
    pool = [Candidate(each.member_id, each.weight, times[each.member_id]) for each in members] + [newcomer]
    assert newcomer.start(present_time(times.values())) == max(times.values())
    got = [turn.member_id for turn in turns(pool, 50) if turn].count(newcomer.member_id)
    share = weight / (sum(weights) + weight)
    assert got <= 50 * share + len(pool) * share + 1


def test_time_off_of_years_gives_no_credit() -> None:
    one, back = ids(2)
    pool = [Candidate(one, virtual_time=10**6 * ROUND), Candidate(back, virtual_time=0)]
    assert [turn.member_id for turn in turns(pool, 10) if turn].count(back) in (5, 6)
