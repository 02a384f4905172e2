"""Admins are told above every page of clocks that run late and of what was set aside; others are asked nothing."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.operating.heartbeats import beat
from core.operating.queries import WELL
from core.operating.setting_aside import set_aside
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from core.tenancy.sweeps import each_workspace
from handoffs.models import Clock
from tests.cast import Cast
from tests.core.operating.test_set_aside import LATER, door
from tests.counting import statements
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db


def late(member: Member, path: str = "inbox") -> str:
    WELL.clear()  # some seconds have passed
    page = door(member).get(f"/w/{member.workspace.slug}/{path}/").content.decode()
    return page.partition('id="refusals"')[2].partition("<section")[0]


def test_admins_are_told_above_every_page_that_clocks_run_late(cast: Cast) -> None:
    beat("handoffs.scan")
    assert "Clocks are running late" not in late(cast.ada)
    with connection.cursor() as cursor:
        cursor.execute("update operating_heartbeat set at = now() - interval '7 minutes 20 seconds'")
    for path in ("inbox", "records", "scorecard", "people", "set-aside"):
        assert "last looked for 7 minutes ago" in late(cast.ada, path), path
    assert "Clocks are running late" not in late(cast.rick)
    beat("handoffs.scan")
    assert "Clocks are running late" not in late(cast.ada)


def test_a_workspace_that_was_well_is_looked_at_again_after_some_seconds(cast: Cast) -> None:
    beat("handoffs.scan")
    assert "Clocks are running late" not in late(cast.ada)
    client = door(cast.ada)
    client.get("/w/acme/inbox/")
    with statements() as said:
        client.get("/w/acme/inbox/")
    assert not any("how_late" in each for each in said)
    assert 0 < WELL[cast.acme.pk] - time.monotonic() <= 5 and cast.globex.pk not in WELL


def test_a_step_that_nobody_took_is_told_though_the_scan_runs(cast: Cast) -> None:
    beat("handoffs.scan")
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        Clock.objects.filter(handoff=handoff).update(next_rung_at=timezone.now() - timedelta(minutes=4))
    assert "fell due" not in late(cast.ada)
    with workspace_scope(cast.acme):
        Clock.objects.update(next_rung_at=timezone.now() - timedelta(hours=3, minutes=30))
    assert "fell due 3 hours ago" in late(cast.ada)
    assert "fell due" not in late(cast.otto), "another workspace's lateness is not told"


def test_admins_are_told_of_rows_set_aside_and_others_are_asked_nothing_for_it(cast: Cast) -> None:
    beat("handoffs.scan")
    with workspace_scope(cast.acme):
        set_aside("handoff_step", cast.dana.pk, what="Handoff 7", trouble=ValueError("x"), at=LATER)
    assert "1 thing could not be done" in late(cast.ada)
    rick, ada = door(cast.rick), door(cast.ada)
    for client, expected in ((rick, 0), (ada, 1)):
        client.get("/w/acme/inbox/")
        with statements() as said:
            client.get("/w/acme/inbox/")
        assert len([each for each in said if "operating_" in each]) == expected


def test_a_pass_that_fails_as_a_whole_is_shown_beside_them(cast: Cast) -> None:
    def trouble(workspace: Workspace) -> int:
        raise ValueError("the fold stumbled")

    beat("handoffs.scan")
    each_workspace([cast.acme.pk], trouble, what="scorecard.fold")
    page = door(cast.ada).get("/w/acme/set-aside/").content.decode()
    assert "scorecard.fold" in page and "the fold stumbled" in page
    [told] = door(cast.ada).get("/api/v1/w/acme/failing-passes").json()
    assert (told["sweep"], told["times"]) == ("scorecard.fold", 1)
    assert "1 thing could not be done" in late(cast.ada)
    assert door(cast.mona).get("/api/v1/w/acme/failing-passes").status_code == 403
