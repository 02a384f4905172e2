"""Score rules are proposed from what was won, as a draft and never by themselves."""

import json
from math import log
from typing import Any

import pytest
from django.test import Client

from blueprint.documents import blueprint_of
from core.tenancy.scope import workspace_scope
from governance.models import ChangeRequest
from governance.queries.score_proposal import score_proposal
from governance.rules.score_evidence import PER_NAT, ValueTold, best_threshold, telling
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record, Stage
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db


def leads_that_were_won_by_reference(cast: Cast) -> None:
    """A hundred leads: of the thirty by reference 24 were won, of the others 6; a colour tells nothing."""
    rows = [
        Incoming(
            place,
            "lead",
            core={"name": f"Lead {place}", "email": f"l{place}@x{place}.example"},
            properties={"came_by": "Reference" if place <= 30 else "Search", "colour": ("red", "blue")[place % 2]},
        )
        for place in range(1, 101)
    ]
    take_in(cast.acme, rows, by=cast.ada, at=MONDAY_10)
    won = [f"l{place}@x{place}.example" for place in (*range(1, 25), *range(31, 37))]
    Record.objects.filter(email__in=won).update(stage=Stage.objects.get(key="customer"))


def test_points_follow_the_odds_and_the_threshold_parts_best() -> None:
    told = ValueTold("came_by", "Reference", 30, 24, 100, 30)
    assert told.points == round(PER_NAT * log((25 / 7) / (31 / 71)))
    assert telling([ValueTold("colour", "red", 50, 15, 100, 30)]) == []
    assert telling([ValueTold("x", "y", 50, 0, 100, 0)]) == []
    assert best_threshold([(0, 70, 6), (17, 30, 24)]) == 17
    assert best_threshold([(0, 70, 0)]) is None


def test_the_page_drafts_rules_that_raise_the_right_leads(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        leads_that_were_won_by_reference(cast)
        told = score_proposal(cast.acme, cast.dana)
        assert [(each.value, each.leads, each.won) for each in told.by_key["came_by"]] == [
            ("Reference", 30, 24),
            ("Search", 70, 6),
        ]
        assert "colour" not in told.by_key
    client.force_login(cast.dana.user)
    address = f"/w/{cast.acme.slug}/changes/score-proposal/"
    assert "Reference" in client.get(address).content.decode()
    assert client.post(address, {"keys": ["colour"]}).status_code == 422
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"keys": ["came_by"]}).status_code == 302
    with workspace_scope(cast.acme):
        change = ChangeRequest.objects.get(title="Score leads by what was won")
        assert change.state == ChangeRequest.State.DRAFT
        assert "came_by" not in blueprint_of(cast.acme).catalogue, "nothing is in force"


def test_a_program_reads_and_drafts_the_same(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        leads_that_were_won_by_reference(cast)
    client.force_login(cast.dana.user)
    address = f"/api/v1/w/{cast.acme.slug}/changes/score-proposal"
    read: dict[str, Any] = client.get(address).json()
    assert (read["leads"], read["won"]) == (100, 30)
    made = client.post(address, json.dumps({"keys": ["came_by"]}), content_type="application/json")
    assert made.status_code == 201
    edits = {"/".join(map(str, each["path"])): each["after"] for each in made.json()["edits"] if "after" in each}
    assert any("Reference" in json.dumps(after) for after in edits.values())
