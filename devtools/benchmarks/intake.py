"""Intake and lists: ours through the HTTP door, against the same work written by hand or by the usual serializers."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from blueprint.documents import blueprint_of
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import Row, interleaved
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

    return interleaved(
        f"Bulk intake, {ROWS} a call ÷ one raw statement", ours, by_hand(workspace, owner), at_least=0.3, rounds=3
    )


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

# --- by hand --------------------------------------------------------------------------------------------------------


def by_hand(workspace: Workspace, owner: Member) -> Callable[[], None]:
    """The same 500 leads by one statement for exactly this blueprint: no gates asked, no updates, no refusals."""
    lifecycle = blueprint_of(workspace)
    stages = {stage.key: stage.id for stage in lifecycle.pipeline("lifecycle").stages}
    with workspace_scope(workspace), connection.cursor() as cursor:
        cursor.execute("select id from handoffs_seam where key = 'marketing_to_sales'")
        seam = cursor.fetchone()[0]
        cursor.execute("select id from handoffs_pool where key = 'sales'")
        pool = cursor.fetchone()[0]
        cursor.execute("select array_agg(id) from workspaces_member where role = 'rep'")
        reps = cursor.fetchone()[0]
    fixed = {
        "workspace": workspace.pk, "by": owner.pk, "pipeline": lifecycle.pipeline("lifecycle").id, "seam": seam,
        "pool": pool, "reps": reps, "subscriber": stages["subscriber"], "lead": stages["lead"], "mql": stages["mql"],
    }  # fmt: skip

    def deed() -> None:
        rows = json.dumps([lead(place, tag()) for place in range(ROWS)])
        with workspace_scope(workspace), connection.cursor() as cursor:
            cursor.execute(BY_HAND, {**fixed, "rows": rows, "at": timezone.now()})
            assert cursor.fetchone()[0] == ROWS

    return deed


BY_HAND = """
with n as materialized (
  select x.*, row_number() over () as place, new_id() as id, split_part(email, '@', 2) as domain,
    regexp_replace(lower(account), '[^a-z0-9]', '', 'g') as ak
  from jsonb_to_recordset(%(rows)s) x(system text, external_id text, name text, email text, source text, account text,
    properties jsonb)
), fresh as materialized (
  select n.*, a.id as account_id,
    least((case when (n.properties->>'employees')::float >= 50 then 20 else 0 end)
      + (case when (n.properties->>'employees')::float >= 500 then 10 else 0 end)
      + (case when n.properties->>'seniority' in ('Director', 'VP', 'C-level') then 20 else 0 end)
      + (case when n.properties->>'seniority' = 'Manager' then 10 else 0 end) + 10, 60)
    + least((case when (n.properties->>'demo_requested')::boolean then 40 else 0 end)
      + (case when (n.properties->>'pages_viewed')::float >= 10 then 15 else 0 end), 60) as score
  from n
  left join lifecycle_externalid e on e.workspace_id = %(workspace)s and e.system = n.system and e.kind = 'lead'
    and e.value = n.external_id
  left join lifecycle_record m on m.workspace_id = %(workspace)s and m.kind = 'lead' and m.email <> ''
    and m.email = n.email
  left join lifecycle_account a on a.workspace_id = %(workspace)s and a.name_key = n.ak
  where e.id is null and m.id is null
), wanted as (select distinct on (ak) ak, account from fresh where account_id is null),
account_number as (
  insert into workspaces_counter (workspace_id, noun, value) select %(workspace)s, 'account', count(*) from wanted
  having count(*) > 0
  on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value returning value
), accounts as (
  insert into lifecycle_account (workspace_id, number, name, name_key, created_at, updated_at)
  select %(workspace)s, (select value from account_number) + 1 - row_number() over (), account, ak, %(at)s, %(at)s
  from wanted returning id, name_key
), record_number as (
  insert into workspaces_counter (workspace_id, noun, value) select %(workspace)s, 'record', count(*) from fresh
  on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value returning value
), records as (
  insert into lifecycle_record (id, workspace_id, number, kind, name, email, domain, source, account_id, pipeline_id,
    stage_id, opened_at, entered_stage_at, score, properties, created_at, updated_at)
  select f.id, %(workspace)s, (select value from record_number) - f.place + 1, 'lead', f.name, f.email, f.domain,
    f.source, coalesce(f.account_id, accounts.id), %(pipeline)s,
    case when f.score >= 60 then %(mql)s else %(lead)s end, %(at)s, %(at)s, f.score, f.properties, %(at)s, %(at)s
  from fresh f left join accounts on accounts.name_key = f.ak
  returning id, number
), ids as (
  insert into lifecycle_externalid (workspace_id, record_id, system, kind, value)
  select %(workspace)s, id, system, 'lead', external_id from fresh
), stays as (
  insert into lifecycle_stagestay (workspace_id, record_id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at,
    entered_by_id, cause, blueprint_version)
  select %(workspace)s, f.id, %(pipeline)s, s.stage, s.before, %(at)s,
    case when s.n = 3 or s.n = 2 and f.score < 60 then null else %(at)s end, %(by)s, s.cause, 1
  from fresh f cross join (values (1, %(subscriber)s, null, 'intake'), (2, %(lead)s, %(subscriber)s, 'auto'),
    (3, %(mql)s, %(lead)s, 'auto')) s(n, stage, before, cause)
  where s.n < 3 or f.score >= 60
), scores as (
  insert into lifecycle_scorechange (workspace_id, record_id, at, before, after, cause, reasons)
  select %(workspace)s, id, %(at)s, 0, score, 'intake', jsonb_build_array(jsonb_build_array('Score', score)) from fresh
), touches as (
  insert into lifecycle_touchpoint (workspace_id, record_id, at, channel, source)
  select %(workspace)s, id, %(at)s, source, source from fresh
), words as (
  insert into lifecycle_searchtoken (workspace_id, token, record_id)
  select distinct %(workspace)s::uuid, w, f.id from fresh f cross join lateral regexp_split_to_table(
    lower(concat_ws(' ', f.name, f.email, domain, account, external_id, place)), '[^[:alnum:]]+') w where w <> ''
), events as (
  insert into history_event (workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, facts,
    blueprint_version)
  select %(workspace)s, e.kind, 'record', f.id, f.id, %(by)s, %(at)s, e.facts, 1
  from fresh f cross join lateral (
    select 'record.created', jsonb_build_object('kind', 'lead', 'number', f.place, 'system', f.system,
      'external_id', f.external_id, 'score', f.score)
    union all select 'record.entered_stage', '{"to": "lifecycle/subscriber", "cause": "intake"}'
    union all select 'record.entered_stage', '{"to": "lifecycle/lead", "cause": "auto"}'
    union all select 'record.entered_stage', '{"to": "lifecycle/mql", "cause": "auto"}' where f.score >= 60
  ) e(kind, facts)
), hot as materialized (
  select id, new_id() as handoff_id, row_number() over (order by place) as nth,
    (%(reps)s::uuid[])[1 + place %% cardinality(%(reps)s::uuid[])] as rep
  from fresh where score >= 60
), handoff_number as (
  insert into workspaces_counter (workspace_id, noun, value) select %(workspace)s, 'handoff', count(*) from hot
  on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value returning value
), handoffs as (
  insert into handoffs_handoff (id, workspace_id, number, seam_id, record_id, assignee_id, offered_at, offered_by_id,
    due_at, touch_due_at, next_step_at, blueprint_version)
  select handoff_id, %(workspace)s, (select value from handoff_number) - nth + 1, %(seam)s, id, rep, %(at)s, %(by)s,
    %(at)s + interval '4 hours', %(at)s + interval '8 hours', %(at)s + interval '3 hours', 1 from hot
), assignments as (
  insert into handoffs_assignment (workspace_id, handoff_id, member_id, pool_id, at, cause, trace)
  select %(workspace)s, handoff_id, rep, %(pool)s, %(at)s, 'routed', '{"rules": [], "matched": 1}' from hot
), offers as (
  insert into history_event (workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, facts,
    blueprint_version)
  select %(workspace)s, 'handoff.offered', 'handoff', handoff_id, id, %(by)s, %(at)s, '{"cause": "routed"}', 1 from hot
)
select count(*) from records
"""
