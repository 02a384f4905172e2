"""A workspace of one publishes alone, openly, until somebody else is there; an emergency goes around everybody once."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, transaction
from django.test import Client

from blueprint.documents import blueprint_of
from core.errors import NotPermitted, RuleSaysNo, WorldMovedOn
from core.history.models import Event
from core.people.actions import found_workspace
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions.breaking_glass import publish_emergency
from governance.actions.deciding import approve
from governance.actions.drafting import draft, propose
from governance.actions.publishing import publish
from governance.actions.setting_up import end_setup
from governance.actions.submitting import submit
from governance.models import Approval, ChangeRequest
from governance.queries.change_list import overdue_count
from governance.queries.proposals import proposed_by
from governance.queries.reviews import setup_changes, unanswered
from handoffs.actions.tasking import complete_task
from handoffs.models import Task
from integrations.actions import issue_key
from tests.cast import MONDAY_10, Cast, join, signed_up
from tests.governance.emergency import break_glass

pytestmark = pytest.mark.django_db

THRESHOLD = ["scoring", "threshold"]
LATER = MONDAY_10 + timedelta(hours=1)
REASON = "The phone system is down until tomorrow"


@pytest.fixture
def alone(db: None) -> Any:
    """Solo, founded by Sola, who is the only one there."""
    workspace = found_workspace(name="Solo", founder=signed_up("sola@solo.example", "Sola"), at=MONDAY_10)
    with workspace_scope(workspace):
        yield workspace, Member.objects.select_related("user").get()


def in_review(by: Member, points: int) -> ChangeRequest:
    change = draft(by, title=f"To {points}", reason="A start", edits=[(THRESHOLD, points)], at=MONDAY_10)
    submit(change, by=by, at=MONDAY_10)
    return change


def published_alone(by: Member, points: int = 50) -> ChangeRequest:
    change = in_review(by, points)
    publish(change, by=by, at=LATER)
    return change


def fresh(workspace: Workspace) -> Workspace:
    return Workspace.objects.get(pk=workspace.pk)


def test_who_founds_a_workspace_publishes_alone_and_everybody_sees_it(alone: Any) -> None:
    workspace, sola = alone
    change = published_alone(sola)
    assert (change.state, change.in_setup, blueprint_of(fresh(workspace)).scoring.threshold) == ("published", True, 50)
    assert [each.pk for each in setup_changes(sola)] == [change.pk]
    assert Event.objects.filter(kind="change.approved_in_setup", actor=sola).count() == 1
    browser = Client()
    browser.force_login(sola.user)
    for path in ("", "changes/", "people/", "scorecard/", f"changes/{change.number}/"):
        page = browser.get(f"/w/solo/{path}", follow=True).content.decode()
        assert "Setup mode" in page and "without a second approver" in page, path
    told = browser.get("/api/v1/w/solo/setup").json()
    assert told["since"] and [each["number"] for each in told["changes"]] == [change.number]
    assert browser.get(f"/api/v1/w/solo/changes/{change.number}").json()["review"]["is_waiting"] is True


def test_nobody_publishes_alone_where_somebody_else_could_approve(alone: Any) -> None:
    workspace, sola = alone
    change = in_review(sola, 50)
    vera = join(workspace, "Vera", "leader")
    with pytest.raises(RuleSaysNo) as refused:
        publish(change, by=sola, at=LATER)
    assert (refused.value.code, refused.value.facts) == ("not_alone", {"able": ["Vera"]})
    with pytest.raises(DatabaseError, match="nobody else could approve"), transaction.atomic():
        ChangeRequest.objects.filter(pk=change.pk).update(in_setup=True, state="approved")
    EmailAddress.objects.filter(user=vera.user).update(verified=False)  # she could not, before her address is proved
    publish(change, by=sola, at=LATER)


def test_colleagues_who_may_not_approve_leave_the_founder_alone(alone: Any) -> None:
    workspace, sola = alone
    join(workspace, "Rick", "rep")
    issue_key(name="Program", scopes=["changes:write"], role="admin", by=sola, at=MONDAY_10)
    assert published_alone(sola).in_setup


def test_a_program_publishes_nothing_alone(alone: Any) -> None:
    _, sola = alone
    program = issue_key(name="Program", scopes=["changes:write"], role="admin", by=sola, at=MONDAY_10).row.member
    with pytest.raises(NotPermitted) as refused:
        publish(in_review(program, 50), by=program, at=LATER)
    assert refused.value.code == "not_a_person"


def test_setup_mode_ends_when_a_second_approver_confirmed_what_was_published(alone: Any) -> None:
    workspace, sola = alone
    first, second = published_alone(sola, 50), published_alone(sola, 40)
    for member in (sola, join(workspace, "Rick", "rep")):
        with pytest.raises(NotPermitted):
            end_setup(workspace, by=member, at=LATER, confirms=True)
    vera = join(workspace, "Vera", "leader")
    with pytest.raises(RuleSaysNo) as refused:
        end_setup(workspace, by=vera, at=LATER)
    assert refused.value.facts == {"changes": [first.number, second.number]}
    with pytest.raises(DatabaseError, match="confirmed before it ends"), transaction.atomic():
        Workspace.objects.filter(pk=workspace.pk).update(setup_since=None)
    with pytest.raises(NotPermitted):
        approve(first, by=sola, at=LATER)
    approve(first, by=vera, at=LATER, note="Seen")
    end_setup(workspace, by=vera, at=LATER, confirms=True)
    assert fresh(workspace).setup_since is None
    assert set(Approval.objects.values_list("change__number", "member__name")) == {
        (first.number, "Vera"),
        (second.number, "Vera"),
    }
    assert Event.objects.get(kind="workspace.setup_ended").facts["confirmed"] == [second.number]
    with pytest.raises(WorldMovedOn):
        end_setup(workspace, by=vera, at=LATER)
    with pytest.raises(WorldMovedOn):
        publish(in_review(sola, 60), by=sola, at=LATER)


def test_setup_mode_never_begins_again(alone: Any) -> None:
    workspace, sola = alone
    end_setup(workspace, by=join(workspace, "Vera", "leader"), at=LATER)
    with pytest.raises(DatabaseError, match="begins with the workspace"), transaction.atomic():
        Workspace.objects.filter(pk=workspace.pk).update(setup_since=LATER)


def test_setup_mode_is_ended_on_its_page_and_over_the_api(alone: Any) -> None:
    workspace, sola = alone
    published_alone(sola)
    vera = join(workspace, "Vera", "leader")
    browser = Client()
    browser.force_login(sola.user)
    assert "Invite one" in browser.get("/w/solo/setup/").content.decode()
    assert browser.post("/api/v1/w/solo/setup/end").json()["code"] == "not_second"
    browser.force_login(vera.user)
    page = browser.get("/w/solo/setup/").content.decode()
    assert "End setup mode" in page and "not yet" in page
    assert browser.post("/api/v1/w/solo/setup/end").json()["code"] == "unconfirmed"
    assert browser.post("/w/solo/setup/", {"confirms": "yes"}).status_code == 302
    page = browser.get("/w/solo/setup/").content.decode()
    assert "not in setup mode" in page and "Vera" in page and "one person may publish" not in page
    assert browser.get("/api/v1/w/solo/setup").json()["changes"][0]["confirmed_by"] == ["vera@solo.example"]


def test_in_setup_mode_the_founder_may_break_glass_in_a_row(alone: Any) -> None:
    _, sola = alone
    for minutes in (20, 30):
        edits = [(["seams", {"key": "marketing_to_sales"}, "answer_minutes"], minutes)]
        break_glass(sola, title="Stop", reason=REASON, edits=edits, at=LATER)
    assert unanswered().count() == 2


# --- emergencies ----------------------------------------------------------------------------------------------------


def emergency(by: Member, points: int, at: Any = LATER) -> ChangeRequest:
    version = break_glass(by, title=f"To {points}", reason=REASON, edits=[(THRESHOLD, points)], at=at)
    return ChangeRequest.objects.get(published_version=version.number)


def test_an_emergency_is_somebody_elses_task_until_they_reviewed_it(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = emergency(cast.ada, 50)
        task = Task.objects.get()
        assert change.review_task_id == task.pk and task.assignee_id == cast.vera.pk  # a leader goes before a manager
        assert task.due_at == LATER + timedelta(days=2)  # two working days, office hours
        with pytest.raises(RuleSaysNo) as refused:
            complete_task(task, "Fine", by=cast.ada, at=LATER)
        assert refused.value.code == "review_the_change"
        assert overdue_count(LATER) == 0 and overdue_count(LATER + timedelta(days=3)) == 1
        approve(change, by=cast.mona, at=LATER, note="Right so")
        task.refresh_from_db()
        assert (task.done_by_id, task.outcome) == (cast.mona.pk, "Right so")
        assert overdue_count(LATER + timedelta(days=3)) == 0


def test_an_author_breaks_glass_once_until_it_was_reviewed(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        first = emergency(cast.ada, 50)
        with pytest.raises(RuleSaysNo) as refused:
            emergency(cast.ada, 40)
        assert (refused.value.code, refused.value.facts) == ("review_first", {"number": first.number})
        approve(first, by=cast.vera, at=LATER)
        emergency(cast.ada, 40)


def test_the_same_author_does_not_go_around_it_through_a_colleague(cast: Cast) -> None:
    """Mona publishes what Ada wrote: Ada's first one still waits."""
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.mona.pk).update(role="admin")
        mona = Member.objects.get(pk=cast.mona.pk)
        emergency(cast.ada, 50)
        change = draft(mona, title="Again", reason=REASON, at=LATER, kind=ChangeRequest.Kind.EMERGENCY)
        propose(change, [(THRESHOLD, 40)], by=cast.ada, at=LATER)
        with pytest.raises(RuleSaysNo):
            publish_emergency(change, by=mona, at=LATER)
        assert emergency(mona, 45).state == "published"  # her own is her first


