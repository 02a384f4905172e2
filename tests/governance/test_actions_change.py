"""A change goes from draft to published, and only so."""

from datetime import timedelta

import pytest

from blueprint.models import BlueprintVersion
from core.errors import BadInput, NotFound, NotPermitted, RuleSaysNo, WorldMovedOn
from core.history.models import Event
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions.acknowledging import acknowledge
from governance.actions.deciding import approve, reject, withdraw
from governance.actions.drafting import bring_up_to_date, draft, propose, propose_again, retract
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.actions.submitting import submit
from governance.models import Approval, ChangeRequest, Impact
from governance.queries.proposals import edits_of
from governance.queries.published import document_of, unread_notice
from handoffs.models import Seam
from tests.cast import MONDAY_10, Cast
from tests.governance.emergency import break_glass

pytestmark = pytest.mark.django_db

SEAM = ["seams", {"key": "marketing_to_sales"}]
THRESHOLD = ["scoring", "threshold"]
LATER = MONDAY_10 + timedelta(hours=1)


def impact_is_done(change: ChangeRequest) -> None:
    Impact.objects.filter(change=change).update(state=Impact.State.DONE, progress_ratio=1)


def approved(cast: Cast, edits: list[tuple[list[object], object]], title: str = "Faster answers") -> ChangeRequest:
    change = draft(cast.dana, title=title, reason="Leads wait too long", edits=edits, at=MONDAY_10)
    submit(change, by=cast.dana, at=MONDAY_10)
    impact_is_done(change)
    approve(change, by=cast.vera, at=LATER, note="Fine")
    return change


def published(cast: Cast, edits: list[tuple[list[object], object]], title: str = "Faster answers") -> ChangeRequest:
    change = approved(cast, edits, title)
    publish(change, by=cast.ada, at=LATER)
    return change


