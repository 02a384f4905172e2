"""What an impact says is what happens, and a worker that dies loses no question of it."""

from datetime import timedelta
from typing import Any

import pytest

from blueprint.documents import blueprint_of
from core.people.models import Workspace
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
from lifecycle.actions.intake import take_in
from lifecycle.facts import facts_of
from lifecycle.models import Record, Stage
from lifecycle.rules.gates import auto_path
from lifecycle.rules.scoring import score
from tests.cast import MONDAY_10, Cast
from tests.governance.impacts import SEAM, TUESDAY, asked, leads

pytestmark = pytest.mark.django_db


def put_through(cast: Cast, change: ChangeRequest) -> Workspace:
    approve(change, by=cast.vera, at=TUESDAY)
    publish(change, by=cast.ada, at=TUESDAY)
    return Workspace.objects.get(pk=cast.acme.pk)


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
