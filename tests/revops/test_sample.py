"""The sample company looks like one that people work in: what is done is done, what waits has not waited for long."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q
from django.test import Client

from core.people.models import Invitation, Member, Workspace
from core.tenancy.scope import workspace_scope
from governance.queries.published import unread_notice
from handoffs.models import Handoff, RunStep, Task
from handoffs.queries import limbo
from integrations.models import ApiKey
from lifecycle.models import Account, Import, Record, Rejection
from revops import sample

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NOW, DAYS = datetime(2025, 6, 12, 13, tzinfo=UTC), 40  # a Thursday: what luck brings depends on the calendar
A_LONG_WEEKEND = timedelta(days=6)


@pytest.fixture
def acme() -> Iterator[Workspace]:
    """Forty days of its life, its scope open."""
    workspace = sample.load(NOW, say=lambda _: None, days=DAYS)
    with workspace_scope(workspace):
        yield workspace


def test_a_company_in_mid_life_whose_every_page_opens(acme: Workspace, client: Client) -> None:
    """One load serves both: it takes seconds."""
    check_life(acme)
    check_pages(client)


def check_life(acme: Workspace) -> None:
    now, waiting = NOW, Handoff.objects.open()
    assert limbo.limbo_counts(acme, now).counts == {}
    assert not waiting.filter(offered_at__lt=now - A_LONG_WEEKEND).exists()
    assert 1 <= waiting.filter(due_at__lt=now).count() <= 4
    assert waiting.filter(assignee__email="rick@acme.example").count() >= 3

    assert Task.objects.filter(done_at__isnull=False).exists()
    assert 1 <= Task.objects.filter(done_at__isnull=True).count() <= 8
    assert not Task.objects.filter(done_at__isnull=True, created_at__lt=now - A_LONG_WEEKEND).exists()
    yesterday = now - timedelta(days=1)
    left_lying = Q(state="waiting", comes_at__lt=yesterday) | Q(state="open", due_at__lt=yesterday)
    assert RunStep.objects.filter(state="done").exists() and not RunStep.objects.filter(left_lying).exists()

    stages = set(Record.objects.filter(kind="customer").values_list("stage__key", flat=True))
    assert stages & {"implementation", "live"} and stages & {"renewed", "not_renewed"}

    job = Import.objects.get()
    assert (job.state, job.rejected_count, Rejection.objects.count()) == ("finished", 4, 4)
    assert ApiKey.objects.get().revoked_at is None
    assert Invitation.objects.get().expires_at > now
    rick, vera = (Member.objects.get(email=f"{who}@acme.example") for who in ("rick", "vera"))
    assert unread_notice(rick) and unread_notice(vera) is None

    before = Record.objects.count()
    assert sample.load(now, say=lambda _: None, days=DAYS).pk == acme.pk
    assert Record.objects.count() == before  # loading it twice changes nothing


def check_pages(client: Client) -> None:
    """Every record, handoff and company opens."""
    rick = Member.objects.select_related("user").get(email="rick@acme.example")
    client.force_login(rick.user, backend="django.contrib.auth.backends.ModelBackend")
    for place, model in (("records", Record), ("handoffs", Handoff), ("accounts", Account)):
        numbers = list(model.objects.values_list("number", flat=True))
        assert numbers
        for number in numbers:
            assert client.get(f"/w/acme/{place}/{number}/").status_code == 200, f"{place} {number}"