def test_a_change_is_drafted_checked_approved_and_published_as_the_next_version(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = published(cast, [([*SEAM, "answer_minutes"], 30), (THRESHOLD, 50)])
        version = BlueprintVersion.objects.get(number=2)
        assert (change.state, change.published_version) == ("published", 2)
        assert Workspace.objects.get(pk=cast.acme.pk).blueprint_version == 2
        assert version.document["seams"][0]["answer_minutes"] == 30
        assert Seam.objects.get(key="marketing_to_sales").answer_minutes == 30
        assert document_of(Workspace.objects.get(pk=cast.acme.pk).blueprint_version)["scoring"]["threshold"] == 50
        kinds = list(Event.objects.filter(subject_id=change.pk).order_by("id").values_list("kind", flat=True))
        assert kinds == ["change.drafted", "change.submitted", "change.approved", "change.published"]
        event = Event.objects.filter(kind="blueprint.published", subject_id=version.pk).get()
        assert (event.actor_id, event.blueprint_version) == (cast.ada.pk, 2)


def test_an_error_names_the_path(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="x", at=MONDAY_10)
        for path, after, field in [
            ([*SEAM, "answer_minutes"], "soon", "seams/marketing_to_sales/answer_minutes"),
            ([*SEAM, "nonsense"], 1, "seams/marketing_to_sales/nonsense"),
            (["seams", {"key": "nowhere"}, "answer_minutes"], 1, "seams/nowhere"),
            (["scoring", "threshold"], None, "scoring/threshold"),
            (["metrics", {"key": "win_rate"}, "key"], "other", "metrics/win_rate/key"),
        ]:
            with pytest.raises(BadInput) as refused:
                propose(change, [(path, after)], by=cast.dana, at=LATER)
            assert refused.value.field == field
        assert edits_of(change) == []


def test_an_edit_back_to_what_is_in_force_leaves_the_draft(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="x", edits=[(THRESHOLD, 50), ([*SEAM, "answer_minutes"], 30)], at=MONDAY_10)
        propose(change, [(THRESHOLD, 60)], by=cast.dana, at=LATER)
        assert [edit.spelled for edit in edits_of(change)] == ["seams/marketing_to_sales/answer_minutes"]
        retract(change, "seams/marketing_to_sales/answer_minutes", by=cast.dana, at=LATER)
        assert edits_of(change) == []


def test_a_failed_check_blocks_the_submission(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="Too high", edits=[(THRESHOLD, 500)], at=MONDAY_10)
        with pytest.raises(RuleSaysNo) as refused:
            submit(change, by=cast.dana, at=MONDAY_10)
        assert refused.value.code == "checks_failed"
        assert refused.value.facts["failed"][0]["key"] == "scoring"
        change.refresh_from_db()
        assert change.state == "draft"


def test_the_author_never_approves_alone(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.ada, title="Mine", edits=[(THRESHOLD, 50)], at=MONDAY_10)
        submit(change, by=cast.ada, at=MONDAY_10)
        impact_is_done(change)
        with pytest.raises(NotPermitted) as refused:
            approve(change, by=cast.ada, at=LATER)
        assert refused.value.code == "own_change"


def test_reps_and_integrations_do_not_approve(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="x", edits=[(THRESHOLD, 50)], at=MONDAY_10)
        submit(change, by=cast.dana, at=MONDAY_10)
        impact_is_done(change)
        with pytest.raises(NotPermitted):
            approve(change, by=cast.rick, at=LATER)
        robot = Member.objects.create(kind="integration", role="admin", name="Robot")
        with pytest.raises(NotPermitted):
            approve(change, by=robot, at=LATER)


def test_approval_waits_for_the_impact(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="x", edits=[(THRESHOLD, 50)], at=MONDAY_10)
        submit(change, by=cast.dana, at=MONDAY_10)
        with pytest.raises(RuleSaysNo) as refused:
            approve(change, by=cast.vera, at=LATER)
        assert refused.value.code == "impact_not_ready"


def test_rejecting_needs_a_reason_and_is_final(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="x", edits=[(THRESHOLD, 50)], at=MONDAY_10)
        submit(change, by=cast.dana, at=MONDAY_10)
        with pytest.raises(BadInput):
            reject(change, by=cast.mona, at=LATER, note=" ")
        reject(change, by=cast.mona, at=LATER, note="Not now")
        with pytest.raises(WorldMovedOn):
            approve(change, by=cast.vera, at=LATER)
        again = propose_again(change, by=cast.dana, at=LATER)
        assert [edit.after for edit in edits_of(again)] == [50]


def test_only_the_author_or_an_admin_withdraws(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="x", edits=[(THRESHOLD, 50)], at=MONDAY_10)
        with pytest.raises(NotPermitted):
            withdraw(change, by=cast.rick, at=LATER)
        withdraw(change, by=cast.dana, at=LATER)
        assert change.state == "withdrawn"


def test_publishing_is_for_admins_and_needs_approval(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="x", edits=[(THRESHOLD, 50)], at=MONDAY_10)
        submit(change, by=cast.dana, at=MONDAY_10)
        with pytest.raises(WorldMovedOn):
            publish(change, by=cast.ada, at=LATER)
        with pytest.raises(NotPermitted):
            publish(change, by=cast.vera, at=LATER)


def test_a_request_goes_stale_when_the_version_moved(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        second = approved(cast, [(THRESHOLD, 40)], "Lower")
        waiting = draft(cast.dana, title="A draft", edits=[(THRESHOLD, 45)], at=MONDAY_10)
        published(cast, [([*SEAM, "answer_minutes"], 30)])
        with pytest.raises(WorldMovedOn) as refused:
            publish(second, by=cast.ada, at=LATER)
        assert (refused.value.code, refused.value.status) == ("stale", 409)
        assert second.state == "stale"
        with pytest.raises(WorldMovedOn):
            submit(waiting, by=cast.dana, at=LATER)
        bring_up_to_date(waiting, by=cast.dana, at=LATER)
        assert waiting.base_version == 2
        submit(waiting, by=cast.dana, at=LATER)
        assert waiting.document is not None and waiting.document["seams"][0]["answer_minutes"] == 30


def test_rolling_back_is_a_change_request_of_its_own(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = published(cast, [(THRESHOLD, 50)])
        request = roll_back(change, by=cast.ada, at=LATER, reason="Too many leads")
        assert (request.kind, request.state, request.rolls_back_id) == ("rollback", "review", change.pk)
        impact_is_done(request)
        approve(request, by=cast.mona, at=LATER)
        publish(request, by=cast.ada, at=LATER)
        assert Workspace.objects.get(pk=cast.acme.pk).blueprint_version == 3
        assert document_of(3) == document_of(1)
        assert document_of(Workspace.objects.get(pk=cast.acme.pk).blueprint_version)["scoring"]["threshold"] == 60
        with pytest.raises(RuleSaysNo):
            roll_back(change, by=cast.ada, at=LATER, reason="Again")


def test_version_1_has_nothing_before_it(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        founding = ChangeRequest.objects.get()
        with pytest.raises(RuleSaysNo):
            roll_back(founding, by=cast.ada, at=LATER, reason="Why not")


def test_an_emergency_needs_a_reason_is_for_admins_and_is_reviewed_afterwards(cast: Cast) -> None:
    edits = [([*SEAM, "answer_minutes"], 600)]
    with workspace_scope(cast.acme):
        with pytest.raises(BadInput):
            break_glass(cast.ada, title="Stop", reason="fire", edits=edits, at=MONDAY_10)
        reason = "The phone system is down until tomorrow"
        with pytest.raises(NotPermitted):
            break_glass(cast.rick, title="Stop", reason=reason, edits=edits, at=MONDAY_10)
        version = break_glass(cast.ada, title="Stop", reason=reason, edits=edits, at=MONDAY_10 + timedelta(days=1))
        assert version.number == 2
        change = ChangeRequest.objects.get(kind="emergency")
        cast.rick.refresh_from_db()
        Member.objects.update(joined_at=MONDAY_10)
        cast.rick.refresh_from_db()
        notice = unread_notice(cast.rick)
        assert notice is not None and notice.change.kind == "emergency" and notice.change.reason == reason
        approve(change, by=cast.vera, at=LATER, note="Right so")
        assert Approval.objects.get(change=change).member_id == cast.vera.pk


def test_members_confirm_having_read_a_published_change(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Member.objects.update(joined_at=MONDAY_10)
        rick = Member.objects.get(pk=cast.rick.pk)
        assert unread_notice(rick) is None
        published(cast, [(THRESHOLD, 50)])
        notice = unread_notice(rick)
        assert notice is not None and (notice.version.number, notice.change.title) == (2, "Faster answers")
        acknowledge(rick, 2, at=LATER)
        acknowledge(rick, 2, at=LATER)
        assert unread_notice(rick) is None
        with pytest.raises(NotFound):
            acknowledge(rick, 9, at=LATER)
