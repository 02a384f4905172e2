"""What is proved of rules and criteria: planted faults are found, and whoever edits a rule is told at every door."""

from typing import Any

import pytest

from blueprint.expressions.prove import ProvableLine, Prover
from blueprint.expressions.prove_example import records_by_chance
from blueprint.expressions.proved_outcomes import ProvedOutcome
from core.bounds import UNFIT
from core.tenancy.scope import workspace_scope
from governance.actions.proving import prove_next
from governance.models import RuleProof
from governance.tasks import prove_rules
from tests.cast import MONDAY_10, Cast
from tests.governance.planted import CATALOGUE, NOW, prove_sets
from tests.governance.test_api import Caller
from tests.governance.test_pages import door, words

RULES = ["seams", {"key": "marketing_to_sales"}, "routing"]
POOL = {"target": "pool", "pool": "sales"}
LARGE = {"key": "large", "label": "Large companies", "expression": "employees >= 200", **POOL}
SMALL = {"key": "small", "label": "Large and small", "expression": "employees >= 500 && employees < 50", **POOL}
HUGE = {"key": "huge", "label": "Huge companies", "expression": "employees > 900 && known(region)", **POOL}
LAST = {"key": "last", "label": "Everybody else", "expression": "true", **POOL}


def test_planted_faults_are_found_and_nothing_proved_is_contradicted_by_a_record() -> None:
    told = prove_sets(range(2, 4))
    assert (told.wrong, told.unknown) == ([], 0)
    assert told.found == told.planted


def outcomes(*expressions: str, fixed: str = "lead", zone: str = "UTC") -> list[ProvedOutcome]:
    lines = [ProvableLine(each) for each in expressions]
    prover = Prover(CATALOGUE, lines, NOW, {"kind": fixed}, {"score": 100}, zone=zone)
    return [prover.first_match(place).outcome for place in range(len(expressions))]


def test_what_is_unknown_is_not_no() -> None:
    assert outcomes("employees > 5", "!(employees > 5)", "true") == ["reached"] * 3  # the last takes the blank ones
    assert outcomes("known(employees)", "!(employees > 5)", "true") == ["reached", "shadowed", "reached"]
    assert outcomes('country != "Egypt"', 'country == "Egypt"', "known(country)") == ["reached", "reached", "shadowed"]
    assert outcomes('kind == "customer"', 'kind == "lead"', "true") == ["never", "reached", "shadowed"]


def test_a_proof_knows_where_the_day_begins() -> None:
    evening = 'timestamp("2026-06-02T16:00:00Z")'  # it is the third in Tokyo
    lines = f'{evening} >= date("2026-06-03")', f'now < {evening} && now >= date("2026-06-03")'
    assert outcomes(*lines) == ["never", "never"]
    assert outcomes(*lines, zone="Asia/Tokyo") == ["reached", "shadowed"]
    assert outcomes(lines[1], zone="Asia/Tokyo") == ["reached"]
    assert outcomes(lines[1], "trial_ends_on < now && trial_ends_on > now", zone="America/Los_Angeles") == ["never"] * 2


def test_what_the_solver_cannot_say_is_unknown() -> None:
    hard = "budget * employees * amount * mrr - budget * budget == 17.25 && amount * budget * mrr * mrr < 0"
    assert set(outcomes(hard)) <= {ProvedOutcome.UNKNOWN, ProvedOutcome.REACHED}


def test_a_record_by_chance_is_an_example_where_the_solver_cannot_say() -> None:
    letters = 'lower(country).contains("nor") && !country.contains("nor") && lower(source) == lower(country)'
    assert outcomes(f"{letters} && country != source") == ["reached"]
    assert outcomes(
        "lower(country) == lower(source) && country != source && lower(email).contains(lower(country))"
    ) == ["reached"]
    silent = Prover(CATALOGUE, [ProvableLine('country == "France" && score >= 50'), ProvableLine("true")], NOW)
    found = [each for each in records_by_chance(silent.terms, {"country", "score"}, {"kind": "lead"}, [50])]
    assert found[0] == {"kind": "lead", "score": 0}
    assert any(silent.compiled[0].test(each) is True for each in found)


def test_an_example_is_text_that_a_record_can_hold() -> None:
    tests = '!lower(country).contains("x") && !lower(country).contains("a")'
    example = Prover(CATALOGUE, [ProvableLine(tests)], NOW).alone(0).example
    assert example and not UNFIT.search(example["country"])


