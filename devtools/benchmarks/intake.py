"""Many leads in one call, through the door but within this process, against one statement written by hand."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

from django.test import Client, override_settings
from django.utils import timezone

from blueprint.documents import blueprint_of
from core.people.models import Member, Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import Row, interleaved
from handoffs.models import Pool, Seam

ROWS = 500
BACKEND = "django.contrib.auth.backends.ModelBackend"
_tags = count()


def run(workspace: Workspace) -> list[Row]:
    """One row."""
    with workspace_scope(workspace):
        owner = Member.objects.select_related("user").get(role="owner")
    client = Client()
    client.force_login(owner.user, backend=BACKEND)
    base = f"/api/v1/w/{workspace.slug}/"
    with override_settings(ALLOWED_HOSTS=["*"], PEOPLE_PER_MINUTE=1_000_000):
        return [bulk(workspace, owner, client, base)]


def bulk(workspace: Workspace, owner: Member, client: Client, base: str) -> Row:
    """500 leads a call: about one in four is routed and handed over."""

    def ours() -> None:
        answer = post(client, f"{base}records:batch", [lead(place, tag()) for place in range(ROWS)])
        assert answer["created"] == ROWS, answer

    return interleaved(f"Bulk intake, {ROWS} a call ÷ one raw statement", ours, by_hand(workspace, owner), at_least=0.5)


# --- what is sent ---------------------------------------------------------------------------------------------------


def tag() -> str:
    """Never twice."""
    return f"{uuid4().hex[:8]}{next(_tags)}"


def lead(place: int, unique: str) -> dict[str, Any]:
    """A row of the API."""
    return {
        "kind": "lead",
        "system": "crm",
        "external_id": unique,
        "name": f"Lead {unique}",
        "email": f"{unique}@firm{place % 97}.example",
        "source": ("Website", "Webinar", "Partner")[place % 3],
        "account": f"Firm {place % 97}",
        "properties": {
            "employees": (place * 53) % 3000,
            "seniority": ("Individual", "Manager", "VP")[place % 3],
            "pages_viewed": place % 30,
            "demo_requested": place % 4 == 0,
            "job_title": "Head of things",
        },
    }


def post(client: Client, url: str, body: Any) -> Any:
    """The answer to a call that must succeed."""
    answer = client.post(url, data=json.dumps(body), content_type="application/json")
    assert answer.status_code < 300, answer.content[:500]
    return answer.json()


def by_hand(workspace: Workspace, owner: Member) -> Callable[[], None]:
    """The same 500 leads by one statement for exactly this blueprint: no gates asked, no updates, no refusals."""
    pipeline = blueprint_of(workspace).pipeline("lifecycle")
    with workspace_scope(workspace):
        fixed = {"workspace": workspace.pk, "by": owner.pk, "pipeline": pipeline.id}
        fixed |= {key: pipeline.stage(key).id for key in ("subscriber", "lead", "mql")}
        fixed |= {"seam": Seam.objects.get(key="marketing_to_sales").pk, "pool": Pool.objects.get(key="sales").pk}
        fixed["reps"] = list(Member.objects.filter(role="rep").values_list("pk", flat=True))
    statement = load("devtools.benchmarks", "leads_by_hand")

    def deed() -> None:
        rows = json.dumps([lead(place, tag()) for place in range(ROWS)])
        with workspace_scope(workspace):
            assert statement.rows(**fixed, rows=rows, at=timezone.now()) == [(ROWS,)]

    return deed
