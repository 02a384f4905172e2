"""Fair shares and the fewest moves, on plain values."""

from collections import Counter
from itertools import combinations, product
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as some

from handoffs.rules.balancing import Bearer, Movable, fair_shares, fewest_moves

SALES = frozenset({"sales"})
RICK, ROSA, RUTH = (UUID(int=each) for each in (1, 2, 3))


def bearer(member_id: UUID, held: int, **said: object) -> Bearer:
    return Bearer(**{"id": member_id, "held": held, "movable": held, "sides": SALES} | said)  # type: ignore[arg-type]


def those(*holders: UUID, **said: object) -> list[Movable]:
    return [Movable(number, each, "sales", **said) for number, each in enumerate(holders, 1)]  # type: ignore[arg-type]


def test_shares_follow_weights_caps_and_absences() -> None:
    cases = [
        ([bearer(RICK, 6), bearer(ROSA, 0)], [3, 3]),
        ([bearer(RICK, 5), bearer(ROSA, 0)], [3, 2]),  # the odd one stays where it is
        ([bearer(RICK, 0), bearer(ROSA, 6, weight=2)], [2, 4]),
        ([bearer(RICK, 6), bearer(ROSA, 0, most=1)], [5, 1]),
        ([bearer(RICK, 6, most=2), bearer(ROSA, 0)], [2, 4]),  # over the cap goes to who has room
        ([bearer(RICK, 6, movable=1), bearer(ROSA, 0)], [5, 1]),
        ([bearer(RICK, 4, is_away=True, movable=3), bearer(ROSA, 1)], [1, 4]),
        ([bearer(RICK, 4, is_away=True), bearer(ROSA, 1, most=1)], [4, 1]),  # nobody takes it
    ]
    for bearers, shares in cases:
        assert list(fair_shares(bearers).values()) == shares, bearers


def test_only_what_may_go_goes_and_others_make_room_for_it() -> None:
    people = [bearer(RICK, 4), bearer(ROSA, 0, skills=frozenset({"german"})), bearer(RUTH, 0)]
    rows = those(RICK, RICK, RICK, RICK)
    rows[0] = Movable(1, RICK, "sales", frozenset({"german"}))
    assert Counter(fewest_moves(people, rows).values()) == {ROSA: 1, RUTH: 1}
    barred = [Movable(each.id, RICK, "sales", barred=frozenset({ROSA, RUTH})) for each in rows]
    assert fewest_moves(people, barred) == {}
    assert fewest_moves(people, [Movable(1, RICK, "success")]) == {}
    # the second may go to either, the first only to Rosa: Ruth gets the second
    picky = [Movable(2, RICK, "sales"), Movable(1, RICK, "sales", barred=frozenset({RUTH}))]
    two = [bearer(RICK, 3, movable=2), bearer(ROSA, 0), bearer(RUTH, 0)]
    assert fewest_moves(two, picky) == {1: ROSA, 2: RUTH}


def test_many_who_could_have_a_few_are_asked_once_each() -> None:
    rare, people = frozenset({"rare"}), [UUID(int=each) for each in range(100, 114)]
    rows = [Movable(number, RICK, "sales", needs=frozenset() if number <= 40 else rare) for number in range(1, 201)]
    moves = fewest_moves([bearer(RICK, 200), *(bearer(each, 0, most=4) for each in people)], rows)
    assert len(moves) == 40 and max(Counter(moves.values()).values()) == 4  # every way to share them took hours


@settings(max_examples=60)
@given(
    some.lists(some.sampled_from([RICK, ROSA, RUTH]), max_size=6),
    some.sets(some.tuples(some.integers(1, 6), some.sampled_from([RICK, ROSA, RUTH]))),
)
def test_no_other_set_of_moves_does_more(holders: list[UUID], bars: set[tuple[int, UUID]]) -> None:
    held = Counter(holders)
    people = [bearer(each, held[each]) for each in (RICK, ROSA, RUTH)]
    rows = [
        Movable(number, holder, "sales", barred=frozenset(who for bar, who in bars if bar == number))
        for number, holder in enumerate(holders, 1)
    ]
    shares, moves = fair_shares(people), fewest_moves(people, rows)
    assert _fits(moves, rows, held, shares)
    best = 0
    for size in range(len(rows), len(moves), -1):
        for chosen in combinations(rows, size):
            for receivers in product(shares, repeat=size):
                tried = {each.id: to for each, to in zip(chosen, receivers, strict=True)}
                if all(each.may_go_to(people[to.int - 1]) for each, to in zip(chosen, receivers, strict=True)):
                    best = max(best, size if _fits(tried, rows, held, shares) else 0)
    assert best <= len(moves)


def _fits(moves: dict[int, UUID], rows: list[Movable], held: Counter[UUID], shares: dict[UUID, int]) -> bool:
    gives = Counter(each.holder for each in rows if each.id in moves)
    takes = Counter(moves.values())
    return all(
        gives[each] <= max(0, held[each] - shares[each]) and takes[each] <= max(0, shares[each] - held[each])
        for each in shares
    )
