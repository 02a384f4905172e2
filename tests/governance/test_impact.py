"""What an impact says is what happens."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from blueprint.documents import blueprint_of
from core.people.models import Workspace
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.actions.submitting import ask_impact, submit
from governance.actions.working_out import next_step
from governance.impact.threshold import threshold_curve, what_if_threshold
from governance.models import ChangeRequest, Impact
from governance.tasks import run_impacts
from handoffs.models import Handoff, Seam
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.facts import facts_of
from lifecycle.models import Account, Record, Stage
from lifecycle.rules.gates import auto_path
from lifecycle.rules.scoring import score
from scorecard.models import ExchangeRate
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records
from tests.handoffs.test_api import as_

pytestmark = pytest.mark.django_db

SEAM = ["seams", {"key": "marketing_to_sales"}]
TUESDAY = MONDAY_10 + timedelta(days=1)


STEPS = [
    {"after_minutes": -20, "action": "warn"},
    {"after_minutes": 0, "action": "task"},
    {"after_minutes": 60, "action": "reassign", "condition": "score > 100000"},
    {"after_minutes": 90, "action": "raise"},
]


def leads(count: int = 60, **more: Any) -> list[Incoming]:
    """Leads of every kind: scores from 0 to 110, some opted out, some without a seniority."""
    rows = []
    for place in range(1, count + 1):
        properties: dict[str, Any] = {"employees": (place * 37) % 900, "visits": place % 5} | more
        if place % 3:
            properties["seniority"] = ("Individual", "Manager", "Director")[place % 3]
        if place % 4 == 0:
            properties["demo_requested"] = True
        if place % 7 == 0:
            properties["opted_out"] = True
        if place % 5 == 0:
            properties["pages_viewed"] = 12
        core = {"name": f"Lead {place}", "email": f"lead{place}@corp{place}.example"}
        rows.append(Incoming(place, "lead", core=core, properties=properties))
    return rows


def asked(cast: Cast, edits: list[tuple[list[Any], Any]], days: int = 90) -> tuple[ChangeRequest, Impact]:
    change = draft(cast.dana, title="What if", edits=edits, at=TUESDAY)
    impact = submit(change, by=cast.dana, at=TUESDAY, days=days)
    while next_step(TUESDAY):
        pass
    impact.refresh_from_db()
    assert (impact.state, impact.error) == ("done", "")
    return change, impact


def put_through(cast: Cast, change: ChangeRequest) -> Workspace:
    approve(change, by=cast.vera, at=TUESDAY)
    publish(change, by=cast.ada, at=TUESDAY)
    return Workspace.objects.get(pk=cast.acme.pk)


def handoff(cast: Cast, record: Record, offered: Any, answered: Any = None, state: str = "accepted") -> Handoff:
    """The record's handoff as this test tells it: that which the intake offered, or a new one."""
    story = {
        "state": state if answered else "offered",
        "assignee": cast.rick,
        "offered_at": offered,
        "due_at": offered + timedelta(hours=4),
        "answered_at": answered,
    }
    seam = Seam.objects.get(key="marketing_to_sales")
    if Handoff.objects.open().filter(record=record, seam=seam).update(**story):
        return Handoff.objects.get(record=record, seam=seam)
    number = take_numbers("handoff")[0]
    return Handoff.objects.create(number=number, seam=seam, record=record, blueprint_version=1, **story)


def test_the_impact_equals_what_happens_once_published_and_scored_again(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(), by=cast.ada, at=MONDAY_10)
        mql = Stage.objects.get(key="mql")
        before = set(Record.objects.filter(stage=mql).values_list("number", flat=True))
        entry = [
            {"label": "Score has reached {mql_threshold}", "expression": "score >= mql_threshold"},
            {"label": "Company is known", "expression": "employees > 100"},
        ]
        rules = blueprint_of(cast.acme).scoring.rules
        written = [
            {
                "label": each.label,
                "group": each.group,
                "expression": each.expression,
                "points": each.points + 5 if each.label == "Manager" else each.points,
            }
            for each in rules
        ]
        change, impact = asked(
            cast,
            [
                (["scoring", "threshold"], 40),
                (["scoring", "rules"], written),
                (["pipelines", {"key": "lifecycle"}, "stages", {"key": "mql"}, "entry"], entry),
            ],
        )
        (told,) = impact.summary["records"]
        said_to_enter = {each["number"] for each in told["examples"] if each["after"] and each["number"] not in before}
        workspace = put_through(cast, change)

        lifecycle = blueprint_of(workspace)
        expected = set()
        qualified = 0
        for record in Record.objects.select_related("stage", "account"):
            points = score(lifecycle.scoring, lifecycle.catalogue, facts_of(record, cast.acme, TUESDAY), TUESDAY).points
            facts = facts_of(record, cast.acme, TUESDAY) | {"score": points}
            path = auto_path(lifecycle, lifecycle.stages_by_id[record.stage_id], facts, TUESDAY)
            if any(stage.key == "mql" for stage in path):
                expected.add(record.number)
            qualified += points >= 40 and (record.properties.get("employees") or 0) > 100
        assert expected and said_to_enter == expected
        assert (told["would_enter"], told["after"]) == (len(expected), qualified)

        take_in(workspace, leads(product="Scored again"), by=cast.ada, at=TUESDAY)
        now = set(Record.objects.filter(stage=mql).values_list("number", flat=True))
        assert now - before == expected


