"""What the database refuses of change requests, versions and answers, whoever asks it."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from blueprint.models import BlueprintVersion
from core.errors import WorldMovedOn
from core.tenancy.scope import workspace_scope
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.submitting import submit
from governance.models import Approval, ChangeRequest
from tests.cast import MONDAY_10, Cast
from tests.governance.test_actions_change import LATER, THRESHOLD, approved, published

pytestmark = pytest.mark.django_db


def must_refuse(statement: str, *params: object) -> None:
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_the_database_refuses_approval_without_a_colleague(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.ada, title="x", edits=[(THRESHOLD, 50)], at=MONDAY_10)
        must_refuse("update governance_changerequest set state = 'approved' where id = %s", change.pk)
        submit(change, by=cast.ada, at=MONDAY_10)
        must_refuse("update governance_changerequest set state = 'approved' where id = %s", change.pk)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Approval.objects.create(change=change, member=cast.ada, verdict="approved", at=LATER)
        must_refuse("update governance_changerequest set kind = 'emergency' where id = %s", change.pk)
        must_refuse("update governance_changerequest set author_id = null where id = %s", change.pk)
        must_refuse("update governance_changerequest set document = '{}' where id = %s", change.pk)
        must_refuse("update governance_proposal set after = '1' where change_id = %s", change.pk)


def test_the_database_founds_a_workspace_once_and_begins_with_drafts(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        founding = ChangeRequest.objects.get(kind="founding")
        again = {"base_version": 0, "document": founding.document, "author": cast.ada, "title": "x", "number": 77}
        for kind in ("founding", "normal", "emergency"):
            with pytest.raises(IntegrityError), transaction.atomic():
                ChangeRequest.objects.create(kind=kind, state="approved", **again)


def test_a_published_request_and_version_never_change(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = published(cast, [(THRESHOLD, 50)])
        must_refuse("update governance_changerequest set reason = 'other' where id = %s", change.pk)
        must_refuse("delete from governance_changerequest where id = %s", change.pk)
        must_refuse("update governance_approval set note = 'other' where change_id = %s", change.pk)
        must_refuse("update blueprint_blueprintversion set document = '{}' where number = 2")
        must_refuse("update workspaces_workspace set blueprint_version = 1 where id = %s", cast.acme.pk)


def test_a_version_comes_only_from_an_approved_request(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="x", edits=[(THRESHOLD, 50)], at=MONDAY_10)
        with pytest.raises(ProgrammingError), transaction.atomic():
            BlueprintVersion.objects.create(number=2, document={}, change_request_id=change.pk, published_at=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_is_told_that_the_world_moved_on(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        numbers = [approved(cast, [(THRESHOLD, points)], f"To {points}").number for points in (40, 50)]
    ready, answers = Barrier(2), []

    def press(number: int) -> None:
        try:
            with workspace_scope(cast.acme):
                change = ChangeRequest.objects.get(number=number)
                ready.wait()
                answers.append(publish(change, by=cast.ada, at=LATER).number)
        except WorldMovedOn as refused:
            answers.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=press, args=[number]) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == [2, "stale"]
