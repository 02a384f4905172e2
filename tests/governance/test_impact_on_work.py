"""What an impact tells of the work around records: clocks and their ladders, and playbooks."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from governance.actions.drafting import draft
from governance.actions.submitting import submit
from governance.actions.working_out import next_step
from governance.impact import due_impact, ladder_impact, playbook_impact
from governance.models import Impact
from handoffs.models import PlaybookRun
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.governance.impacts import SEAM, TUESDAY, asked, handoff, leads
from tests.handoffs.factories import make_records
from tests.handoffs.test_api import as_

pytestmark = pytest.mark.django_db

STEPS = [
    {"after_minutes": -20, "action": "warn"},
    {"after_minutes": 0, "action": "task"},
    {"after_minutes": 60, "action": "reassign", "condition": "score > 100000"},
    {"after_minutes": 90, "action": "raise"},
]


def test_a_faster_clock_counts_who_would_have_been_late(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
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
        for module, name, most in (
            (ladder_impact, "MOST", 1), (due_impact, "MOST_OPEN", 0), (due_impact, "MOST_HANDOFFS", 2)
        ):  # fmt: skip
            monkeypatch.setattr(module, name, most)
        cut, impact = asked(cast, [([*SEAM, "ladder"], STEPS), ([*SEAM, "answer_minutes"], 30), (stage, early)])
        (clock,) = impact.summary["clocks"]
        assert (clock["handoffs"], clock["is_cut"], clock["open"]["is_cut"]) == (2, True, True)
        assert impact.summary["ladders"][1]["standing"] == {"considered": 1, "is_cut": True}
    page = (
        as_(cast.vera, client).get(f"/w/acme/changes/{change.number}/impact/", HTTP_HX_REQUEST="true").content.decode()
    )
    assert "Ladder of Marketing → Sales" in page and "now, at publishing:" in page
    page = " ".join(client.get(f"/w/acme/changes/{by_line.number}/").content.decode().split())
    assert "Middling" in page and "new → 30 min" in page
    page = " ".join(client.get(f"/w/acme/changes/{cut.number}/").content.decode().split())
    assert "of the newest 2 handoffs" in page and "Clocks of at least 0 handoffs" in page
    assert "For the newest 1 records that stand there now" in page


def test_a_playbook_s_impact_tells_how_often_it_would_have_begun_and_for_whom_it_begins_now(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playbook_impact, "MOST", 4)
    today, day = MONDAY_10.date(), timedelta(days=1)
    with workspace_scope(cast.acme):
        contracts = (
            (20, "contract", "Red"),
            (100, "days_180", "Red"),
            (10, "renewed", "Red"),
            (20, "contract", "Green"),
        )
        begun = {"playbook": "rescue", "label": "Rescue", "counts_from": today, "began_at": MONDAY_10 - 365 * day}
        for number, (ends, stage, health) in enumerate(contracts, 1):
            about = {"renews_on": today + ends * day, "properties": {"health": health}}
            [contract] = make_records(cast.acme, path=f"renewal/{stage}", at=MONDAY_10 - 40 * day, **about)
            begun |= {"record": contract, "number": number, "stage_id": contract.stage_id}  # a year ago it began, too
            PlaybookRun.objects.create(occasion="2025", state="done", ended_at=MONDAY_10 - 300 * day, **begun)
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
    assert "newest 4 records of the pipeline" in " ".join(page.split()) and "newest 4 who entered" not in page
