"""Numbers that plan and pay go by are marked, shown as such, and named by every change that touches them."""

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from governance.queries.steps import six_steps
from tests.cast import Cast
from tests.governance.drafts import published
from tests.governance.editing import edited

pytestmark = pytest.mark.django_db
METRIC = ["metrics", {"key": "win_rate"}]
API = "/api/v1/w/acme/"


def test_a_change_of_what_somebody_is_paid_by_names_them(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        before = six_steps(cast.acme, cast.ada).steps[3]
        marks = {"in_plan": True, "in_compensation": True, "paid_teams": ["sales"]}
        acme = published(cast, [([*METRIC, name], value) for name, value in marks.items()])
        after = six_steps(acme, cast.ada).steps[3]
    marked = "no metric is in the plan or in compensation"
    assert marked in before.missing and marked not in after.missing

    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    told = client.get(f"{API}metrics/win_rate").json()["metric"]
    assert (told["in_plan"], told["in_compensation"], told["paid_teams"]) == (True, True, ["sales"])
    shown = client.get("/w/acme/scorecard/win_rate/").content.decode()
    assert "in the plan" in shown and "Paid by it: sales" in shown
    assert "in the plan" in client.get("/w/acme/scorecard/").content.decode()

    assert "Set targets" in client.get("/w/acme/steps/").content.decode()  # two of the headline have none

    edit = {"path": [*METRIC, "filter"], "after": "amount > 1000.0"}
    drafted = {"title": "Count large deals", "reason": "Small ones tell little", "edits": [edit]}
    number = client.post(f"{API}changes", drafted, content_type="application/json").json()["number"]
    said = [finding["detail"] for finding in client.get(f"{API}changes/{number}").json()["checks"]]
    paid = "Metric Win rate is in the plan and in compensation. Paid by it: Sales (Rick, Rosa)."
    assert any(paid in detail for detail in said), said
    assert paid in client.get(f"/w/acme/changes/{number}/").content.decode()


def test_the_editor_asks_for_it(cast: Cast) -> None:
    assert edited(cast, "metric", "win_rate", {"in_plan": "on", "paid_teams": ["sales"]}) == {
        "metrics/win_rate/in_plan": True,
        "metrics/win_rate/paid_teams": ["sales"],
    }
