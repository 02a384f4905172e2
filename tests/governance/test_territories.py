"""Territories and regions of teams: opened as routing rules, told where they clash, published and rolled back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blueprint.differences import apply, differences
from blueprint.documents import blueprint_of, default_document
from blueprint.schema import Blueprint, PoolTerms
from blueprint.schema.part import NOBODY
from core.errors import BadInput, RuleSaysNo
from core.history.models import Event
from core.people.models import Member, PastSeat, Team, TeamSeat, Workspace
from core.people.team_seats import edit_team, seat, unseat
from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve
from governance.actions.founding import publish_first_version
from governance.actions.placing_seats import place_seats, propose_seats
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.checks import WorkspaceFacts
from governance.checks.provable import ProvableList, provable_lists
from governance.impact.line_proofs import prove_more
from governance.models import ChangeRequest, Impact
from governance.queries.proposals import edits_of
from governance.queries.said_teams import Seats, said_teams
from governance.queries.workspace_facts import weights_by_pool
from handoffs.models import Assignment
from tests.cast import MONDAY_10, Cast
from tests.governance.test_checks import ADA, WORLD, findings
from tests.governance.test_pages import door, words
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


def weights() -> dict[str, int]:
    """Of the pool of EMEA, were the first version in force again."""
    team = {"emea": {"mona@acme.example": (2, None)}}
    pool = PoolTerms.model_validate({"key": "emea", "label": "EMEA", "function": "sales", "region": "EMEA"})
    assert weights_by_pool([pool], (), team) == {"emea": {"Mona": 2}}
    return weights_by_pool([pool], (), {})["emea"]


@pytest.mark.django_db
def test_a_territory_and_a_region_take_effect_and_go_back_together(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        emea = Team.objects.create(key="emea", name="EMEA", function="sales", region="")
        emea.manager = cast.mona
        emea.save()
        for member in (cast.mona, cast.rick):
            TeamSeat.objects.create(team=emea, member=member, weight=2)
        seated = TeamSeat.objects.filter(team=emea).select_related("member").order_by("member__name")
        region, mona = ["team_regions", {"team": "emea"}], {"team": "emea", "member": cast.mona.email}
        pool = {"key": "emea", "label": "EMEA", "function": "sales", "region": "EMEA"}
        cast.acme = published(
            cast,
            [
                (["pools", {"key": "emea"}], pool),
                (AT, {**DACH, "pool": "emea"}),
                (region, {"team": "emea", "region": "EMEA"}),
                (["team_seats"], [{**mona, "weight": 3, "cap": 40}]),
            ],
        )
        assert [(each.member, each.weight, each.cap) for each in seated.all()] == [(cast.mona, 3, 40)]
        assert weights() == {"Mona": 3}
        seat(emea, cast.rosa, by=cast.mona, at=MONDAY_10)  # who manages it; it holds at once
        seat(emea, cast.mona, weight=1, cap=40, by=cast.ada, at=MONDAY_10)
        [told] = said_teams(blueprint_of(cast.acme))
        assert told.apart == ("Mona has weight 1 in place of 3.", "Rosa sits there, too.")
        taken = propose_seats(cast.acme, "emea", by=cast.mona, at=LATER)
        assert [edit.spelled for edit in edits_of(taken)] == [
            "team_seats/emea.mona@acme.example/weight", "team_seats/emea.rosa@acme.example"
        ]  # fmt: skip
        with pytest.raises(BadInput, match="somebody sits"):
            propose_seats(cast.acme, "nowhere", by=cast.mona, at=LATER)
        [listed] = door(cast.mona).get("/api/v1/w/acme/blueprint/seats").json()
        assert (listed["seats"], len(listed["apart"])) == ([{"member": cast.mona.email, "weight": 3, "cap": 40}], 2)
        assert b"Rosa sits there, too." in door(cast.mona).get("/w/acme/blueprint/").content
        assert b"The blueprint says who sits here" in door(cast.mona).get("/w/acme/people/teams/emea/").content
        page = door(cast.mona).post("/w/acme/blueprint/seats/emea/proposal/")
        assert ChangeRequest.objects.get(title="Who sits in EMEA", number=taken.number + 1).author == cast.mona
        assert page.status_code == 302
        call = {"data": {"team": "emea"}, "content_type": "application/json"}
        assert door(cast.mona).post("/api/v1/w/acme/blueprint/seats", **call).json()["title"] == "Who sits in EMEA"
        unseat(emea, cast.rosa, by=cast.mona, at=MONDAY_10)
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
        assert {edit.spelled for edit in edits_of(request)} == {
            "territories/dach", "team_regions/emea", "pools/emea", "team_seats/emea.mona@acme.example"
        }  # fmt: skip
        Impact.objects.filter(change=request).update(state=Impact.State.DONE, progress_ratio=1)
        approve(request, by=cast.vera, at=LATER)
        publish(request, by=cast.ada, at=LATER)
        cast.acme.refresh_from_db()
        assert Team.objects.get(key="emea").region == ""
        assert [(each.member, each.weight, each.cap) for each in seated.all()] == [
            (cast.mona, 2, None), (cast.rick, 2, None)
        ]  # fmt: skip
        assert not blueprint_of(cast.acme).territories
        assert PastSeat.objects.filter(team=emea, region="EMEA").exists()


@pytest.mark.django_db
def test_the_first_version_gives_teams_their_regions_too(cast: Cast) -> None:
    workspace = Workspace.objects.create(name="Initech", slug="initech", time_zone="Europe/Berlin")
    with workspace_scope(workspace):
        founder = Member.objects.create(user=cast.otto.user, role="owner", name="Otto", email=cast.otto.email)
        Team.objects.create(key="emea", name="EMEA", function="sales", region="")
        said = {"team": "emea", "member": cast.otto.email, "weight": 2}
        document = {
            **default_document(),
            "team_regions": [{"team": "emea", "region": "EMEA"}],
            "team_seats": [said, {**said, "member": "gone@globex.example"}],
        }
        publish_first_version(workspace=workspace, founder=founder, at=MONDAY_10, document=document)
        assert Team.objects.get(key="emea").region == "EMEA"
        assert TeamSeat.objects.get().weight == 2
        people = [Member(role="rep", name=f"P{each}", email=f"p{each}@x.example") for each in range(12)]
        Member.objects.bulk_create(people)
        counts = []
        for many in (people[:2], people, people[:1], people[5:6]):  # who comes and who goes, all at once
            with CaptureQueriesContext(connection) as asked:
                told: Seats = {each.email: (2 if each in people[:2] else 1, None) for each in many}
                place_seats({"emea": told}, named_before={"emea"}, by=founder, at=MONDAY_10)
            counts.append(len(asked))
            assert set(TeamSeat.objects.values_list("member__email", flat=True)) == set(told)
        assert max(counts) <= 20, counts
        assert PastSeat.objects.count() == 13
        gone = Event.objects.filter(kind="seat.removed").values_list("subject_id", flat=True)
        assert set(gone) == {founder.pk, *(each.pk for each in people)}


def test_who_is_not_here_any_more_and_still_named_is_told(cast: Cast) -> None:
    rosa, seam = cast.rosa.email, ["seams", {"key": "marketing_to_sales"}]
    named = {"label": "Rosa takes demos", "expression": "demo_requested", "target": "member", "member": rosa}
    last = {"label": "Everybody else", "expression": "true", "target": "pool", "pool": "sales"}
    step = {"after_minutes": 0, "action": "task", "target": "person", "person": rosa}
    with workspace_scope(cast.acme):
        published(
            cast,
            [
                ([*seam, "routing"], [named, last]),
                ([*seam, "ladder"], [step]),
                (["territories", {"key": "north"}], {**NORTH, "members": [cast.rick.email, rosa]}),
                (["pools", {"key": "sales"}, "strategy"], "named"),
                (["pools", {"key": "sales"}, "first"], rosa),
            ],
        )
    asked = "/api/v1/w/acme/blueprint/gone-names"
    assert door(cast.rick).get(asked).json() == []
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.rosa.pk).update(is_active=False)
    assert [(each["email"], each["path"]) for each in door(cast.rick).get(asked).json()] == [
        (rosa, "seams/marketing_to_sales/routing/1/member"),
        (rosa, "territories/north/members"),
        (rosa, "pools/sales/first"),
        (rosa, "seams/marketing_to_sales/ladder/1/person"),
    ]
    assert "rosa@acme.example (Marketing → Sales, Rosa takes demos)" in words(door(cast.rick).get("/w/acme/blueprint/"))
