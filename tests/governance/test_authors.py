"""Nobody answers what they wrote: opened, edited or submitted, in person or through a key or program of theirs."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.test import Client

from blueprint.paths import put
from core.errors import NotPermitted
from core.people.models import Member
from core.people.permissions import may
from core.tenancy.scope import workspace_scope
from governance.actions import drafting
from governance.actions.breaking_glass import publish_emergency
from governance.actions.deciding import approve, reject, withdraw
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.actions.submitting import submit
from governance.models import Approval, Authorship, ChangeRequest, Impact
from governance.queries.detail import ChangeDetail
from governance.queries.proposals import base_of, edits_of, proposed_by
from governance.queries.reviews import why_not_approve
from integrations.actions import issue_key
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db

SEAM = ["seams", {"key": "marketing_to_sales"}]
ANSWER = [*SEAM, "answer_minutes"]
THRESHOLD = ["scoring", "threshold"]
LATER = MONDAY_10 + timedelta(hours=1)


def in_review(change: ChangeRequest, by: Member) -> ChangeRequest:
    submit(change, by=by, at=MONDAY_10)
    Impact.objects.filter(change=change).update(state=Impact.State.DONE, progress_ratio=1)
    return change


def opened_by_dana(cast: Cast) -> ChangeRequest:
    return drafting.draft(cast.dana, title="Faster", reason="They wait", edits=[(ANSWER, 30)], at=MONDAY_10)


def must_refuse_everywhere(change: ChangeRequest, member: Member, code: str = "own_change") -> None:
    """By both answers of the action, on the page, and by the database alone."""
    for answer in (approve, reject):
        with pytest.raises(NotPermitted) as refused:
            answer(change, by=member, at=LATER, note="Mine is good")
        assert refused.value.code == code
    assert why_not_approve(change, member) == refused.value.detail
    for verdict in ("approved", "rejected"):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Approval.objects.create(change=change, member=member, verdict=verdict, at=LATER)


def admin(member: Member) -> Member:
    Member.objects.filter(pk=member.pk).update(role="admin")
    return Member.objects.get(pk=member.pk)


@pytest.fixture
def wrote(cast: Cast) -> Any:
    """What an admin can do to a draft that Dana opened, by name."""
    return {
        "edits": lambda draft: drafting.propose(draft, [(THRESHOLD, 50)], by=cast.ada, at=MONDAY_10),
        "edits whole": lambda draft: drafting.propose_document(
            draft, put(proposed_by(draft), THRESHOLD, 50), by=cast.ada, at=LATER
        ),
        "takes out": lambda draft: (
            drafting.propose(draft, [(THRESHOLD, 50)], by=cast.dana, at=MONDAY_10),
            drafting.retract(draft, "scoring/threshold", by=cast.ada, at=MONDAY_10),
        ),
        "rewords": lambda draft: drafting.reword(draft, title="Other", reason="x", by=cast.ada, at=MONDAY_10),
        "edits and takes back": lambda draft: (
            drafting.propose(draft, [(THRESHOLD, 50)], by=cast.ada, at=MONDAY_10),
            drafting.propose(draft, [(THRESHOLD, 60)], by=cast.dana, at=MONDAY_10),
        ),
        "is edited over": lambda draft: (
            drafting.propose(draft, [(THRESHOLD, 50)], by=cast.ada, at=MONDAY_10),
            drafting.propose(draft, [(THRESHOLD, 40)], by=cast.dana, at=MONDAY_10),
        ),
        "brings up to date": lambda draft: drafting.bring_up_to_date(draft, by=cast.ada, at=MONDAY_10),
    }


@pytest.mark.parametrize(
    "deed",
    ["edits", "edits whole", "takes out", "rewords", "edits and takes back", "is edited over", "brings up to date"],
)
def test_whoever_touched_a_draft_is_an_author_and_answers_nothing(cast: Cast, wrote: Any, deed: str) -> None:
    with workspace_scope(cast.acme):
        change = opened_by_dana(cast)
        wrote[deed](change)
        in_review(change, cast.dana)
        must_refuse_everywhere(change, cast.ada)
        approve(change, by=cast.vera, at=LATER)
        publish(change, by=cast.ada, at=LATER)  # who publishes may be an author: somebody else agreed
        assert change.state == "published"


def test_whoever_submitted_is_an_author(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = in_review(opened_by_dana(cast), cast.ada)
        must_refuse_everywhere(change, cast.ada)
        assert approve(change, by=cast.mona, at=LATER).verdict == "approved"


def test_whoever_opened_it_answers_it_not_even_where_others_wrote_the_rest(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = drafting.draft(cast.mona, title="Faster", at=MONDAY_10)
        drafting.propose(change, [(ANSWER, 30)], by=cast.ada, at=MONDAY_10)
        in_review(change, cast.ada)
        must_refuse_everywhere(change, cast.mona)
        assert not Approval.objects.filter(change=change).exists()


def test_a_key_writes_as_the_person_who_made_it(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        program = issue_key(name="Terraform", scopes=["changes:write"], role="admin", by=cast.ada, at=MONDAY_10)
        change = drafting.draft(program.row.member, title="Faster", edits=[(ANSWER, 30)], at=MONDAY_10)
        in_review(change, program.row.member)
        must_refuse_everywhere(change, cast.ada)
        assert {row.person_id for row in ChangeDetail(change).trail} == {cast.ada.pk}
        with pytest.raises(NotPermitted):
            approve(change, by=program.row.member, at=LATER)
        assert approve(change, by=cast.vera, at=LATER).verdict == "approved"


def test_a_key_of_another_maker_makes_that_person_an_author(cast: Cast) -> None:
    """Ada set the program up, Vera made it a second key: what comes in with that key is Vera's."""
    with workspace_scope(cast.acme):
        vera = admin(cast.vera)
        first = issue_key(name="Terraform", scopes=["changes:write"], role="admin", by=cast.ada, at=MONDAY_10)
        second = issue_key(name="Other", scopes=["changes:write"], acts_as=first.row.member, by=vera, at=MONDAY_10)
    headers = {"Authorization": f"Bearer {second.key}"}
    body = {"title": "Faster", "edits": [{"path": ANSWER, "after": 30}], "submit": True}
    answer = Client().post("/api/v1/w/acme/changes", body, content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    trail = answer.json()["trail"]
    assert [(row["what"], row["person"]) for row in trail] == [
        (what, "vera@acme.example") for what in ("opened", "edited", "submitted")
    ]
    assert trail[1]["through"] == f"Other ({second.row.prefix})"
    assert (trail[1]["path"], trail[1]["after"]) == (ANSWER, 30)
    with workspace_scope(cast.acme):
        change = ChangeRequest.objects.get(number=answer.json()["number"])
        Impact.objects.update(state=Impact.State.DONE)
        must_refuse_everywhere(change, vera)


def test_the_trail_keeps_each_edit_by_whom_and_from_what_to_what(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = opened_by_dana(cast)
        drafting.propose(change, [(ANSWER, 45)], by=cast.ada, at=LATER)
        drafting.retract(change, "seams/marketing_to_sales/answer_minutes", by=cast.dana, at=LATER)
        base = base_of(change)["seams"][0]["answer_minutes"]
        kept = [(row.what, row.person_id, row.before, row.after) for row in ChangeDetail(change).trail]
        assert kept == [
            ("opened", cast.dana.pk, None, None),
            ("edited", cast.dana.pk, base, 30),
            ("edited", cast.ada.pk, 30, 45),
            ("retracted", cast.dana.pk, 45, base),
        ]
        assert edits_of(change) == []


def test_an_edit_that_others_left_alone_keeps_its_person(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = opened_by_dana(cast)
        drafting.propose(change, [(THRESHOLD, 50)], by=cast.ada, at=LATER)
        assert {row.path[-1]: row.person_id for row in change.proposals.all()} == {
            "answer_minutes": cast.dana.pk,
            "threshold": cast.ada.pk,
        }


def test_proposing_again_gives_nobody_a_vote_on_their_own_words(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        first = drafting.draft(cast.mona, title="Faster", edits=[(ANSWER, 30)], at=MONDAY_10)
        withdraw(first, by=cast.mona, at=MONDAY_10)
        again = in_review(drafting.propose_again(first, by=cast.ada, at=LATER), cast.ada)
        must_refuse_everywhere(again, cast.mona)
        must_refuse_everywhere(again, cast.ada)
        assert approve(again, by=cast.vera, at=LATER).verdict == "approved"


def test_who_asks_to_roll_back_is_an_author(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = in_review(opened_by_dana(cast), cast.dana)
        approve(change, by=cast.vera, at=LATER)
        publish(change, by=cast.ada, at=LATER)
        request = roll_back(change, by=cast.mona, at=LATER, reason="Too fast")
        Impact.objects.update(state=Impact.State.DONE)
        must_refuse_everywhere(request, cast.mona)
        assert approve(request, by=cast.ada, at=LATER).verdict == "approved"


def test_an_emergency_is_reviewed_by_none_of_its_authors(cast: Cast) -> None:
    """Mona drafted it, Ada pressed the button: neither reviews it."""
    with workspace_scope(cast.acme):
        mona = admin(cast.mona)
        reason = "The phone system is down until tomorrow"
        change = drafting.draft(mona, title="Stop", reason=reason, at=MONDAY_10, kind=ChangeRequest.Kind.EMERGENCY)
        drafting.propose(change, [(ANSWER, 600)], by=mona, at=MONDAY_10)
        publish_emergency(change, by=cast.ada, at=MONDAY_10)
        for member in (mona, cast.ada):
            with pytest.raises(NotPermitted) as refused:
                approve(change, by=member, at=LATER)
            assert refused.value.code == "own_change"
            with pytest.raises(ProgrammingError), transaction.atomic():
                Approval.objects.create(change=change, member=member, verdict="approved", at=LATER)
        assert approve(change, by=cast.vera, at=LATER).verdict == "approved"


def test_an_author_withdraws_instead(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = drafting.draft(cast.ada, title="Faster", edits=[(ANSWER, 30)], at=MONDAY_10)
        with pytest.raises(NotPermitted):
            withdraw(change, by=cast.rick, at=LATER)
        again = drafting.propose_again(_withdrawn(cast), by=cast.ada, at=LATER)
        withdraw(again, by=cast.dana, at=LATER)  # she wrote what Ada proposes again
        assert again.state == "withdrawn"


def _withdrawn(cast: Cast) -> ChangeRequest:
    change = opened_by_dana(cast)
    withdraw(change, by=cast.dana, at=MONDAY_10)
    return change


def test_nobody_answers_before_their_address_is_proved(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = in_review(opened_by_dana(cast), cast.dana)
        EmailAddress.objects.filter(user=cast.vera.user).update(verified=False)
        must_refuse_everywhere(change, cast.vera, "address_not_proved")
        EmailAddress.objects.filter(user=cast.vera.user).update(verified=True)
        assert approve(change, by=cast.vera, at=LATER).verdict == "approved"


def test_the_database_knows_the_roles_that_answer(cast: Cast) -> None:
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        change = in_review(opened_by_dana(cast), cast.dana)
        for role in Member.Role.values:
            Member.objects.filter(pk=cast.vera.pk).update(role=role)
            cursor.execute("select answer_fault(%s, %s, %s)", [cast.acme.pk, change.pk, cast.vera.pk])
            assert (cursor.fetchone()[0] is None) == may(Member.objects.get(pk=cast.vera.pk), "change.approve"), role


def test_authorship_is_written_once_while_it_is_a_draft(cast: Cast) -> None:
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        change = in_review(opened_by_dana(cast), cast.dana)
        for statement in (
            "update governance_authorship set person_id = %s",
            "delete from governance_authorship where principal_id <> %s",
            "insert into governance_authorship (workspace_id, change_id, position, what, person_id, principal_id, "
            "through, at) select workspace_id, change_id, 90, what, %s, principal_id, '', at from governance_authorship"
            " limit 1",
        ):
            with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
                cursor.execute(statement, [cast.ada.pk])
        assert Authorship.objects.filter(change=change).count() == 3


def test_a_person_cannot_write_in_anothers_name(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = opened_by_dana(cast)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Authorship.objects.create(
                change=change, position=90, what="edited", person=cast.rick, principal=cast.ada, at=LATER
            )


def test_an_edit_without_an_author_is_not_submitted(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = opened_by_dana(cast)
        change.proposals.update(person=cast.ada)
        with pytest.raises(IntegrityError), transaction.atomic():
            submit(change, by=cast.dana, at=MONDAY_10)


def test_the_page_shows_the_trail_and_no_button_to_an_author(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = opened_by_dana(cast)
        drafting.propose(change, [(THRESHOLD, 50)], by=cast.ada, at=MONDAY_10)
        in_review(change, cast.dana)
    client = Client()
    client.force_login(cast.ada.user)
    text = client.get(f"/w/acme/changes/{change.number}/").content.decode()
    assert "Who wrote it" in text and 'data-opens="approve"' not in text
    trail = text[text.index('id="trail"') :]
    assert trail.index("Dana") < trail.index("Ada") and "MQL threshold" in trail
    assert "You wrote part of this request" in text
    client.force_login(cast.vera.user)
    assert 'data-opens="approve"' in client.get(f"/w/acme/changes/{change.number}/").content.decode()
