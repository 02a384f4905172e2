"""Who gave a record up is not asked for it again, in whatever offer, and its seam's owner decides once it came back too
often."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from blueprint.documents import blueprint_of
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering
from handoffs.actions.following import offer_where_triggered
from handoffs.models import Assignment, Handoff
from handoffs.queries.tryout import RoutingTrial, try_out
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.governance.test_rescoring import published
from tests.handoffs.coming_back import HOUR, live
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
SEAM = ["seams", {"key": "marketing_to_sales"}]
DAY = timedelta(days=1)


def come_in(workspace: Workspace, records: list[Record], at: datetime) -> list[Handoff]:
    """They enter the seam's stage once more, all at once; their handoffs in order."""
    Record.objects.filter(pk__in=[each.pk for each in records]).update(entered_stage_at=at)
    trigger = blueprint_of(workspace).seams[0].trigger_stage_id
    offer_where_triggered(workspace=workspace, entered={trigger: [each.pk for each in records]}, by=None, at=at)
    found = Handoff.objects.open().filter(record__in=records).select_related("assignee", "record")
    return list(found.order_by("record__number"))


def past_of(handoff: Handoff) -> dict[str, Any] | None:
    return Assignment.objects.get(handoff=handoff, ended_at=None).trace.get("came_back")


def tried(workspace: Workspace, record: Record, at: datetime) -> tuple[str, str, int | None]:
    """Where the record would go, by the try-out."""
    terms, record = blueprint_of(workspace), Record.objects.select_related("stage", "account").get(pk=record.pk)
    [told] = try_out(workspace, terms, terms.seams[0], [RoutingTrial.of(record, workspace, at)], at=at)
    return told.hand.name, told.rule, told.hand.matched


def test_who_gave_it_up_waits_so_many_days_and_the_owner_decides_in_the_end(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        acme = published(cast, [([*SEAM, "barred_days"], 30), ([*SEAM, "most_returns"], 2)])
        records = make_records(acme, 5)
        bounced = records[2]
        [first] = offer_records(acme, [bounced], by=cast.dana)
        assert first.assignee is not None and past_of(first) is None
        rep = first.assignee
        answering.reject(first, "wrong_territory", by=rep, at=MONDAY_10 + HOUR)
        second = live(bounced.pk)
        assert second is not None and past_of(second) == {"returns": 1, "barred": 1}
        other = second.assignee
        answering.recall(second, by=cast.dana, at=MONDAY_10 + 2 * HOUR)
        assert other and tried(acme, bounced, MONDAY_10 + 10 * DAY)[0] == other.name
        given = come_in(acme, records, MONDAY_10 + 10 * DAY)
        assert [each.assignee for each in given][:3] == [rep, other, other]  # the third is not the first's again
        answering.reject(given[2], "wrong_territory", by=other, at=MONDAY_10 + 10 * DAY + HOUR)  # type: ignore[arg-type]
        third = live(bounced.pk)
        owner = blueprint_of(acme).seams[0].owner
        assert third is not None and third.assignee is not None and third.assignee.email == owner
        trace = Assignment.objects.get(handoff=third).trace
        assert (trace["matched"], trace["rules"][0]["label"]) == (-1, "Came back 2 times: its seam's owner decides")
        answering.recall(third, by=cast.mona, at=MONDAY_10 + 10 * DAY + 2 * HOUR)
        rule = "Came back 2 times: its seam's owner decides"
        assert tried(acme, bounced, MONDAY_10 + 32 * DAY) == (third.assignee.name, rule, -1)
        [later] = come_in(acme, [bounced], MONDAY_10 + 32 * DAY)  # one of them is over by now
        assert past_of(later) == {"returns": 2, "barred": 1} and later.assignee == third.assignee  # it still came back
        answering.accept(later, by=later.assignee, at=MONDAY_10 + 33 * DAY)  # type: ignore[arg-type]
        Record.objects.filter(pk=bounced.pk).update(stage=bounced.stage_id)  # it came back to the stage
        [last] = come_in(acme, [bounced], MONDAY_10 + 50 * DAY)
        assert past_of(last) is None and last.assignee in (rep, other)  # no longer the owner
    client.force_login(cast.mona.user, "django.contrib.auth.backends.ModelBackend")
    said = "Returned 2 times before; 2 people who gave it up are not asked."
    told = client.get(f"/api/v1/w/acme/handoffs/{third.number}").json()
    assert told["hands"][0]["came_back"] == said
    assert said in client.get(f"/w/acme/handoffs/{third.number}/").content.decode()
