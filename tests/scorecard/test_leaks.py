"""The seams by what they lose in handoffs and money, one target a quarter, and its weekly log."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blueprint.documents import blueprint_of, document
from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from scorecard.models import LeakEntry, SeamTarget
from scorecard.rules.funnel_cohorts import FunnelStep
from scorecard.rules.seam_losses import Worth, goal_of, worth_of_one
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LEAKS = f"{API}/funnel/leaks"
TARGET: dict[str, Any] = {"seam": "marketing_to_sales", "target_ratio": "0.75", "owner": "rick@acme.example"}


def offered(cast: Cast, seam_key: str, path: str, states: str, days_ago: int = 3) -> None:
    """So many handoffs, each accepted, rejected or left open long past its due time."""
    at = MONDAY_10 - days_ago * DAY
    with workspace_scope(cast.acme):
        records = make_records(
            cast.acme, len(states), path=path, at=at, amount=Decimal(1000), currency=cast.acme.currency
        )
        handoffs = offer_records(cast.acme, records, seam_key=seam_key, at=at)
        for handoff, state in zip(handoffs, states, strict=True):
            told = {"a": "accepted", "r": "rejected", "l": "offered"}[state]
            Handoff.objects.filter(pk=handoff.pk).update(state=told, answered_at=None if state == "l" else at)


def test_what_one_is_worth_is_the_share_that_is_won_times_its_deal(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        blueprint = blueprint_of(cast.acme)
    seams = {seam.key: seam for seam in blueprint.seams}
    goals = {key: goal and goal.path for key, seam in seams.items() for goal in [goal_of(blueprint, seam)]}
    assert goals == {
        "marketing_to_sales": "sales/closed_won",
        "sales_to_success": "sales/closed_won",
        "success_to_sales": "expansion/won",
        "renewal_to_sales": "renewal/renewed",
        "success_to_marketing": None,
    }

    def step(path: str, count: int, worth: int) -> FunnelStep:
        return FunnelStep(path, path, "sales", (blueprint.stages_by_path[path].id,), count=count, worth=Decimal(worth))

    steps = [step("lifecycle/sal", 40, 0), step("sales/closed_won", 10, 5000), step("renewal/renewed", 3, 900)]
    told = {key: worth_of_one(blueprint, seam, steps, 12) for key, seam in seams.items()}
    assert {key: worth and (worth.share, worth.each) for key, worth in told.items()} == {
        "marketing_to_sales": (Decimal("0.25"), Decimal("125.00")),
        "sales_to_success": (Decimal(1), Decimal("500.00")),
        "success_to_sales": None,
        "renewal_to_sales": (Decimal("0.25"), Decimal("75.00")),  # of those accepted: the funnel has no such step
        "success_to_marketing": None,
    }
    assert Worth("Won", Decimal(1) / 3, Decimal(1000)).of(300) == 100_000, "nothing rounded is multiplied"


def test_the_seams_are_ranked_a_target_is_set_and_each_week_says_what_was_tried(
    cast: Cast, client: Client, settings: Any
) -> None:
    offered(cast, "marketing_to_sales", "lifecycle/mql", "aarl")
    offered(cast, "marketing_to_sales", "lifecycle/mql", "arrr", days_ago=10)
    offered(cast, "sales_to_success", "sales/closed_won", "aar")
    page, as_mona = "/w/acme/funnel/leaks/", as_(cast.mona, client)
    with time_machine.travel(MONDAY_10, tick=False):
        told = as_mona.get(LEAKS).json()
        assert [(each["seam"]["key"], each["lost"]) for each in told["leaks"][:2]] == [
            ("marketing_to_sales", 5), ("sales_to_success", 1),
        ]  # fmt: skip
        assert told["target"] is None and Decimal(told["leaks"][0]["came_across"]) == Decimal("0.375")
        won = told["leaks"][1]["worth"]
        assert (Decimal(won["won_share"]), Decimal(won["each"]), Decimal(told["leaks"][1]["money"])) == (1, 1000, 1000)
        assert client.get(f"{LEAKS}?rank=luck").json()["field"] == "rank"
        assert "No target yet" in client.get(page).content.decode()
        narrowed = client.get(f"{page}?segment=owner&value=Rick&segment2=source&value2=Web").content.decode()
        assert [each for each in ("owner Rick", "value=Rick", "value2=Web", 'value="Rick"') if each in narrowed] == []

        for field, wrong in {"seam": "gone", "target_ratio": "2", "owner": "x@y.example"}.items():
            refused = client.put(f"{LEAKS}/target", TARGET | {field: wrong}, JSON)
            assert (refused.status_code, refused.json()["field"]) == (422, field)
        assert client.post(f"{LEAKS}/log", {"tried": "Calls"}, JSON).json()["code"] == "no_target"
        most, settings.SCORECARD_MOST_LIVE = settings.SCORECARD_MOST_LIVE, 0
        assert client.put(f"{LEAKS}/target", TARGET, JSON).json()["code"] == "being_counted"
        settings.SCORECARD_MOST_LIVE = most
        made = client.put(f"{LEAKS}/target", TARGET, JSON)
        assert (made.status_code, Decimal(made.json()["baseline_ratio"])) == (200, Decimal("0.375"))
        shown = client.post(f"{page}target/", {"seam": "sales_to_success", "target_ratio": "300", "owner": "x"})
        assert shown.status_code == 422 and "less than or equal to 100" in shown.content.decode()
        sent = {"seam": "marketing_to_sales", "target_ratio": "80", "owner": "rick@acme.example"}
        assert client.post(f"{page}target/", sent).status_code == 302

        assert as_(cast.rosa, client).post(f"{LEAKS}/log", {"tried": "Calls"}, JSON).status_code == 403
        as_(cast.rick, client)
        assert client.post(f"{LEAKS}/log", {"tried": "x", "week": "2025-03-03"}, JSON).json()["field"] == "week"
        week = {"tried": "Called within the hour", "week": "2026-02-26"}
        assert client.post(f"{LEAKS}/log", week, JSON).json()["week"] == "2026-02-23"
        client.post(f"{page}log/", {"week": "2026-02-23", "tried": "Called within ten minutes"})
        taken = as_(cast.mona, client).put(f"{LEAKS}/target", TARGET | {"seam": "sales_to_success"}, JSON)
        assert taken.json()["code"] == "log_begun"
        with CaptureQueriesContext(connection) as asked:
            text = client.get(page).content.decode()
        assert "Called within ten minutes" in text and "37.5" in text and len(asked) < 40
        weeks = client.get(LEAKS).json()["target"]["weeks"]
        settings.SCORECARD_MOST_LIVE = 0  # what is late is no figure by itself, while the answers are being counted
        lagging = client.get(LEAKS).json()
        assert lagging["counting"] and (lagging["target"]["came_across"], lagging["target"]["is_met"]) == (None, False)
        assert "being counted" in client.get(page).content.decode()
    found = {each["week"]: (each["accepted"], each["lost"], each["change"], len(each["tried"])) for each in weeks}
    assert found["2026-02-16"] == (1, 3, None, 0)
    assert found["2026-02-23"][:2] == (2, 2) and Decimal(found["2026-02-23"][2]) == Decimal("0.25")
    with workspace_scope(cast.acme):
        assert SeamTarget.objects.get().target_ratio == Decimal("0.8000") and LeakEntry.objects.count() == 1
        assert Event.objects.filter(kind__startswith="seam_target.").count() == 4
        assert SeamTarget.objects.get().quarter == date(2026, 1, 1)


def test_a_seam_that_is_taken_out_makes_room_for_another_and_its_log_stays(cast: Cast, client: Client) -> None:
    page, sent = "/w/acme/funnel/leaks/", TARGET | {"seam": "success_to_marketing", "owner": "mona@acme.example"}
    with time_machine.travel(MONDAY_10, tick=False):
        assert as_(cast.mona, client).put(f"{LEAKS}/target", sent, JSON).status_code == 200
        for tried in ("Asked for one", "Asked for two"):
            assert client.post(f"{LEAKS}/log", {"tried": tried}, JSON).status_code == 201
        with workspace_scope(cast.acme):
            metrics = document(cast.acme.pk, cast.acme.blueprint_version)["metrics"]
            told = [each["key"] for each in metrics if each.get("parameters", {}).get("seam") == sent["seam"]]
            gone = [(["metrics", {"key": key}], None) for key in told]
            published(cast, [*gone, (["seams", {"key": sent["seam"]}], None)])
        shown = client.get(page).content.decode()
        assert "This seam was taken out" in shown and "Asked for two" in shown and "Write the log" not in shown
        refused = client.post(f"{LEAKS}/log", {"tried": "Three"}, JSON)
        assert (refused.status_code, refused.json()["code"]) == (422, "seam_gone")
        assert client.put(f"{LEAKS}/target", TARGET, JSON).status_code == 200
        assert client.post(f"{LEAKS}/log", {"tried": "Called"}, JSON).json()["seam"] == "marketing_to_sales"
        assert client.put(f"{LEAKS}/target", TARGET | {"seam": "sales_to_success"}, JSON).json()["code"] == "log_begun"
        told = client.get(LEAKS).json()["target"]
        entries = {each["tried"]: each["seam"] for each in told["weeks"][0]["tried"]}
        assert entries == {"Asked for two": "success_to_marketing", "Called": "marketing_to_sales"}
        assert not told["is_gone"]
        shown = " ".join(client.get(page).content.decode().split())
        assert "Success to marketing:</span> Asked for two" in shown and "Write the log" in shown
        with workspace_scope(cast.acme):
            Member.objects.filter(pk=cast.rick.pk).update(is_active=False)
        assert "Rick has left" in client.get(page).content.decode()