def test_those_who_would_no_longer_qualify_are_told_with_what_became_of_them(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(), by=cast.ada, at=MONDAY_10)
        mql = list(Record.objects.filter(stage__key="mql", score__lt=70).order_by("number")[:3])
        won = Stage.objects.get(key="customer")
        handoff(cast, mql[0], MONDAY_10, MONDAY_10 + timedelta(hours=1))
        handoff(cast, mql[1], MONDAY_10, MONDAY_10 + timedelta(hours=1), "rejected")
        Record.objects.filter(pk=mql[0].pk).update(stage=won)
        ExchangeRate.objects.create(to_currency="USD", currency="EUR", day=MONDAY_10.date(), rate="1.5")
        for amount, currency in ((100, "USD"), (100, "EUR"), (7_000, "JPY")):
            [deal] = make_records(cast.acme, 1, path="sales/closed_won", amount=amount, currency=currency, at=MONDAY_10)
            Record.objects.filter(pk=deal.pk).update(origin=mql[0])
        total = Record.objects.filter(score__gte=60, score__lt=70, stage__key__in=["mql", "customer"]).count()
        _, impact = asked(cast, [(["scoring", "threshold"], 70)])
        lost = impact.summary["records"][0]["lost"]
        assert lost["count"] == total
        assert (lost["accepted"], lost["rejected"], lost["won"]) == (1, 1, 1)
        assert (lost["won_amount"], lost["unconverted"], impact.summary["records"][0]["currency"]) == (250, 1, "USD")
        gate = impact.summary["gates"][0]
        assert gate["newly_failing"] == total - 1


def test_a_faster_clock_counts_who_would_have_been_late(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(4), by=cast.ada, at=MONDAY_10)
        quick, slow, open_one, long_ago = Record.objects.order_by("number")
        handoff(cast, quick, MONDAY_10, MONDAY_10 + timedelta(minutes=20))
        handoff(cast, slow, MONDAY_10, MONDAY_10 + timedelta(minutes=50))
        handoff(cast, open_one, MONDAY_10)
        handoff(cast, long_ago, MONDAY_10 - timedelta(days=200), MONDAY_10)
        stage = ["pipelines", {"key": "lifecycle"}, "stages", {"key": "mql"}, "ladder"]
        early = [{"after_minutes": 0, "after_percent": -99, "action": "task"}]
        edits: list[tuple[list[Any], Any]] = [
            ([*SEAM, "answer_minutes"], 30),
            ([*SEAM, "ladder"], STEPS),
            (stage, early),
        ]
        change, impact = asked(cast, edits)
        of_seam, of_stage = impact.summary["ladders"]
        assert {each["words"]: (each["taken"], each["passed"]) for each in of_seam["steps"]} == {
            "Remind the assignee": ([1, 3], [0, 0]),
            "Task for the manager": ([1, 2], [0, 0]),
            "Give it to the next in rotation": ([1, 0], [0, 1]),
            "Raise to the seam's owner": ([0, 1], [0, 0]),
        }
        assert (of_seam["considered"], of_seam["differ"], len(of_seam["examples"])) == (3, 3, 3)
        standing = Record.objects.filter(stage__key="mql").count()
        assert standing and of_stage["at_once"] == [{"words": "Task for the manager", "count": standing}]
        assert [each["taken"] for each in of_stage["steps"]] == [[0, standing]]
        (clock,) = impact.summary["clocks"]
        assert (clock["handoffs"], clock["due_moved"]) == (3, 3)
        assert clock["late"] == [1, 2]  # the open one is late on Tuesday by either clock
        assert [each["number"] for each in clock["examples"]] == [slow.number]
        later = {"email": slow.email}
        take_in(  # what it became after its offer does not count
            cast.acme, [Incoming(1, "lead", core=later, properties={"employees": 5})], by=cast.ada, at=TUESDAY
        )
        lines = [
            {"label": "Big", "expression": "employees > 100", "answer_minutes": 480},
            {"label": "Middling", "expression": "employees > 70", "answer_minutes": 30},
            {"label": "Nobody else's", "expression": "true", "catch_all_only": True, "answer_minutes": 1},
        ]
        by_line, impact = asked(cast, [([*SEAM, "sla"], lines)])
        (clock,) = impact.summary["clocks"]
        assert (clock["due_moved"], clock["late"], clock["newly_late"]) == (3, [1, 2], 2)
        told = {each["label"]: (each["minutes"], each["handoffs"], each["late"]) for each in clock["lines"]}
        assert told == {
            "Big": ([None, 480], [0, 1], [0, 0]),
            "Middling": ([None, 30], [0, 1], [0, 1]),
            "Nobody else's": ([None, 1], [0, 1], [0, 1]),
            "Asked for a demo": ([30, None], [0, 0], [0, 0]),
            "Came for a webinar": ([1_440, None], [0, 0], [0, 0]),
            "No line: the seam's own minutes": ([240, 240], [3, 0], [1, 0]),
        }
    page = (
        as_(cast.vera, client).get(f"/w/acme/changes/{change.number}/impact/", HTTP_HX_REQUEST="true").content.decode()
    )
    assert "Ladder of Marketing → Sales" in page and "now, at publishing:" in page
    page = " ".join(client.get(f"/w/acme/changes/{by_line.number}/").content.decode().split())
    assert "Middling" in page and "new → 30 min" in page


