"""What is published is what colleagues approved: the serving role tries everything else. The database refuses."""

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from tests.cast import Cast
from tests.governance.attacking import LOWER, VERSION, approved, in_review, must_refuse, published, under

pytestmark = pytest.mark.django_db

PUBLISHED = """
update workspaces_workspace set blueprint_version = 2 where id = %(workspace)s;
update governance_changerequest set state = 'published', published_version = 2, published_at = now()
where id = %(change)s;
"""


# What publishing a threshold of 50 writes: it is part of one stage's criteria.
FIFTY = "update lifecycle_stage set entry_criteria = replace(entry_criteria::text, '60', '50')::jsonb where key = 'mql'"
MORE = {
    "another value": LOWER,
    "a label": f"{FIFTY}; update lifecycle_stage set label = 'Mine' where key = 'mql'",
    "a gate": f"{FIFTY}; update lifecycle_stage set auto_enter = not auto_enter",
    "a promise": f"{FIFTY}; update handoffs_seam set answer_minutes = answer_minutes * 9",
    "an owner": f"{FIFTY}; update handoffs_seam set owner_id = null",
    "a trigger": f"{FIFTY}; update handoffs_seam set trigger_stage_id = (select id from lifecycle_stage limit 1)",
    "a turn": f"{FIFTY}; update handoffs_pool set region = 'Mine'",
    "a reason": f"{FIFTY}; update handoffs_reasoncode set disposition = 'none' where disposition <> 'none'",
    "hours": f"{FIFTY}; update handoffs_calendar set weekly = '{{}}'",
    "a target": f"{FIFTY}; update scorecard_metric set target = 0.0001",
    "a row less": f"{FIFTY}; update handoffs_reasoncode set is_retired = true",
    "a way out": f"{FIFTY}; update lifecycle_stage set exit_criteria = '[{{}}]'",
    "a row more": f"{FIFTY}; insert into handoffs_pool (id, workspace_id, is_retired, key, label, function, team_key,"
    " region) select gen_random_uuid(), workspace_id, false, 'mine', 'Mine', 'sales', '', ''"
    " from handoffs_pool limit 1",
    "nothing": "select 1",
}


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_what_is_published_is_what_was_approved_and_nothing_else(cast: Cast, more: str) -> None:
    with workspace_scope(cast.acme):
        names = {"change": approved(cast).pk, "workspace": cast.acme.pk}
        words = must_refuse(f"{VERSION} {more}; {PUBLISHED}", names)
        assert "the tables do not say what the approved document says" in words, words


def test_the_rows_of_exactly_what_was_approved_pass(cast: Cast) -> None:
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        change = approved(cast)
        cursor.execute(f"{VERSION} {FIFTY}; {PUBLISHED}", {"change": change.pk, "workspace": cast.acme.pk})
        change.refresh_from_db()
        assert (change.state, change.published_version) == ("published", 2)


def test_what_is_retired_keeps_saying_what_it_said(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        names = {"change": approved(cast).pk}
        retire = "update handoffs_pool set is_retired = true"
        assert "stays" in must_refuse(f"{VERSION} {retire}, label = 'Mine'", names)
        assert "stays" in must_refuse(f"{VERSION} {retire}; update handoffs_pool set label = 'Mine'", names)
        assert "never deleted" in must_refuse(f"{VERSION} delete from handoffs_pool", names)


def test_an_approved_version_is_published_in_one_transaction_or_not_at_all(cast: Cast) -> None:
    """A version and its rows, but the request stays approved: the commit is refused, and so the side door it left."""
    with workspace_scope(cast.acme):
        assert "in one transaction" in must_refuse(VERSION, {"change": approved(cast).pk})


def test_after_the_publication_its_request_opens_nothing_in_the_same_transaction(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        under(published(cast).pk)
        assert "approved change request" in must_refuse(LOWER)


def test_the_document_of_a_submitted_request_stays(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        for change in (in_review(cast), approved(cast)):
            other = "update governance_changerequest set document = jsonb_set(document, '{scoring,threshold}', '1')"
            assert "frozen" in must_refuse(f"{other} where id = %s", change.pk)
            reopen = "update governance_changerequest set state = 'draft' where id = %s"
            assert "does not go from" in must_refuse(reopen, change.pk)


def test_a_request_is_approved_by_no_row_that_is_missing_or_wrong(cast: Cast) -> None:
    """For oneself, in a colleague's name who may not, and by taking a rejection back."""
    approve_it = "update governance_changerequest set state = 'approved' where id = %s"
    answer = (
        "insert into governance_approval (workspace_id, change_id, member_id, verdict, note, at) "
        "select workspace_id, id, %s, 'approved', '', now() from governance_changerequest where id = %s"
    )
    with workspace_scope(cast.acme):
        change = in_review(cast)
        robot = Member.objects.create(kind="integration", role="admin", name="Robot")
        agent = Member.objects.create(kind="agent", role="owner", name="Agent")
        left = Member.objects.create(role="admin", name="Left", is_active=False)
        for member, fault in (
            (cast.dana, "a role that answers no changes"),
            (cast.rick, "a role that answers no changes"),
            (robot, "is not a person"),
            (agent, "is not a person"),
            (left, "is no active member"),
            (cast.otto, "is no active member"),
        ):
            assert fault in must_refuse(answer, member.pk, change.pk)
        Member.objects.filter(pk=cast.dana.pk).update(role="admin")
        assert "is an author" in must_refuse(answer, cast.dana.pk, change.pk)
        EmailAddress.objects.filter(user=cast.vera.user).update(verified=False)
        assert "has not proved" in must_refuse(answer, cast.vera.pk, change.pk)
        assert "wrote none of it" in must_refuse(approve_it, change.pk)
        turned = f"{answer.replace('approved', 'rejected')}; {approve_it}"
        assert "wrote none of it" in must_refuse(turned, cast.mona.pk, change.pk, change.pk)


def test_an_approval_given_before_a_demotion_does_not_make_the_request_approved(cast: Cast) -> None:
    """The row is there, its writer no longer may: what counts is the moment the request becomes approved."""
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        change = in_review(cast)
        cursor.execute(
            "insert into governance_approval (workspace_id, change_id, member_id, verdict, note, at) "
            "values (%s, %s, %s, 'approved', '', now())",
            [cast.acme.pk, change.pk, cast.vera.pk],
        )
        Member.objects.filter(pk=cast.vera.pk).update(role="rep")
        agree = "update governance_changerequest set state = 'approved' where id = %s"
        assert "wrote none of it" in must_refuse(agree, change.pk)


def test_an_answer_once_given_is_neither_changed_nor_taken_away(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        approved(cast)
        assert "never changed" in must_refuse("delete from governance_approval")
        assert "never changed" in must_refuse("update governance_approval set verdict = 'rejected'")
        assert "never changed" in must_refuse("update governance_approval set member_id = %s", cast.mona.pk)


def test_the_version_in_force_follows_what_is_published(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        published(cast)
        for number in (0, 1, 3):
            back = "update workspaces_workspace set blueprint_version = %s where id = %s"
            assert "is the newest published one" in must_refuse(back, number, cast.acme.pk)