def test_after_its_time_nothing_more_is_asked() -> None:
    prover = Prover(CATALOGUE, [ProvableLine("employees > 5"), ProvableLine("employees < 3")], NOW, until=0.0)
    assert {each.outcome for each in prover.together()} == {ProvedOutcome.UNKNOWN}
    asked: list[Any] = []
    assert prover._by_chance([0], frozenset(), lambda *record: bool(asked.append(record))).answer is None
    assert not asked


@pytest.mark.django_db
def test_whoever_edits_rules_is_told_which_can_never_get_a_record(cast: Cast) -> None:
    dana, vera = Caller(cast.dana), Caller(cast.vera)
    edits = [{"path": RULES, "after": [LARGE, SMALL, HUGE, LAST]}]
    number = dana.post("changes", {"title": "By size", "edits": edits}).json()["number"]
    assert routing_of(dana, number)["state"] == "none"
    assert dana.post(f"changes/{number}/proofs").status_code == 202
    assert "still being proved" in checked(dana, number)["detail"]
    prove_all(cast)
    proof = routing_of(dana, number)
    assert (proof["state"], proof["progress_ratio"]) == ("done", 1.0)
    told = [(line["outcome"], line["by"], line["parts"]) for line in proof["lines"]]
    assert told == [
        ("reached", [], []),
        ("never", [], ["employees >= 500", "employees < 50"]),
        ("shadowed", [1], []),
        ("reached", [], []),
    ]
    assert proof["lines"][0]["example"]["employees"] >= 200 and proof["lines"][2]["example"]["employees"] > 900
    assert proof["lines"][3]["example_words"] == "a record with nothing filled in"
    page = words(door(cast.dana).get(f"/w/acme/changes/{number}/edit/routing/?of=marketing_to_sales"))
    assert "rule 2 “Large and small” can never be true: `employees >= 500` and `employees < 50` exclude" in page
    assert "Would meet it, and is taken before" in page
    refused = dana.post(f"changes/{number}/submission").json()
    assert (refused["code"], refused["facts"]["failed"][0]["key"]) == ("checks_failed", "proved")
    mended = [{"path": RULES, "after": [HUGE, LARGE, LAST]}]
    assert dana.post(f"changes/{number}/edits", {"edits": mended}).status_code == 200
    assert dana.post(f"changes/{number}/submission").json()["state"] == "review"
    prove_all(cast)
    assert {line["outcome"] for line in routing_of(vera, number)["lines"]} == {"reached"}
    assert "can be met" in words(door(cast.vera).get(f"/w/acme/changes/{number}/"))


@pytest.mark.django_db(transaction=True)  # for the task, which looks from outside
def test_a_gate_nobody_can_pass_is_proved_once_for_everybody(cast: Cast) -> None:
    entry = ["pipelines", {"key": "lifecycle"}, "stages", {"key": "mql"}, "entry"]
    lines = [{"label": "Is small", "expression": "employees < 10"}, {"label": "Is big", "expression": "employees > 90"}]
    dana = Caller(cast.dana)
    for turn in range(2):
        number = dana.post("changes", {"title": "x", "edits": [{"path": entry, "after": lines}]}).json()["number"]
        dana.post(f"changes/{number}/proofs")
        assert checked(dana, number)["verdict"] == ("failed" if turn else "warned")
        assert bool(prove_rules()) is not bool(turn)
    said = checked(dana, number)
    assert said["verdict"] == "failed"
    assert "line 1 “Is small” and line 2 “Is big” exclude each other" in said["detail"]
    with workspace_scope(cast.acme):
        assert len(set(RuleProof.objects.values_list("digest", flat=True))) == RuleProof.objects.count()


def prove_all(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        while prove_next(MONDAY_10):
            pass


def routing_of(caller: Caller, number: int) -> dict[str, Any]:
    [found] = caller.get(f"changes/{number}/proofs?path=seams/marketing_to_sales/routing/").json()["results"]
    return found


def checked(caller: Caller, number: int) -> dict[str, Any]:
    checks = caller.get(f"changes/{number}").json()["checks"]
    return next(each for each in checks if each["key"] == "proved")


@pytest.mark.django_db
def test_the_founding_request_stands_on_nothing_and_has_its_pages(cast: Cast) -> None:
    """Version 1 came from no other: its page and its proofs are there, and nothing more can be asked of it."""
    browser = door(cast.ada)
    for path in ("changes/1/", "changes/1/proofs/"):
        assert browser.get(f"/w/acme/{path}").status_code == 200
    assert browser.get("/api/v1/w/acme/changes/1/proofs").status_code == 200
    for path in ("api/v1/w/acme/changes/1/proofs", "api/v1/w/acme/changes/1/impact", "w/acme/changes/1/impact/"):
        assert browser.post(f"/{path}").status_code < 500