def test_rerouted_handoffs_and_the_load_of_each_person(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(8), by=cast.ada, at=MONDAY_10)
        account = Account.objects.create(
            number=take_numbers("account")[0], name="Named", name_key="named", owner=cast.rosa
        )
        for place, record in enumerate(Record.objects.order_by("number")):
            if place < 2:
                Record.objects.filter(pk=record.pk).update(account=account)
            else:
                Record.objects.filter(pk=record.pk).update(account=None)
            handoff(cast, record, MONDAY_10)
        catch_all = {"label": "Everybody takes turns", "expression": "true", "target": "pool", "pool": "sales"}
        _, impact = asked(cast, [([*SEAM, "routing"], [catch_all])])
        routing = impact.summary["records"][0]["routing"]
        assert (routing["handoffs"], routing["rerouted"]) == (8, 2)
        load = {each["name"]: (each["before"], each["after"]) for each in routing["load"]}
        assert load == {"Rosa": (5.0, 4.0), "Rick": (3.0, 4.0)}
        assert {each["before"] for each in routing["examples"]} == {"A known company goes to its owner → account owner"}


def test_a_rollback_lists_the_records_already_moved(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change, _ = asked(cast, [(["scoring", "threshold"], 40)])
        workspace = put_through(cast, change)
        take_in(workspace, leads(), by=cast.ada, at=TUESDAY + timedelta(hours=1))
        moved = Record.objects.filter(stage__key="mql").count()
        request = roll_back(change, by=cast.ada, at=TUESDAY + timedelta(hours=2), reason="Too many")
        while next_step(TUESDAY):
            pass
        told = Impact.objects.get(change=request).summary["moved"][0]
        by_stage = {each["label"]: each["count"] for each in told["by_stage"]}
        assert by_stage["Marketing qualified"] == moved > 0
        assert told["records"] == Record.objects.count()


def test_one_threshold_is_tried_out_at_once(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(), by=cast.ada, at=MONDAY_10)
        tried = what_if_threshold(cast.acme, 40, at=TUESDAY)
        _, impact = asked(cast, [(["scoring", "threshold"], 40)])
        told = impact.summary["records"][0]
        assert tried is not None
        assert {part: told[part] for part in ("before", "after", "would_enter")}.items() <= tried.items()
        curve = threshold_curve(cast.acme, at=TUESDAY)
        assert sum(records for _, records, _ in curve) == 60
        reached = sum(records for score, records, _ in curve if score >= 60)
        assert reached == Record.objects.filter(score__gte=60).count()


def test_a_record_at_rest_is_left_out(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(10), by=cast.ada, at=MONDAY_10)
        long_ago = MONDAY_10 - timedelta(days=300)
        Record.objects.update(created_at=long_ago, entered_stage_at=long_ago, last_activity_at=None)
        Handoff.objects.update(offered_at=long_ago, due_at=long_ago)
        assert asked(cast, [(["scoring", "threshold"], 40)])[1].summary["records"][0]["considered"] == 0
        assert asked(cast, [(["scoring", "threshold"], 40)], days=365)[1].summary["records"][0]["considered"] == 10


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_loses_one_question_and_two_workers_ask_none_twice(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        take_in(cast.acme, leads(10), by=cast.ada, at=MONDAY_10)
        edits: list[tuple[list[Any], Any]] = [(["scoring", "threshold"], 40), ([*SEAM, "answer_minutes"], 30)]
        change = draft(cast.dana, title="What if", edits=edits, at=TUESDAY)
        submit(change, by=cast.dana, at=TUESDAY)

    class Killed(BaseException):
        """The worker is gone in the middle of a question."""

    with pytest.raises(Killed), workspace_scope(cast.acme):
        assert next_step(TUESDAY)
        raise Killed
    with workspace_scope(cast.acme):
        assert Impact.objects.get().summary == {}
    run_impacts()
    run_impacts()
    with workspace_scope(cast.acme):
        impact = Impact.objects.get()
        assert (impact.state, impact.progress_ratio) == ("done", 1)
        assert [len(impact.summary[kind]) for kind in ("records", "gates", "clocks", "metrics")] == [1, 1, 1, 1]


def test_an_impact_that_cannot_be_worked_out_says_so(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        broken = [{"label": "Big", "expression": "employes > 5"}]
        path = ["pipelines", {"key": "lifecycle"}, "stages", {"key": "mql"}, "entry"]
        change = draft(cast.dana, title="x", edits=[(path, broken)], at=TUESDAY)
        ask_impact(change, by=cast.dana, at=TUESDAY)
        assert next_step(TUESDAY)
        impact = Impact.objects.get()
        assert (impact.state, "employes" in impact.error) == ("failed", True)
        assert not next_step(TUESDAY)


def test_a_playbook_s_impact_tells_how_often_it_would_have_begun_and_for_whom_it_begins_now(
    cast: Cast, client: Client
) -> None:
    today, day = MONDAY_10.date(), timedelta(days=1)
    with workspace_scope(cast.acme):
        contracts = (
            (20, "contract", "Red"),
            (100, "days_180", "Red"),
            (10, "renewed", "Red"),
            (20, "contract", "Green"),
        )
        for ends, stage, health in contracts:
            about = {"renews_on": today + ends * day, "properties": {"health": health}}
            make_records(cast.acme, path=f"renewal/{stage}", at=MONDAY_10 - 40 * day, **about)
        make_records(cast.acme, 2, path="onboarding/kickoff", at=MONDAY_10 - 5 * day)
        make_records(cast.acme, path="onboarding/kickoff", at=MONDAY_10 - 95 * day)
        step = [{"key": "call", "label": "Call them", "day": 3}]
        rescue = {
            "key": "rescue",
            "label": "Rescue",
            "pipeline": "renewal",
            "starts": "date",
            "date_field": "renews_on",
        }
        rescue |= {"days": -30, "criteria": [{"label": "Red", "expression": 'health == "Red"'}], "steps": step}
        edits: list[tuple[list[Any], Any]] = [
            (["playbooks", {"key": "rescue"}], rescue),
            (["playbooks", {"key": "onboarding"}, "steps"], step),
            (["playbooks", {"key": "expansion"}], None),
        ]
        change = draft(cast.dana, title="Rescue", reason="They leave", edits=edits, at=MONDAY_10)
        submit(change, by=cast.dana, at=MONDAY_10)
        while next_step(MONDAY_10):
            pass
        told = {each["key"]: each for each in Impact.objects.get(change=change).summary["playbooks"]}
    assert {key: (each["state"], each["begun"], each["tasks"], each["at_once"]) for key, each in told.items()} == {
        "onboarding": ("changed", [2, 2], [12, 2], 0),
        "expansion": ("removed", [0, 0], [0, 0], 0),
        "rescue": ("added", [0, 2], [0, 2], 1),
    }
    page = as_(cast.dana, client).get(f"/w/acme/changes/{change.number}/").content.decode()
    assert "Playbook Rescue" in page and "At publishing it begins for <strong" in page
