"""What stays in its stage for longer than nine of ten before it: on the page, and in the list behind aging."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from core.tenancy.scope import workspace_scope
from lifecycle.models import Record, StageStay
from lifecycle.queries import longer_than_usual
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PROPOSAL = "sales/proposal"


def before(cast: Cast, count: int, stayed: int | None) -> None:
    """Deals that came into the stage a hundred days ago; they left after so many days, or are still there."""
    for record in make_records(cast.acme, count, path=PROPOSAL, at=MONDAY_10 - 100 * DAY):
        if stayed is not None:
            StageStay.objects.filter(record=record).update(exited_at=MONDAY_10 + (stayed - 100) * DAY)


def deal(cast: Cast, days: int) -> Record:
    (record,) = make_records(cast.acme, path=PROPOSAL, at=MONDAY_10 - days * DAY)
    return record


def test_nine_of_ten_before_it_say_what_is_usual(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        before(cast, 16, stayed=5)
        before(cast, 2, stayed=12)
        before(cast, 1, stayed=None)
        young, old = deal(cast, 12), deal(cast, 13)
        assert longer_than_usual([young.pk, old.pk], MONDAY_10) == {}  # nineteen are too few to say
        before(cast, 1, stayed=12)
        found = longer_than_usual([young.pk, old.pk], MONDAY_10)
        assert set(found) == {old.pk} and found[old.pk].length == 12 * DAY and found[old.pk].counted >= 20
        before(cast, 10, stayed=None)  # now a third of those before it are still there: being there is as usual
        assert longer_than_usual([old.pk], MONDAY_10) == {}


def test_the_page_the_list_and_the_api_tell_it(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        before(cast, 25, stayed=4)
        old, young = deal(cast, 30), deal(cast, 2)
    assert cast.vera.user
    client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(MONDAY_10, tick=False):
        page = client.get(f"/w/acme/records/{old.number}/").content.decode()
        assert "Longer than usual" in page and "before it left within 4 d" in page
        assert "Longer than usual" not in client.get(f"/w/acme/records/{young.number}/").content.decode()
        rows = client.get("/api/v1/w/acme/metrics/stage_aging/rows?period=30d&part=open").json()["rows"]
        usual = {row["record"]: row["usual_days"] for row in rows}
        assert usual[old.number] == 4 and usual[young.number] is None
        listed = client.get("/w/acme/scorecard/stage_aging/rows/?period=30d&part=open").content.decode()
        assert listed.count("usual: 4 d") == 1
