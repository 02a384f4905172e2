"""Intake and lists: ours through the HTTP door, against the same work written by hand or by the usual serializers."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from blueprint.documents import blueprint_of
from core.people.models import Member, Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import Row, interleaved
from handoffs.models import Pool, Seam
from lifecycle.models import Account, Record
from revops.urls import urlpatterns as real_urls

ROWS = 500
CALLS = 40  # single calls a round
BACKEND = "django.contrib.auth.backends.ModelBackend"
_tags = count()


def run(workspace: Workspace) -> list[Row]:
    """Bulk, single, list."""
    with workspace_scope(workspace):
        owner = Member.objects.select_related("user").get(role="owner")
    client = Client()
    client.force_login(owner.user, backend=BACKEND)
    base = f"/api/v1/w/{workspace.slug}/"
    with override_settings(ROOT_URLCONF="devtools.benchmarks.intake", ALLOWED_HOSTS=["*"], PEOPLE_PER_MINUTE=1_000_000):
        return [bulk(workspace, owner, client, base), single(client, base), listed(client, base)]


def bulk(workspace: Workspace, owner: Member, client: Client, base: str) -> Row:
    """500 leads a call: about one in four is routed and handed over."""

    def ours() -> None:
        answer = post(client, f"{base}records:batch", [lead(place, tag()) for place in range(ROWS)])
        assert answer["created"] == ROWS, answer

    return interleaved(f"Bulk intake, {ROWS} a call ÷ one raw statement", ours, by_hand(workspace, owner), at_least=0.3)


def single(client: Client, base: str) -> Row:
    """One lead a call, with its score, stages, search words and events, against one bare row."""

    def ours() -> None:
        for _ in range(CALLS):
            assert post(client, f"{base}records", lead(1, tag()))["state"] == "created"

    def raw() -> None:
        for _ in range(CALLS):
            assert post(client, f"{base}bench/records", bare(tag()))["number"]

    return interleaved(f"Single intake over HTTP, {CALLS} calls ÷ ModelSerializer insert", ours, raw, at_least=0.5)


def listed(client: Client, base: str) -> Row:
    """A page of 50, with owner, account and stage."""

    def ours() -> None:
        for _ in range(CALLS):
            assert len(client.get(f"{base}records?limit=50").json()["results"]) == 50

    def raw() -> None:
        for _ in range(CALLS):
            assert len(client.get(f"{base}bench/records?kind=lead").json()) == 50

    return interleaved(f"List of 50, {CALLS} calls ÷ ModelSerializer list", ours, raw, at_least=1)


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


def bare(unique: str) -> dict[str, Any]:
    """The same lead as one row of the table."""
    row = lead(1, unique)
    return {key: row[key] for key in ("kind", "name", "email", "source", "properties")}


def post(client: Client, url: str, body: Any) -> Any:
    """The answer to a call that must succeed."""
    answer = client.post(url, data=json.dumps(body), content_type="application/json")
    assert answer.status_code < 300, answer.content[:500]
    return answer.json()


# --- the usual way --------------------------------------------------------------------------------------------------


class OwnerOut(serializers.ModelSerializer):
    class Meta:
        model = Member
        fields = ("name", "email")


class AccountOut(serializers.ModelSerializer):
    class Meta:
        model = Account
        fields = ("number", "name")


class RecordOut(serializers.ModelSerializer):
    owner = OwnerOut(read_only=True)
    account = AccountOut(read_only=True)
    stage = serializers.SlugRelatedField("key", read_only=True)
    pipeline = serializers.SlugRelatedField("key", read_only=True)

    class Meta:
        model = Record
        fields = (
            *("number", "kind", "name", "email", "domain", "source", "account", "owner", "pipeline", "stage"),
            *("opened_at", "entered_stage_at", "score", "amount", "currency", "mrr", "closes_on", "renews_on"),
            *("last_activity_at", "properties", "created_at", "updated_at"),
        )
        read_only_fields = ("number", "opened_at", "entered_stage_at")


class UsualRecords(GenericViewSet):
    """What one writes first: a ModelSerializer over the model, in the same request."""

    verbs = {"list": "record.read", "create": "record.write"}
    serializer_class = RecordOut

    def list(self, request: Request) -> Response:
        """The newest 50 of a kind."""
        found = Record.objects.prefetch_related("stage", "pipeline", "owner", "account")  # joins sort all rows
        found = found.filter(kind=request.query_params["kind"]).order_by("-created_at", "-id")[:50]
        return Response(RecordOut(found, many=True).data)

    def create(self, request: Request) -> Response:
        """One row."""
        serializer = RecordOut(data=request.data)
        serializer.is_valid(raise_exception=True)
        first = blueprint_of(request.workspace).pipeline("lifecycle").first
        serializer.save(
            number=uuid4().int >> 66,
            pipeline_id=first.pipeline_id,
            stage_id=first.id,
            opened_at=request.at,
            entered_stage_at=request.at,
        )
        return Response(serializer.data, status=201)


urlpatterns = [
    path(
        "api/v1/w/<slug:workspace>/bench/",
        include([path("records", UsualRecords.as_view({"get": "list", "post": "create"}))]),
    ),
    *real_urls,
]


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
