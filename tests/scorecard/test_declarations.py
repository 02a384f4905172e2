"""What kinds of metrics declare, and what becomes of a metric that does not keep to it: it alone is told as failing."""

from collections.abc import Callable, Iterator
from copy import copy, deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from blueprint.documents import default_document
from blueprint.schema import Blueprint
from blueprint.schema.part import NOBODY
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions.founding import publish_first_version
from governance.checks import run_checks
from governance.checks.metric_checks import reports_changed
from scorecard import queries
from scorecard.kinds import KINDS, STATEMENTS
from scorecard.kinds.faults import faults_of
from scorecard.kinds_page import kinds_page
from scorecard.models import DirtyDay, Reading, ReadingSeries
from scorecard.queries.foldables import of_metric
from scorecard.queries.readings import courses
from scorecard.tasks import fold_readings
from tests.cast import MONDAY_10, Cast
from tests.core.failing import failing_sweeps
from tests.governance.test_checks import WORLD, blueprint
from tests.handoffs.factories import make_records


def test_every_kind_has_its_statement() -> None:
    own = {kind.statement or name for name, kind in KINDS.items() if not kind.is_made_of_metrics}
    assert own | {each for kind in KINDS.values() for each in kind.other_statements} == set(STATEMENTS)


def test_the_page_of_help_is_what_the_kinds_say() -> None:
    page = Path(__file__).parents[2] / "docs" / "metrics.md"
    assert page.read_text(encoding="utf-8") == kinds_page(), "run manage.py metrics_help"


def test_the_default_blueprint_keeps_to_it() -> None:
    blueprint = Blueprint.model_validate(default_document())
    assert [found for each in blueprint.metrics for found in faults_of(each, blueprint)] == []


def metric(document: dict[str, Any], key: str) -> dict[str, Any]:
    return next(each for each in document["metrics"] if each["key"] == key)


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("mql_to_sql", {"parameters": {}}, "metrics/mql_to_sql/parameters/from: This is missing."),
    ("mql_to_sql", {"parameters": {"from": "lifecycle/mql"}}, "metrics/mql_to_sql/parameters/to: This is missing."),
    (
        "mql_to_sql",
        {"parameters": {"from": "lifecycle", "to": "lifecycle/nowhere"}},
        "parameters/to: “lifecycle/nowhere”",
    ),
    ("mql_to_sql", {"parameters": {"from": ["lifecycle"], "to": "lifecycle"}}, "parameters/from: "),
    ("mql_to_sql", {"kind": "wishes"}, "metrics/mql_to_sql/kind: There is no kind “wishes”"),
    ("mql_to_sql", {"unit": "money"}, "metrics/mql_to_sql/unit: "),
    ("mql_to_sql", {"segments": ["source", "shoe_size"]}, "metrics/mql_to_sql/segments: “shoe_size”"),
    ("win_rate", {"parameters": {"pipeline": "nowhere"}}, "parameters/pipeline: “nowhere” is no pipeline."),
    (
        "win_rate",
        {"parameters": {"pipeline": "sales", "seam": "x"}},
        "parameters/seam: A metric of kind “win_rate” has no",
    ),
    ("acted_48h", {"parameters": {"seam": "nowhere"}}, "parameters/seam: “nowhere” is no seam."),
    (
        "leakage_sales_success",
        {"parameters": {"seam": "sales_to_success", "window_days": "14"}},
        "parameters/window_days: ",
    ),
    (
        "leakage_sales_success",
        {"parameters": {"seam": "sales_to_success", "window_days": 0}},
        "parameters/window_days: ",
    ),
    (
        "leakage_sales_success",
        {"parameters": {"seam": "sales_to_success", "window_days": True}},
        "parameters/window_days: ",
    ),
    ("marketing_sourced", {"parameters": {"pipeline": "sales", "by": "luck"}}, "parameters/by: "),
]


@pytest.mark.parametrize(("key", "change", "said"), BAD, ids=[said for _, _, said in BAD])
def test_a_metric_that_could_not_be_counted_is_refused_by_its_path(key: str, change: dict[str, Any], said: str) -> None:
    proposed = blueprint()
    metric(proposed, key).update(change)
    found = {each.key: each for each in run_checks(blueprint(), proposed, lambda given: WORLD)}
    assert found["metrics"].verdict == "failed" and said in found["metrics"].detail


