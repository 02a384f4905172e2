"""What is kept of a published version: read once, and never a document that was taken back."""

from datetime import timedelta

import pytest
from django.db import transaction

from blueprint.documents import blueprint_of
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from tests.cast import MONDAY_10, Cast
from tests.counting import statements
from tests.governance.emergency import break_glass

LATER = MONDAY_10 + timedelta(hours=1)


class TakenBack(Exception):
    """Something goes wrong after publishing, in the same transaction."""


def publish_threshold(cast: Cast, points: int) -> float:
    """Ada publishes another threshold; what the running code then reads of it."""
    break_glass(
        cast.ada,
        title="Threshold",
        reason="Sales cannot answer more this week",
        edits=[(("scoring", "threshold"), points)],
        at=LATER,
    )
    return threshold(cast)


def threshold(cast: Cast) -> float:
    return blueprint_of(Workspace.objects.get(pk=cast.acme.pk)).scoring.threshold


@pytest.mark.django_db(transaction=True)
def test_a_version_that_was_taken_back_is_forgotten_with_its_transaction(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        before = threshold(cast)
    with pytest.raises(TakenBack), workspace_scope(cast.acme):
        assert publish_threshold(cast, 77) == 77
        raise TakenBack
    with workspace_scope(cast.acme):
        assert threshold(cast) == before
        assert publish_threshold(cast, 66) == 66
    with workspace_scope(cast.acme):
        assert threshold(cast) == 66


@pytest.mark.django_db
def test_a_version_is_read_once_in_a_process(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        workspace = Workspace.objects.get(pk=cast.acme.pk)
        blueprint_of(workspace)
        with statements() as said, transaction.atomic():
            assert blueprint_of(workspace) is blueprint_of(workspace)
    assert not [each for each in said if "blueprintversion" in each]
