"""The condition builder: words follow the test, and every shape it shows goes back unchanged."""

from __future__ import annotations

from typing import Any

import pytest

from blueprint.expressions.fields import Catalogue, DataType, Field
from governance.rules.conditions import condition_of, words_of, write
from tests.cast import Cast
from tests.governance.editing import drafted, url_of
from tests.governance.fields import fields_of
from tests.governance.test_pages import door, new_change

KNOWN = Catalogue(
    [
        Field("employees", DataType.INTEGER, "Employees"),
        Field("seniority", DataType.CHOICE, "Seniority", ("Manager", "Director", "VP")),
        Field("needs", DataType.CHOICES, "Needs", ("Price", "Support")),
        Field("opted_out", DataType.BOOLEAN, "Opted out"),
        Field("decision_by", DataType.DATE, "Decision by"),
    ]
)
OPENED = [
    ("employees >= 50", "Employees is at least 50"),
    ("employees > -0.5", "Employees is more than -0.5"),
    ("score >= mql_threshold", "Score has reached {mql_threshold}"),
    ("blank(opted_out) || !opted_out", "Opted out is blank or Opted out is no"),
    ('seniority in ["Director", "VP"]', "Seniority is one of Director, VP"),
    ('!(seniority in ["VP"])', "Seniority is none of VP"),
    ('"Price" in needs', "Needs includes Price"),
    ('!("Support" in needs) && known(needs)', "Needs does not include Support and Needs is filled in"),
    ('name.startsWith("A \\"b")', 'Name starts with A "b'),
    ('!email.contains("@test")', "E-mail does not contain @test"),
    ("decision_by >= now - days(30)", "Decision by is within the last 30 days"),
    ("closes_on <= now + days(14)", "Closes on is at most 14 days ahead"),
    ('decision_by < date("2026-12-31")', "Decision by is before 2026-12-31"),
    ("known(email) && (employees > 1 || opted_out)",
     "E-mail is filled in and (Employees is more than 1 or Opted out is yes)"),
    ("(employees > 1 && opted_out) || known(email)",
     "(Employees is more than 1 and Opted out is yes) or E-mail is filled in"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "words"), OPENED)
def test_what_the_builder_opens_it_writes_back(expression: str, words: str) -> None:
    condition = condition_of(KNOWN, expression)
    assert condition is not None
    assert write(KNOWN, condition) == expression and words_of(KNOWN, condition) == words


@pytest.mark.parametrize(
    "expression",
    [
        "true",
        "50 <= employees",
        "employees * 2 > 5",
        "(employees > 1 || opted_out && known(email)) && known(name)",
        'created_at >= timestamp("2026-01-01T09:00:00Z")',
        "last_activity_at < now - hours(5)",
        "score > mql_threshold",
        "employees >",
        "nobody > 5",
    ],
)
def test_another_shape_stays_as_text(expression: str) -> None:
    assert condition_of(KNOWN, expression) is None


def pressed(client: Any, url: str, page: Any, typed: dict[str, Any]) -> Any:
    """The page after a button, with what was typed before."""
    answer = client.post(url, fields_of(page.content.decode()) | typed)
    assert answer.status_code == 200
    return answer


@pytest.mark.django_db
def test_words_follow_the_test_until_a_person_writes_them(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "stage", "sales/discovery")
    page = pressed(client, url, client.get(url), {"do": "add:entry"})
    page = pressed(client, url, page, {"do": "refresh", "entry-0-expression.0.0.field": "employees"})
    typed = {"do": "refresh", "entry-0-expression.0.0.operator": "at_least", "entry-0-expression.0.0.value": "50"}
    page = pressed(client, url, page, typed)
    assert fields_of(page.content.decode())["entry-0-label"] == ["Employees is at least 50"]
    page = pressed(client, url, page, {"do": "refresh", "entry-0-expression.0.0.value": "100"})
    assert fields_of(page.content.decode())["entry-0-label"] == ["Employees is at least 100"]
    page = pressed(client, url, page, {"do": "refresh", "entry-0-label": "A larger company"})
    page = pressed(client, url, page, {"do": "refresh", "entry-0-expression.0.0.value": "200"})
    assert fields_of(page.content.decode())["entry-0-label"] == ["A larger company"]
    assert client.post(url, fields_of(page.content.decode())).status_code == 302
    ((_, line),) = ((path, after) for path, after in drafted(cast, change).items())
    said = line[0] if isinstance(line, list) else line
    assert (said["label"], said["expression"]) == ("A larger company", "employees >= 200")


@pytest.mark.django_db
def test_and_or_groups_are_built_with_buttons_alone(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url, name = url_of(change, "stage", "sales/discovery"), "entry-0-expression"
    page = pressed(client, url, client.get(url), {"do": "add:entry"})
    typed = {"do": f"test:{name}:0", f"{name}.0.0.field": "demo_requested", f"{name}.0.0.operator": "yes"}
    page = pressed(client, url, page, typed)
    typed = {"do": f"group:{name}", f"{name}.0.1.field": "seniority", f"{name}.0.1.operator": "one_of"}
    page = pressed(client, url, page, typed | {f"{name}.0.1.value": ["Director", "VP"], f"{name}.0.join": "any"})
    typed = {"do": "refresh", f"{name}.1.0.field": "kickoff_on", f"{name}.1.0.operator": "within"}
    page = pressed(client, url, page, typed | {f"{name}.1.0.value": "30"})
    page = pressed(client, url, page, {"do": f"text:{name}"})
    posted = fields_of(page.content.decode())
    assert posted[name] == ['(demo_requested || seniority in ["Director", "VP"]) && kickoff_on >= now - days(30)']
    page = pressed(client, url, page, {"do": f"build:{name}"})
    assert fields_of(page.content.decode())[f"{name}.0.1.value"] == ["Director", "VP"]
    fewer = pressed(client, url, page, {"do": f"drop_test:{name}:0:0"})
    assert fields_of(fewer.content.decode())["entry-0-label"] == [
        "Seniority is one of Director, VP and Kickoff on is within the last 30 days"
    ]
