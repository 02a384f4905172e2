"""Territories and regions of teams: opened as routing rules, told where they clash, published and rolled back."""

from datetime import date, timedelta
from typing import Any

import pytest

from blueprint.differences import apply, differences
from blueprint.documents import blueprint_of, default_document
from blueprint.schema import Blueprint
from blueprint.schema.part import NOBODY
from core.errors import RuleSaysNo
from core.people.models import Member, PastSeat, Team, TeamSeat, Workspace
from core.people.team_seats import edit_team
from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve
from governance.actions.founding import publish_first_version
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.checks import WorkspaceFacts
from governance.checks.provable import ProvableList, provable_lists
from governance.impact.line_proofs import prove_more
from governance.models import ChangeRequest, Impact
from governance.queries.proposals import edits_of
from handoffs.models import Assignment
from tests.cast import MONDAY_10, Cast
from tests.governance.test_checks import ADA, WORLD, findings
from tests.governance.test_rescoring import published
from tests.handoffs.factories import make_records, offer_records

DACH = {"key": "dach", "label": "DACH", "function": "sales", "expression": 'country == "Germany"', "pool": "sales"}
NORTH = {"key": "north", "label": "North", "function": "sales", "expression": "employees > 10", "members": [ADA]}
AT = ["territories", {"key": "dach"}]
LATER = MONDAY_10 + timedelta(days=2)


def of(*territories: dict[str, Any], **more: Any) -> Blueprint:
    document = {**default_document(), "territories": list(territories), **more}
    for calendar in document["calendars"]:
        calendar["time_zone"] = "Europe/Berlin"
    return Blueprint.of(NOBODY, document)


def overlaps(blueprint: Blueprint) -> list[ProvableList]:
    return [each for each in provable_lists(blueprint) if each.path.startswith("territories/")]


def test_a_rule_that_leads_to_territories_stands_for_one_rule_each() -> None:
    later = {**DACH, "starts_on": "2026-03-02", "ends_on": "2026-06-30"}
    two = {**NORTH, "members": [ADA, "rick@acme.example"]}
    seam = of(later, {**NORTH, "key": "success", "function": "customer_success"}, two).seams_by_key[
        "marketing_to_sales"
    ]
    rules = [
        (each.position, each.label.split(": ")[-1], str(each.target), each.pool or each.member) for each in seam.rules
    ]
    assert rules[2:] == [
        (2, "DACH", "pool", "sales"),
        (3, "North, ada@acme.example", "member", ADA),
        (4, "North, rick@acme.example", "member", "rick@acme.example"),
        (5, "Everybody else takes turns", "pool", "sales"),
    ]
    assert seam.rules[2].expression == (
        '(true) && now >= timestamp("2026-03-01T23:00:00Z") && now < timestamp("2026-06-30T22:00:00Z")'
        ' && (country == "Germany")'
    )
    assert [each.position for each in seam.routing] == [0, 1, 2, 3]
    before, after = default_document(), {**default_document(), "territories": [DACH]}
    assert apply(before, differences(before, after)) == after
    assert apply(after, differences(after, before))["territories"] == []


@pytest.mark.parametrize(
    ("territory", "verdict", "words"),
    [
        ({**DACH, "pool": ""}, "failed", "DACH leads to nobody"),
        ({**DACH, "members": [ADA]}, "failed", "names people and a pool"),
        ({**DACH, "pool": "gone"}, "failed", "pool “gone”, which is not there"),
        ({**DACH, "starts_on": "2026-03-02", "ends_on": "2026-03-01"}, "failed", "ends before it begins"),
        ({**DACH, "starts_on": "0001-03-02"}, "failed", "a day between 1970 and 2199"),
        ({**DACH, "function": "marketing", "pool": "marketing"}, "warned", "no seam to Marketing has a rule"),
        ({**DACH, "pool": "", "members": ["x@y.example"]}, "warned", "x@y.example is not an active member"),
        ({**DACH, "ends_on": "2025-03-01"}, "warned", "DACH ended on 2025-03-01"),
    ],
)
def test_what_is_wrong_with_a_territory_is_said_at_its_field(
    territory: dict[str, Any], verdict: str, words: str
) -> None:
    world = WorkspaceFacts(active_emails=WORLD.active_emails, seats_by_pool=WORLD.seats_by_pool, today=date(2026, 3, 2))
    said = {name: value for name, value in territory.items() if value}
    found = findings(lambda document: document.update(territories=[said]), world)["routing"]
    assert found.verdict == verdict and words in found.detail
    assert found.said[0].path.startswith("territories/dach/")


