"""The form of a metric asks for what its kind declares."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.tenancy.scope import workspace_scope
from governance.queries.proposals import edits_of
from tests.cast import Cast
from tests.governance.fields import fields_of
from tests.governance.test_pages import door, new_change, words
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("mql_to_sql", ["parameters-from", "parameters-to", "parameters-within_days"]),
        ("win_rate", [f"parameters-{name}" for name in ("pipeline", "reopened", "weigh", "cohort")]),
        ("leakage_sales_success", ["parameters-seam", "parameters-window_days"]),
        ("marketing_sourced", ["parameters-pipeline", "parameters-by", "parameters-side"]),
    ],
)
def test_the_form_asks_for_the_parameters_of_the_kind(cast: Cast, key: str, names: list[str]) -> None:
    change = new_change(cast)
    page = door(cast.ada).get(f"/w/acme/changes/{change.number}/edit/metric/?of={key}").content.decode()
    assert [name for name in fields_of(page) if name.startswith("parameters-")] == names


def test_another_parameter_is_one_edit_and_a_default_is_not_written_down(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = f"/w/acme/changes/{change.number}/edit/metric/?of=leakage_sales_success"
    posted = fields_of(client.get(url).content.decode()) | {"parameters-window_days": "30"}
    assert client.post(url, posted).status_code == 302
    with workspace_scope(cast.acme):
        (edit,) = edits_of(change)
    assert edit.spelled == "metrics/leakage_sales_success/parameters"
    assert edit.after == {"seam": "sales_to_success", "window_days": 30}


def test_a_number_that_is_none_comes_back_with_its_field(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = f"/w/acme/changes/{change.number}/edit/metric/?of=leakage_sales_success"
    posted = fields_of(client.get(url).content.decode()) | {"parameters-window_days": "many"}
    refused = client.post(url, posted)
    assert refused.status_code == 422 and "Enter a whole number." in words(refused)


def test_another_kind_asks_for_its_own_parameters(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = f"/w/acme/changes/{change.number}/edit/metric/?of=win_rate"
    posted = fields_of(client.get(url).content.decode()) | {"kind": "leakage", "do": "refresh"}
    asked = fields_of(client.post(url, posted).content.decode())
    assert asked["parameters-window_days"] == ["14"] and "parameters-pipeline" not in asked
    assert client.post(url, asked | {"parameters-seam": "sales_to_success"}).status_code == 302
    with workspace_scope(cast.acme):
        edits = {edit.spelled: edit.after for edit in edits_of(change)}
    assert edits["metrics/win_rate/kind"] == "leakage"
    assert edits["metrics/win_rate/parameters"] == {"seam": "sales_to_success"}


def test_a_definition_says_its_figure_and_course_before_it_is_proposed(cast: Cast) -> None:
    at = timezone.now() - timedelta(days=5)
    with workspace_scope(cast.acme):
        make_records(cast.acme, 2, at=at, source="Web")
        make_records(cast.acme, 1, at=at, source="Event")
    change, client = new_change(cast), door(cast.ada)
    url = f"/w/acme/changes/{change.number}/edit/metric/?of=marketing_qualified"
    page = client.get(url).content.decode()
    assert "Show the figure" in page and "Month by month" not in page
    typed = fields_of(page) | {"do": "refresh"}
    assert "3 stays in a stage" in words(client.post(url, typed))
    shown = words(client.post(url, typed | {"parameters-where": 'source == "Web"'}))
    assert "2 stays in a stage" in shown and shown.count("0 stays in a stage") == 11  # of the other months
    assert "parameters/where" in words(client.post(url, typed | {"parameters-where": "source =="}))
    new = url.replace("of=marketing_qualified", "of=%2B")
    named = {"label": "Handed", "kind": "count", "unit": "count", "parameters-dated": "handoffs.offered_at"}
    other = fields_of(client.get(new).content.decode()) | {"kind": "count", "do": "refresh"}
    posted = fields_of(client.post(new, other).content.decode()) | named
    assert "0 handoffs" in words(client.post(new, posted | {"do": "refresh"}))
    with workspace_scope(cast.acme):
        assert not edits_of(change)
