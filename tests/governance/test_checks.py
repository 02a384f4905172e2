"""The automatic checks of a proposal, one fault at a time."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from blueprint.documents import default_document
from blueprint.keys import keyed
from blueprint.schema import Blueprint
from blueprint.schema.part import NOBODY
from governance.checks import ORDER, Finding, WorkspaceFacts, run_checks
from governance.checks.provable import ROUTING, provable_lists

ADA = "ada@acme.example"


def blueprint() -> dict[str, Any]:
    document = deepcopy(default_document())
    for each in (*document["seams"], *document["metrics"]):
        each["owner"] = ADA
    for calendar in document["calendars"]:
        calendar["time_zone"] = "UTC"
    return document


WORLD = WorkspaceFacts(
    active_emails=frozenset({ADA}), seats_by_pool={"sales": 2, "customer_success": 1, "marketing": 1}
)


def findings(change: Any, world: WorkspaceFacts = WORLD) -> dict[str, Finding]:
    proposed = blueprint()
    change(proposed)
    return {each.key: each for each in run_checks(blueprint(), keyed(proposed), lambda given: world)}


def stage(document: dict[str, Any], pipeline: str, key: str) -> dict[str, Any]:
    found = next(each for each in document["pipelines"] if each["key"] == pipeline)
    return next(each for each in found["stages"] if each["key"] == key)


def lower(document: dict[str, Any]) -> None:
    document["scoring"]["threshold"] = 50


def test_a_sound_change_passes_every_check() -> None:
    found = findings(lower)
    assert tuple(found) == ORDER
    assert {each.verdict for key, each in found.items() if key != "reports"} == {"passed"}
    assert "MQL to SQL reads stage Marketing qualified, which changes" in found["reports"].detail


LINE = {"label": "Demo", "expression": "demo_requested", "answer_minutes": 30}
EMAIL = {"label": "E-mail is known", "expression": "known(email)"}
CHOSEN = 'now - (source == "web" ? created_at : entered_stage_at) >= days(3)'
FAULTS: list[tuple[str, str, Any, str]] = [
    (
        "seams",
        "failed",
        lambda d: d["seams"][0].update(pause_when=[{"label": "Old", "expression": CHOSEN}]),
        "when “Old” comes true by time alone cannot be told beforehand",
    ),
    ("shape", "failed", lambda d: d.pop("seams"), "seams: This is missing"),
    ("shape", "failed", lambda d: None, "Nothing would change"),
    ("shape", "failed", lambda d: d["metrics"][0].update(surprise=1), "metrics/mql_to_sql/surprise"),
    ("shape", "failed", lambda d: d["properties"][0].update(key="score"), "score"),
    (
        "expressions",
        "failed",
        lambda d: stage(d, "lifecycle", "mql")["entry"].append({"label": "Big", "expression": "employes > 5"}),
        "line 1, column 1",
    ),
    ("expressions", "failed", lambda d: d["metrics"][0].update(filter="score >"), "Metric MQL to SQL"),
    ("references", "failed", lambda d: stage(d, "lifecycle", "mql").update(moves_to=["nowhere"]), "nowhere"),
    ("references", "failed", lambda d: d["seams"][0].update(trigger="lifecycle/gone"), "lifecycle/gone"),
    ("references", "failed", lambda d: d["seams"][0]["routing"][-1].update(pool="gone"), "pool “gone”"),
    (
        "metrics",
        "failed",
        lambda d: d["metrics"][0]["parameters"].update({"to": "lifecycle/gone"}),
        "“lifecycle/gone” is no stage",
    ),
    ("references", "failed", lambda d: d["seams"][0].update(calendar="gone"), "no calendar"),
    ("coverage", "failed", lambda d: d["seams"][0].update(covers=["shoe_size"]), "no property with choices"),
    ("routing", "failed", lambda d: d["pools"][0].update(skills_of=["source"]), "“source”, which is no property"),
    ("routing", "failed", lambda d: d["pools"][0].update(strategy="named"), "name an active member"),
    (
        "routing",
        "warned",
        lambda d: d["pools"][0].update(strategy="named", first="gone@acme.example"),
        "name an active",
    ),
    ("required", "failed", lambda d: stage(d, "sales", "proposal").update(required=["shoe_size"]), "shoe_size"),
    ("seams", "failed", lambda d: d["seams"][0].update(owner=""), "no owner"),
    ("seams", "failed", lambda d: d["seams"][0].update(owner="gone@acme.example"), "not an active member"),
    ("seams", "failed", lambda d: d["seams"][0]["ladder"].reverse(), "order of time"),
    ("seams", "failed", lambda d: d["seams"][1].update(trigger="lifecycle/mql"), "same stage"),
    ("seams", "failed", lambda d: d["seams"][0]["ladder"][0].update(target="person"), "say which person"),
    ("seams", "failed", lambda d: d["seams"][0]["ladder"][0].update(target="role"), "say which role"),
    ("seams", "failed", lambda d: d["seams"][0]["ladder"][1].update(action="set"), "say which property"),
    ("seams", "failed", lambda d: d["seams"][0]["ladder"][2].update(target="assignee"), "cannot be given it"),
    ("expressions", "failed", lambda d: d["seams"][0]["ladder"][1].update(condition="handoff_age > 1"), "handoff_age"),
    ("sla", "failed", lambda d: d["seams"][0].update(answer_minutes=0), "no time to answer"),
    ("sla", "warned", lambda d: d["seams"][0].update(touch_minutes=30), "before the answer"),
    ("sla", "failed", lambda d: d["seams"][0].update(first_touch={"outcomes": []}), "none of the outcomes counts"),
    ("sla", "failed", lambda d: d["seams"][0].update(first_touch={"sides": ["marketing"]}), "by the sending side"),
    ("sla", "failed", lambda d: d["seams"][0].update(sla=[{**LINE, "answer_minutes": 0}]), "gives no time to answer"),
    ("sla", "failed", lambda d: d["seams"][0].update(sla=[{**LINE, "touch_minutes": 0}]), "for the first touch"),
    ("sla", "failed", lambda d: d["seams"][0].update(sla=[LINE, {**LINE, "label": "Twice"}]), "is never met, after"),
    ("expressions", "failed", lambda d: d["seams"][0].update(sla=[{**LINE, "expression": "shoe"}]), "shoe"),
    ("traps", "warned", lambda d: stage(d, "lifecycle", "mql").update(exit=[EMAIL]), "has exit criteria"),
    ("traps", "warned", lambda d: stage(d, "lifecycle", "mql").update(moves_to=["recycled"]), "accepting leads to sal"),
    ("traps", "warned", lambda d: stage(d, "lifecycle", "sal").update(required=["budget"]), "requires budget"),
    ("traps", "warned", lambda d: stage(d, "onboarding", "kickoff").update(required=["budget"]), "requires budget"),
    ("traps", "warned", lambda d: stage(d, "lifecycle", "recycled").update(category="open"), "has no recycled stage"),
    ("calendars", "failed", lambda d: d["calendars"][0].update(weekly={}), "no working hours"),
    ("calendars", "failed", lambda d: d["calendars"][0].update(time_zone="Mars/Base"), "Mars/Base"),
    ("routing", "failed", lambda d: d["seams"][0]["routing"].pop(), "catch-all"),
    ("routing", "failed", lambda d: d["seams"][0]["routing"].reverse(), "never reached"),
    (
        "routing",
        "failed",
        lambda d: d["seams"][0]["routing"].insert(1, {**d["seams"][0]["routing"][0], "key": "twice", "label": "Twice"}),
        "asks the same",
    ),
    ("scoring", "failed", lambda d: d["scoring"].update(threshold=200), "nobody would qualify"),
    ("scoring", "warned", lambda d: d["scoring"].update(threshold=0), "every record qualifies"),
    (
        "one_threshold",
        "warned",
        lambda d: stage(d, "lifecycle", "mql")["entry"][0].update(expression="score >= 50"),
        "mql_threshold",
    ),
    ("playbooks", "failed", lambda d: d["playbooks"][1].update(pipeline="office"), "names the pipeline “office”"),
    ("playbooks", "failed", lambda d: d["playbooks"][1].update(calendar="renewal"), "names the calendar “renewal”"),
    ("moves", "warned", lambda d: stage(d, "lifecycle", "sal").update(moves_to=[]), "leads nowhere"),
    ("owners", "failed", lambda d: d["metrics"][3].pop("owner"), "has no owner"),
    ("reports", "warned", lambda d: d["metrics"][0].update(target=0.5), "from 0.4 to 0.5"),
    ("headline", "failed", lambda d: [m.update(headline=True) for m in d["metrics"]], "one too many on the headline"),
    (
        "sources",
        "failed",
        lambda d: d.setdefault("reporting", {}).update(marketing_sources=["Web"], outbound_sources=["Mail", "web"]),
        "Source web is on two lists: Sources of marketing and Sources of outbound work",
    ),
    ("meanings", "failed", lambda d: d["metrics"][1].update(label="mql  to SQL"), "have the same name"),
    (
        "meanings",
        "warned",
        lambda d: d["metrics"].append({**d["metrics"][0], "key": "again", "label": "Again"}),
        "Metrics MQL to SQL and Again count the same",
    ),
]


@pytest.mark.parametrize(("key", "verdict", "change", "words"), FAULTS)
def test_each_fault_is_found_and_named(key: str, verdict: str, change: Any, words: str) -> None:
    found = findings(change)[key]
    assert found.verdict == verdict
    assert words in found.detail


def without_mql(document: dict[str, Any]) -> None:
    stages = document["pipelines"][0]["stages"]
    document["pipelines"][0]["stages"] = [each for each in stages if each["key"] != "advocate"]
    stage(document, "lifecycle", "customer")["moves_to"] = ["lost"]
    document["seams"] = [each for each in document["seams"] if each["trigger"] != "lifecycle/advocate"]
    document["metrics"] = [each for each in document["metrics"] if each["key"] != "leakage_success_marketing"]


def test_a_stage_with_records_in_it_does_not_go() -> None:
    assert findings(without_mql)["stranded"].verdict == "passed"
    world = WorkspaceFacts(active_emails=WORLD.active_emails, records_by_stage={"lifecycle/advocate": 3})
    found = findings(without_mql, world)["stranded"]
    assert (found.verdict, "3 records" in found.detail) == ("failed", True)


def test_a_pool_nobody_sits_in_is_a_doubt() -> None:
    found = findings(lower, WorkspaceFacts(active_emails=WORLD.active_emails))["routing"]
    assert (found.verdict, "nobody takes turns" in found.detail) == ("warned", True)


def test_who_may_be_nobody_lets_the_next_rule_decide() -> None:
    def skilled(document: dict[str, Any], *more: str) -> None:
        document["pools"].append({**document["pools"][0], "key": "german", "label": "German", "skills": ["German"]})
        rules = document["seams"][0]["routing"]
        everybody = {
            "expression": "true",
            "key": "german",
            "label": "Who speaks it",
            "target": "pool",
            "pool": "german",
        }
        person = {"expression": "true", "key": "ada", "label": "Ada", "target": "member", "member": ADA}
        document["seams"][0]["routing"] = [*rules[:-1], everybody, person, *([] if more else rules[-1:])]

    world = replace(WORLD, seats_by_pool={**WORLD.seats_by_pool, "german": 1})
    assert findings(skilled, world)["routing"].verdict == "passed"
    left = findings(lambda document: skilled(document, "nobody else"), world)["routing"]
    assert (left.verdict, "may reach nobody" in left.detail) == ("warned", True)
    document = blueprint()
    skilled(document)
    routing = next(
        each for each in provable_lists(Blueprint.of(NOBODY, keyed(document))) if each.asked["kind"] == ROUTING
    )
    assert routing.asked["lines"][-3:] == [["true", "skilled german"], ["true", f"member {ADA}"], ["true", ""]]


def test_a_type_does_not_change_under_its_values() -> None:
    def retype(document: dict[str, Any]) -> None:
        next(each for each in document["properties"] if each["key"] == "phone")["type"] = "integer"

    world = WorkspaceFacts(active_emails=WORLD.active_emails, values_by_property={"phone": 12})
    assert findings(retype, world)["properties"].verdict == "failed"


def test_a_headline_that_was_too_long_before_stops_no_other_change() -> None:
    long = blueprint()
    for metric in long["metrics"]:
        metric["headline"] = True
    lowered = deepcopy(long)
    lower(lowered)
    found = {each.key: each for each in run_checks(long, keyed(lowered), lambda given: WORLD)}
    assert found["headline"].verdict == "warned"


def test_each_choice_has_a_rule_but_the_catch_all() -> None:
    def segments(document: dict[str, Any], *rules: str) -> None:
        document["properties"].append(
            {"key": "segment", "label": "Segment", "type": "choice", "options": ["Mid-market", "Public"]}
        )
        seam = document["seams"][0]
        more = [{"label": test, "expression": test, "target": "pool", "pool": "sales"} for test in rules]
        seam.update(covers=["segment"], routing=[*more, *seam["routing"]])

    mid = 'segment == "Mid-market"'
    left = findings(lambda document: segments(document, mid, 'segment == "Public" && employees > 500'))["coverage"]
    assert left.verdict == "failed"  # a public company of which nobody knows the size has no rule
    assert [said.path for said in left.said] == ["seams/marketing_to_sales/covers"]
    assert "only Segment “Public” is known is left to the catch-all" in left.detail
    assert (
        findings(lambda document: segments(document, f'{mid} || segment == "Public"'))["coverage"].verdict == "passed"
    )

    def more(document: dict[str, Any], **said: Any) -> None:
        segments(document, mid)
        test = {"key": "public", "label": "Public", "expression": 'segment == "Public"'}
        if "target" in said:
            document["seams"][0]["routing"].insert(0, test | said)
        else:
            document["territories"] = [test | {"function": "sales", "pool": "sales"} | said]

    today = replace(WORLD, today=date(2026, 3, 2))
    for said, verdict in (
        ({"starts_on": "2026-01-01"}, "passed"),
        ({"starts_on": "2026-06-01"}, "failed"),
        ({"ends_on": "2026-01-01"}, "failed"),
        ({"target": "account_owner"}, "failed"),  # such a record has none
    ):
        assert findings(partial(more, **said), today)["coverage"].verdict == verdict, said