def test_territories_that_one_record_falls_into_are_told() -> None:
    apart = {**NORTH, "key": "far", "label": "Far", "expression": 'country == "Norway"'}
    done = {**apart, "key": "done", "label": "Done", "expression": "employees > 1", "ends_on": "2025-01-01"}
    [listed] = overlaps(
        of(DACH, NORTH, apart, {**done, "starts_on": "2024-01-01"}, {**NORTH, "key": "z", "starts_on": "2025-01-02"})
    )
    told: list[dict[str, Any]] = []
    prove_more(listed.asked, told, at=MONDAY_10, until=float("inf"))
    said = {line.label: each["outcome"] for line, each in zip(listed.lines, told, strict=True)}
    assert said["“DACH” and “North”"] == "reached"
    assert said["“DACH” and “Far”"] == "never"
    assert "“Done” and “North”" not in said


@pytest.mark.django_db
def test_a_territory_and_a_region_take_effect_and_go_back_together(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        emea = Team.objects.create(key="emea", name="EMEA", function="sales", region="")
        TeamSeat.objects.create(team=emea, member=cast.mona)
        region = ["team_regions", {"team": "emea"}]
        pool = {"key": "emea", "label": "EMEA", "function": "sales", "region": "EMEA"}
        cast.acme = published(
            cast,
            [
                (["pools", {"key": "emea"}], pool),
                (AT, {**DACH, "pool": "emea"}),
                (region, {"team": "emea", "region": "EMEA"}),
            ],
        )
        assert Team.objects.get(key="emea").region == "EMEA"
        with pytest.raises(RuleSaysNo, match="The blueprint says the region"):
            edit_team(emea, name="EMEA", function="sales", region="West", by=cast.ada, at=MONDAY_10)
        german, other = make_records(cast.acme, 2)
        german.properties = {"country": "Germany"}
        german.save()
        given = {each.record_id: each for each in offer_records(cast.acme, [german, other])}
        assert given[german.pk].assignee == cast.mona != given[other.pk].assignee
        rules = Assignment.objects.get(handoff=given[german.pk]).trace["rules"]
        assert rules[-1]["label"] == "What falls into a territory goes there: DACH"
        change = ChangeRequest.objects.get(published_version=2)
        request = roll_back(change, reason="Too early", by=cast.dana, at=LATER)
        assert {edit.spelled for edit in edits_of(request)} == {"territories/dach", "team_regions/emea", "pools/emea"}
        Impact.objects.filter(change=request).update(state=Impact.State.DONE, progress_ratio=1)
        approve(request, by=cast.vera, at=LATER)
        publish(request, by=cast.ada, at=LATER)
        cast.acme.refresh_from_db()
        assert Team.objects.get(key="emea").region == ""
        assert not blueprint_of(cast.acme).territories
        assert PastSeat.objects.filter(team=emea, region="EMEA").exists()


@pytest.mark.django_db
def test_the_first_version_gives_teams_their_regions_too(cast: Cast) -> None:
    workspace = Workspace.objects.create(name="Initech", slug="initech", time_zone="Europe/Berlin")
    with workspace_scope(workspace):
        founder = Member.objects.create(user=cast.otto.user, role="owner", name="Otto", email=cast.otto.email)
        Team.objects.create(key="emea", name="EMEA", function="sales", region="")
        document = {**default_document(), "team_regions": [{"team": "emea", "region": "EMEA"}]}
        publish_first_version(workspace=workspace, founder=founder, at=MONDAY_10, document=document)
        assert Team.objects.get(key="emea").region == "EMEA"
