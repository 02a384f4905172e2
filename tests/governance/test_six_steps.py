"""A new workspace opens on its six steps, each judged by what is here."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.people.actions import found_workspace
from core.people.models import Member, Team, TeamSeat, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions.setting_up import end_setup
from governance.queries.steps import six_steps
from handoffs.actions.answering import accept
from handoffs.models import Handoff
from lifecycle.actions.intake import Incoming, take_in
from tests.cast import MONDAY_10, Cast, join, signed_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def alone(db: None) -> Any:
    """Solo in Tokyo, founded by Sola, who is the only one there."""
    sola = signed_up("sola@solo.example", "Sola")
    workspace = found_workspace(name="Solo", founder=sola, at=MONDAY_10, time_zone="Asia/Tokyo")
    with workspace_scope(workspace):
        yield workspace, Member.objects.select_related("user").get()


def left(workspace: Workspace, member: Member) -> list[str]:
    return [step.key for step in six_steps(workspace, member).steps if not step.is_done]


def test_a_new_workspace_opens_on_its_steps_and_says_what_is_missing(alone: Any, client: Client) -> None:
    workspace, sola = alone
    client.force_login(sola.user)
    home = client.get(f"/w/{workspace.slug}/")
    assert home.headers["Location"] == f"/w/{workspace.slug}/steps/"
    shown = client.get(home.headers["Location"]).content.decode()
    for words in (
        "Align",
        "Improve",
        "Only one person can sign in",
        "There are no records",
        "one person publishes alone",
    ):
        assert words in shown
    assert 'class="badge badge-sm badge-soft badge-primary num">6<' in shown


def test_each_step_is_done_by_what_happens_and_not_by_a_tick(alone: Any, client: Client) -> None:
    workspace, sola = alone
    assert left(workspace, sola) == ["align", "define", "enforce", "instrument", "govern", "improve"]
    vera = join(workspace, "Vera", "manager")
    for team in Team.objects.all():
        TeamSeat.objects.create(team=team, member=vera)
    assert "align" not in left(workspace, sola)
    hot = {"employees": 600, "seniority": "Director", "demo_requested": True}
    take_in(workspace, [Incoming(1, "lead", core={"email": "a@x.example"}, properties=hot)], by=sola, at=MONDAY_10)
    assert "enforce" in left(workspace, sola)
    handoff = Handoff.objects.get()
    accept(handoff, by=handoff.assignee or sola, at=MONDAY_10 + timedelta(minutes=5))
    assert "enforce" not in left(workspace, sola)
    end_setup(workspace, by=vera, at=MONDAY_10)
    workspace.refresh_from_db()
    assert "govern" not in left(workspace, sola)
    client.force_login(sola.user)
    assert client.get(f"/w/{workspace.slug}/").headers["Location"] == f"/w/{workspace.slug}/scorecard/"


def test_a_program_reads_the_same(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        told = six_steps(cast.acme, cast.ada)
    client.force_login(cast.ada.user)
    answer = client.get(f"/api/v1/w/{cast.acme.slug}/steps").json()
    assert answer["done"] == told.done
    assert [each["is_done"] for each in answer["steps"]] == [step.is_done for step in told.steps]
    assert client.get(f"/w/{cast.globex.slug}/steps/").status_code == 404
