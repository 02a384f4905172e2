"""Nobody leaves while something waits for them alone."""

from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from core.people.models import Member, Team
from core.tenancy.scope import workspace_scope
from handoffs.models import Commitment, Handoff, Task
from tests.cast import Cast
from tests.isolation.rows import one_of_each

pytestmark = pytest.mark.django_db


def leave(cast: Cast, member: Member) -> Any:
    browser = Client()
    browser.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser.post(f"/api/v1/w/acme/people/{member.pk}/deactivation")


def test_who_holds_handoffs_and_tasks_stays_until_they_are_handed_over(cast: Cast) -> None:
    one_of_each(cast.acme, cast.rick, number=70, key="seventy")
    refused = leave(cast, cast.rick)
    assert refused.status_code == 422 and refused.json()["code"] == "still_holds"
    assert refused.json()["facts"] == {"open_handoffs": 1, "open_tasks": 1, "open_promises": 1}
    with workspace_scope(cast.acme):
        Handoff.objects.update(assignee=cast.rosa)
        Task.objects.update(done_at=F("created_at"))
        Commitment.objects.update(owner=cast.rosa)
    assert leave(cast, cast.rick).json()["is_active"] is False


def test_who_owns_a_seam_stays(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.vera.pk).update(role="owner")
        Team.objects.update(manager=cast.vera)
    browser = Client()
    browser.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    refused = browser.post(f"/api/v1/w/acme/people/{cast.ada.pk}/deactivation")
    assert refused.status_code == 422 and refused.json()["facts"]["seams"] == 5