def seam(document: dict[str, Any], key: str = "marketing_to_sales") -> dict[str, Any]:
    return next(each for each in document["seams"] if each["key"] == key)


def stage(document: dict[str, Any], path: str) -> dict[str, Any]:
    pipeline, key = path.split("/")
    found = next(each for each in document["pipelines"] if each["key"] == pipeline)
    return next(each for each in found["stages"] if each["key"] == key)


def drop(key: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        next(each for each in document["properties"] if each["key"] == key)["label"] = "Something else"

    return change


@pytest.mark.parametrize(
    ("change", "reads", "does_not"),
    [
        (
            lambda d: seam(d).update(act_hours=4),
            {"Accepted and acted on in 48 h"},
            {"Acceptance rate", "SLA attainment"},
        ),
        (lambda d: seam(d).update(answer_minutes=7), {"SLA attainment"}, {"Acceptance rate"}),
        (lambda d: seam(d).update(touch_minutes=7), {"Time to first touch"}, {"SLA attainment"}),
        (
            lambda d: d["calendars"][0].update(holidays=[{"date": "2026-12-24"}]),
            {"SLA attainment", "Time to first touch"},
            {"Acceptance rate", "Win rate"},
        ),
        (lambda d: stage(d, "sales/proposal").update(age_limit_days=3), {"Stage aging"}, {"Win rate", "MQL to SQL"}),
        (
            lambda d: stage(d, "sales/closed_won").update(category="open"),
            {"Win rate", "Average won deal", "Sales cycle", "Pipeline velocity"},
            {"MQL to SQL"},
        ),
        (
            lambda d: stage(d, "lifecycle/sql").update(required=["source"]),
            {"MQL to SQL", "Lead to close"},
            {"Win rate"},
        ),
        (drop("product"), {"Win rate"}, {"MQL to SQL"}),
        (lambda d: seam(d).update(label="Another name"), set(), {"Acceptance rate", "SLA attainment"}),
    ],
)
def test_which_numbers_change_is_what_their_kinds_declare(change: Any, reads: set[str], does_not: set[str]) -> None:
    proposed = blueprint()
    change(proposed)
    said = list(reports_changed(blueprint(), proposed, Blueprint.of(NOBODY, proposed)).values())
    told = {
        each["label"] for each in proposed["metrics"] if any(f"Metric {each['label']} reads" in one for one in said)
    }
    assert reads <= told and not does_not & told


def found_with(cast: Cast, document: dict[str, Any]) -> Workspace:
    """A company whose version in force holds what checks refuse today."""
    workspace = Workspace.objects.create(name="Initech", slug="initech", time_zone="America/New_York")
    with workspace_scope(workspace):
        founder = Member.objects.create(user=cast.otto.user, role="owner", name="Otto", email=cast.otto.email)
        publish_first_version(workspace=workspace, founder=founder, at=MONDAY_10, document=document)
    workspace.refresh_from_db()
    return workspace


@pytest.fixture
def initech(cast: Cast) -> Iterator[Workspace]:
    """One metric without parameters, one of an unknown kind, one of a seam that is not there, one with a bad filter."""
    document = deepcopy(default_document())
    metric(document, "mql_to_sql")["parameters"] = {}
    metric(document, "lead_to_close")["kind"] = "wishes"
    metric(document, "acceptance_rate")["parameters"] = {"seam": "marketing_to_sales", "surprise": 1}
    metric(document, "leakage_success_sales")["parameters"] = {"seam": "nowhere"}
    metric(document, "average_deal")["filter"] = "amount >"
    with time_machine.travel(MONDAY_10, tick=False):
        workspace = found_with(cast, document)
        with workspace_scope(workspace):
            make_records(workspace, 3, path="sales/closed_won")
        yield workspace


FAILING = {"mql_to_sql", "lead_to_close", "acceptance_rate", "leakage_success_sales", "average_deal"}


@pytest.mark.django_db
def test_a_bad_card_says_so_and_the_others_are_counted(initech: Workspace, cast: Cast, client: Client) -> None:
    client.force_login(cast.otto.user)
    page = client.get("/w/initech/scorecard/")
    assert page.status_code == 200 and page.content.decode().count("Cannot be counted") >= len(FAILING)
    told = client.get("/api/v1/w/initech/scorecard?period=90d").json()
    cards = {card["metric"]["key"]: card for card in told["cards"]}
    assert {key for key, card in cards.items() if card["failing"]} == FAILING
    assert all(cards[key]["figure"]["value"] is None for key in FAILING)
    assert "metrics/mql_to_sql/parameters/from: This is missing." in cards["mql_to_sql"]["failing"]
    assert cards["win_rate"]["figure"]["value"] == "1" or float(cards["win_rate"]["figure"]["value"]) == 1.0
    assert len(cards) == len(default_document()["metrics"])
    assert "metrics/mql_to_sql/parameters/from" in client.get("/w/initech/scorecard.csv").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(FAILING))
