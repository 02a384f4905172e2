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
from core.sql import load
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope

REPS = 20


def workspace_with(records: int, slug: str = "bench") -> Workspace:
    """`records` records (60 % leads, 40 % opportunities) with about ten stays each over the last 400 days."""
    found = Workspace.objects.filter(slug=f"{slug}-{records}").first()
    if found:
        return found
    with transaction.atomic():  # a seeding that is stopped leaves no half of a workspace behind
        workspace = founded(f"{slug}-{records}")
        with workspace_scope(workspace):
            _records(workspace, records)
    with owner_cursor() as cursor:  # `analyze` is the owner's
        cursor.execute("analyze lifecycle_record, lifecycle_stagestay, lifecycle_searchtoken, history_event")
    return workspace


def founded(slug: str) -> Workspace:
    """A workspace whose sales team has twenty reps and its founder as manager."""
    founder = get_user_model().objects.create_user(f"{slug}@bench.example", None, name="Bench")
    EmailAddress.objects.create(user=founder, email=founder.email, verified=True, primary=True)
    workspace = found_workspace(name=slug, slug=slug, founder=founder, at=timezone.now())
    with workspace_scope(workspace):
        Team.objects.filter(function=Function.SALES).update(manager=Member.objects.get())
        sales = Team.objects.get(function=Function.SALES)
        reps = [Member(role="rep", name=f"Rep {place}", email=f"rep{place}@{slug}.example") for place in range(REPS)]
        Member.objects.bulk_create(reps)
        TeamSeat.objects.bulk_create(TeamSeat(team=sales, member=rep) for rep in reps)
    return workspace


def _records(workspace: Workspace, records: int) -> None:
    lifecycle = blueprint_of(workspace)
    lead, sales = lifecycle.pipeline("lifecycle"), lifecycle.pipeline("sales")
    leads = [stage.id for stage in lead.stages]
    deals = [stage.id for stage in sales.stages]
    owners = list(Member.objects.filter(role="rep").values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
    load("devtools.benchmarks", "seed_records").run(
        number=records, lead=lead.id, sales=sales.id, leads=leads, deals=deals, owners=owners
    )
    load("devtools.benchmarks", "seed_stays").run(leads=leads[:6], deals=deals)
    take_numbers("record", records)


# Ten stays a record: nine closed ones of four days each before the present one.