def test_the_database_holds_the_rules_of_an_emergency_too(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        emergency(cast.ada, 50)
        change = draft(cast.ada, title="Again", reason=REASON, at=LATER, kind=ChangeRequest.Kind.EMERGENCY)
        propose(change, [(THRESHOLD, 40)], by=cast.ada, at=LATER)
        change.authorship.create(position=9, what="submitted", person=cast.ada, principal=cast.ada, at=LATER)
        at_once = {"state": "approved", "document": proposed_by(change)}
        with pytest.raises(DatabaseError, match="reviewed by somebody"), transaction.atomic():
            ChangeRequest.objects.filter(pk=change.pk).update(**at_once)
        at_once["review_task"] = Task.objects.get()
        with pytest.raises(DatabaseError, match="publishes no other"), transaction.atomic():
            ChangeRequest.objects.filter(pk=change.pk).update(**at_once)
        with pytest.raises(DatabaseError, match="needs a reason"), transaction.atomic():
            ChangeRequest.objects.filter(pk=change.pk).update(reason="fire", **at_once)
        with pytest.raises(DatabaseError, match="nobody else could approve"), transaction.atomic():
            ChangeRequest.objects.filter(pk=change.pk).update(in_setup=True, **at_once)


def test_what_nobody_reviewed_is_listed_counted_and_overdue(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = emergency(cast.ada, 50, at=MONDAY_10 - timedelta(days=30))
    browser = Client()
    browser.force_login(cast.vera.user)
    figure = browser.get("/w/acme/changes/unreviewed/figure/").content.decode()
    assert "Changes to review" in figure and "1 late" in figure
    assert "/w/acme/changes/unreviewed/figure/" in browser.get("/w/acme/scorecard/").content.decode()
    page = browser.get("/w/acme/changes/?state=unreviewed").content.decode()
    assert "1 emergency should have been reviewed by now" in page and change.title in page
    [told] = browser.get("/api/v1/w/acme/changes?state=unreviewed").json()["results"]
    assert told["number"] == change.number
    review = browser.get(f"/api/v1/w/acme/changes/{change.number}").json()["review"]
    assert review["is_waiting"] is True and review["owner"] == "vera@acme.example"
    with workspace_scope(cast.acme):
        approve(change, by=cast.vera, at=LATER)
    assert browser.get("/api/v1/w/acme/changes?state=unreviewed").json()["results"] == []