def test_a_bad_metric_has_a_page_an_answer_and_no_rows(
    initech: Workspace, cast: Cast, client: Client, key: str
) -> None:
    client.force_login(cast.otto.user)
    page = client.get(f"/w/initech/scorecard/{key}/")
    assert page.status_code == 200 and "cannot be counted" in page.content.decode()
    told = client.get(f"/api/v1/w/initech/metrics/{key}").json()
    assert told["failing"] and told["figure"]["value"] is None and told["trend"] == []
    assert client.get(f"/api/v1/w/initech/metrics/{key}.csv").status_code == 200
    refused = client.get(f"/api/v1/w/initech/metrics/{key}/rows")
    assert refused.status_code == 422 and refused.json()["code"] == "metric_failing"


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["funnel", "funnel/seams/marketing_to_sales", "metrics"])
def test_seam_and_funnel_stand_beside_a_bad_metric(initech: Workspace, cast: Cast, client: Client, place: str) -> None:
    client.force_login(cast.otto.user)
    assert client.get(f"/api/v1/w/initech/{place}").status_code == 200


@pytest.mark.django_db
def test_the_page_of_a_seam_says_which_of_its_metrics_fails(initech: Workspace, cast: Cast, client: Client) -> None:
    from django.urls import reverse

    client.force_login(cast.otto.user)
    page = client.get(reverse("scorecard:seam", args=["initech", "marketing_to_sales"]))
    assert page.status_code == 200 and "Cannot be counted" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_bad_metric_stops_the_folding_of_nobody(initech: Workspace, cast: Cast) -> None:
    with workspace_scope(cast.acme):
        make_records(cast.acme, 2)
    fold_readings()
    assert failing_sweeps() == []
    with workspace_scope(cast.acme):
        assert Reading.objects.exists() and not DirtyDay.objects.exists()
    with workspace_scope(initech):
        folded = set(Reading.objects.values_list("series__metric__key", flat=True))
        assert "win_rate" in folded and not folded & FAILING
        assert not FAILING & set(ReadingSeries.objects.values_list("metric__key", flat=True))


@pytest.mark.django_db
def test_what_only_shows_when_it_is_counted_is_noted_and_the_others_are_counted(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        make_records(cast.acme, 3, path="sales/closed_won", score=3)
        board = queries.board_of(cast.acme, MONDAY_10)
        broken = board.metric("win_rate").model_copy(update={"filter": "score % 0 == 1"})
        found = courses(board, [broken, board.metric("sales_cycle")], board.today.replace(month=1), board.today)
    assert set(board.failing) == {"win_rate"} and "Remainders" in board.failing["win_rate"]
    assert found["win_rate"] == {} and found["sales_cycle"]


def test_a_metric_is_compiled_once_and_anew_for_another_zone_currency_or_blueprint(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        board = queries.board_of(cast.acme, MONDAY_10)
        metric = board.metric("revenue_won")
        first = of_metric(board, metric)
        assert of_metric(board, metric).terms is first.terms
        for name, value in (("time_zone", "Asia/Tokyo"), ("currency", "JPY")):
            elsewhere = copy(board.workspace)
            setattr(elsewhere, name, value)
            assert of_metric(replace(board, workspace=elsewhere), metric).statement != first.statement
        other = board.blueprint.model_copy()
        assert of_metric(replace(board, blueprint=other), metric).terms is not first.terms
