"""Words and test are one: a label that says something else than its test is refused at every door."""

from __future__ import annotations

import pytest

from core.tenancy.scope import workspace_scope
from governance.checks import run_checks
from governance.queries.proposals import base_of, proposed_by
from governance.queries.published import document_of
from governance.queries.workspace_facts import facts_of
from governance.rules.labels import contradiction
from tests.cast import Cast
from tests.governance.editing import url_of
from tests.governance.fields import fields_of
from tests.governance.test_api import Caller
from tests.governance.test_builder import KNOWN
from tests.governance.test_pages import door, new_change, words

SEAM = ["seams", {"key": "marketing_to_sales"}, "acceptance"]


@pytest.mark.parametrize(
    ("label", "expression", "said"),
    [
        ("Employees ≥ 50", "employees >= 100", "The words say 50, the test says 100."),
        ("Fifty is fine, but 1,000 is not", "employees >= 100", "The words say 1,000, the test says 100."),
        ("Three or more employees", "employees >= 4", "The words say three, the test says 4."),
        ("Score has reached 60", "score >= mql_threshold", "The words say 60, the test says {mql_threshold}."),
        ("Score has reached {mql_threshold}", "score >= 60", "The words name {mql_threshold}, the test does not."),
        ("At least 50 employees", "employees <= 50", "The words ask for more, the test for less."),
        ("Under 50 employees", "employees > 50", "The words ask for less, the test for more."),
        ("Employees is blank", "known(employees)",
         "The words say “Employees is blank”, the test says “is filled in”."),
        ("Seniority is VP", 'seniority == "Director"', "The words say VP, the test says Director."),
        ("Decided in the last 60 days", "decision_by >= now - days(30)", "The words say 60, the test says 30 days."),
    ],
)  # fmt: skip
def test_a_contradiction_is_named(label: str, expression: str, said: str) -> None:
    assert contradiction(KNOWN, label, expression) == said


@pytest.mark.parametrize(
    ("label", "expression"),
    [
        ("A company we want", "employees >= 100"),
        ("50 or more employees", "employees >= 50"),
        ("1,000 employees or more", "employees >= 1000"),
        ("Director or above", 'seniority in ["Director", "VP"]'),
        ("Not a VP", 'seniority in ["Manager", "Director"]'),
        ("No more than 50 employees", "employees <= 50"),
        ("Score has reached {mql_threshold}", "score >= mql_threshold"),
        ("Has not opted out", "blank(opted_out) || !opted_out"),
        ("Tier 1 by hand", "known(email)"),
        ("One decision maker is known", "known(name)"),
        ("Fresh for 48 hours", "last_activity_at >= now - hours(48)"),
        ("Seen in the last two weeks", "last_activity_at >= now - days(14)"),
        ("Two weeks old", "employees >"),
    ],
)
def test_words_of_one_s_own_stand(label: str, expression: str) -> None:
    assert contradiction(KNOWN, label, expression) == ""


@pytest.mark.django_db
def test_the_blueprint_that_everybody_starts_with_contradicts_itself_nowhere(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        document = document_of(1)
        other = {**document, "scoring": {**document["scoring"], "threshold": 61}}
        (found,) = [each for each in run_checks(document, other, facts_of) if each.key == "words"]
        assert found.verdict == "passed", found.detail


@pytest.mark.django_db
def test_the_form_refuses_at_the_label(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "scoring", "")
    posted = fields_of(client.get(url).content.decode())
    assert posted["rules-0-label"] == ["50 or more employees"]
    refused = client.post(url, posted | {"rules-0-expression.0.0.value": "100"})
    assert refused.status_code == 422 and "The words say 50, the test says 100." in words(refused)
    assert client.post(url, posted | {"rules-0-expression.0.0.value": "100", "rules-0-label": ""}).status_code == 302


@pytest.mark.django_db
def test_what_comes_through_the_api_fails_its_check(cast: Cast) -> None:
    change, ada = new_change(cast), Caller(cast.ada)
    lines = [{"label": "Employees ≥ 50", "expression": "employees >= 100"}]
    body = {"edits": [{"path": SEAM, "after": lines}]}
    assert ada.post(f"changes/{change.number}/edits", body).status_code == 200
    with workspace_scope(cast.acme):
        base, proposed = base_of(change), proposed_by(change)
        (found,) = [each for each in run_checks(base, proposed, facts_of) if each.key == "words"]
    assert found.verdict == "failed" and "The words say 50, the test says 100." in found.detail
    refused = ada.post(f"changes/{change.number}/submission")
    assert refused.status_code == 422 and refused.json()["code"] == "checks_failed"
