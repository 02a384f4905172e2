"""A workspace with many records and ten times as many stage stays, made by SQL in seconds to minutes."""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from blueprint.documents import blueprint_of
from core.database import owner_cursor
from core.people.actions import found_workspace
from core.people.functions import Function
from core.people.models import Member, Team, TeamSeat, Workspace
from core.tenancy.scope import workspace_scope

REPS = 20


def workspace_with(records: int, slug: str = "bench") -> Workspace:
    """`records` records (60 % leads, 40 % opportunities) with about ten stays each over the last 400 days."""
    found = Workspace.objects.filter(slug=f"{slug}-{records}").first()
    if found:
        return found
    with transaction.atomic():  # a seeding that is stopped leaves no half of a workspace behind
        now = timezone.now()
        users = get_user_model().objects
        founder = users.create_user(f"{slug}-{records}@bench.example", None, name="Bench")
        EmailAddress.objects.create(user=founder, email=founder.email, verified=True, primary=True)
        workspace = found_workspace(name=f"{slug} {records}", slug=f"{slug}-{records}", founder=founder, at=now)
        with workspace_scope(workspace):
            sales = Team.objects.get(function=Function.SALES)
            for place in range(REPS):
                rep = Member.objects.create(
                    role="rep", name=f"Rep {place}", email=f"rep{place}@{slug}-{records}.example"
                )
                TeamSeat.objects.create(team=sales, member=rep)
            _records(workspace, records)
    with owner_cursor() as cursor:  # `analyze` is the owner's
        cursor.execute("analyze lifecycle_record, lifecycle_stagestay, lifecycle_searchtoken, history_event")
    return workspace


def _records(workspace: Workspace, records: int) -> None:
    lifecycle = blueprint_of(workspace)
    lead, sales = lifecycle.pipeline("lifecycle"), lifecycle.pipeline("sales")
    leads = [stage.id for stage in lead.stages]
    deals = [stage.id for stage in sales.stages]
    owners = list(Member.objects.filter(role="rep").values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        cursor.execute(
            RECORDS,
            {
                "workspace": workspace.pk,
                "n": records,
                "lead": lead.id,
                "sales": sales.id,
                "leads": leads,
                "deals": deals,
                "owners": owners,
            },
        )
        cursor.execute(STAYS, {"workspace": workspace.pk, "leads": leads[:6], "deals": deals})
        cursor.execute(
            "insert into workspaces_counter (workspace_id, noun, value) values (%s, 'record', %s) "
            "on conflict (workspace_id, noun) do update set value = excluded.value",
            [workspace.pk, records],
        )


RECORDS = """
insert into lifecycle_record (workspace_id, number, kind, name, email, domain, source, owner_id, pipeline_id, stage_id,
                              opened_at, entered_stage_at, score, amount, currency, properties, created_at, updated_at)
select %(workspace)s, i, case when i %% 5 < 3 then 'lead' else 'opportunity' end, 'Record ' || i,
       'r' || i || '@bench.example', 'bench.example',
       (array['Website', 'Webinar', 'Partner', 'Event', 'Outbound'])[1 + i %% 5],
       (%(owners)s::uuid[])[1 + i %% cardinality(%(owners)s::uuid[])],
       case when i %% 5 < 3 then %(lead)s else %(sales)s end,
       case when i %% 5 < 3 then (%(leads)s::uuid[])[1 + (i / 5) %% 6]
            else (%(deals)s::uuid[])[1 + (i / 5) %% cardinality(%(deals)s::uuid[])] end,
       now() - (i::bigint * 7919 %% 400) * interval '1 day' - interval '40 day',
       now() - (i::bigint * 7919 %% 400) * interval '1 day',
       (i * 31) %% 100, (i * 137) %% 50000 + 100, 'USD',
       jsonb_build_object('employees', (i * 53) %% 3000, 'seniority',
                          (array['Individual', 'Manager', 'Director', 'VP', 'C-level'])[1 + i %% 5],
                          'pages_viewed', i %% 30, 'demo_requested', i %% 4 = 0, 'use_case', 'Routing',
                          'product', 'P' || i %% 3),
       now() - (i::bigint * 7919 %% 400) * interval '1 day' - interval '40 day', now()
from generate_series(1, %(n)s) i
"""

# Ten stays a record: nine closed ones of four days each before the present one.
STAYS = """
insert into lifecycle_stagestay (workspace_id, record_id, pipeline_id, stage_id, entered_at, exited_at, cause,
                                 blueprint_version)
select r.workspace_id, r.id, r.pipeline_id,
       case when k = 9 then r.stage_id
            when r.kind = 'lead' then (%(leads)s::uuid[])[1 + k %% cardinality(%(leads)s::uuid[])]
            else (%(deals)s::uuid[])[1 + k %% 4] end,
       r.entered_stage_at - (9 - k) * interval '4 day',
       case when k = 9 then null else r.entered_stage_at - (8 - k) * interval '4 day' end,
       'advance', 1
from lifecycle_record r cross join generate_series(0, 9) k
where r.workspace_id = %(workspace)s
"""
