"""A company of any size on our own server: records with stays, ids, words, events, companies and handoffs, unevenly
spread. Its rows are written whole by the server's administrator, so that neither triggers nor references cost time."""

import time
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.utils import timezone

from blueprint.documents import blueprint_of
from core.people.actions import found_workspace
from core.people.functions import Function
from core.people.models import Member, Team, TeamSeat, Workspace
from core.sql import load
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.administrator import lay_indexes_aside, put_indexes_back, settle, unhindered
from handoffs.models import ReasonCode
from lifecycle.models import Record

REPS, SEATED = 20, 18
AT_ONCE = 50_000  # records whose rows one transaction writes
MANY = 500_000  # so many are written without the indexes that only serve reading
SEEDED = "lifecycle_account, lifecycle_record, lifecycle_stagestay, lifecycle_externalid, lifecycle_searchtoken, "
SEEDED += "handoffs_handoff, handoffs_assignment, handoffs_clock, handoffs_task, history_event, workspaces_member"
EVERY_DAY_WAITS = (
    "insert into scorecard_dirtyday (workspace_id, day, about, marked_at) values (%(workspace)s, null, 'all', now())"
)
OF_A_RANGE = ("seed_records", "seed_stays", "seed_names", "seed_offers", "seed_history")


def seeded(records: int) -> Workspace:
    """The workspace with so many records (60 % leads, 40 % opportunities) and ten times as many stays over the last 400
    days; made when it is not there yet, and anew when that was broken off."""
    slug = f"bench-{records}"
    put_indexes_back()
    found = Workspace.objects.filter(slug=slug).first()
    if found and is_whole(found, records):
        return found
    started = time.perf_counter()
    workspace = found or founded(slug)
    with unhindered() as cursor:
        for table in SEEDED.split(", ")[:-1]:
            cursor.execute(f"delete from {table} where workspace_id = %s", [workspace.pk])
    _fill(workspace, records)
    print(f"· {records:,} records seeded in {time.perf_counter() - started:.0f} s", flush=True)
    return workspace


def is_whole(workspace: Workspace, records: int) -> bool:
    """Whether its last record is there, which comes with all that belongs to it."""
    with workspace_scope(workspace):
        return Record.objects.filter(number=records).exists()


def founded(slug: str) -> Workspace:
    """A workspace whose sales team has reps in seats, two who take no turns, and its founder as manager."""
    founder = get_user_model().objects.create_user(f"{slug}@bench.example", None, name="Bench")
    EmailAddress.objects.create(user=founder, email=founder.email, verified=True, primary=True)
    workspace = found_workspace(name=slug, slug=slug, founder=founder, at=timezone.now())
    with workspace_scope(workspace):
        Team.objects.filter(function=Function.SALES).update(manager=Member.objects.get())
        sales = Team.objects.get(function=Function.SALES)
        reps = [Member(role="rep", name=f"Rep {place}", email=f"rep{place}@{slug}.example") for place in range(REPS)]
        Member.objects.bulk_create(reps)
        TeamSeat.objects.bulk_create(TeamSeat(team=sales, member=rep) for rep in reps[:SEATED])
    return workspace


def _fill(workspace: Workspace, records: int) -> None:
    values = _values(workspace, records)
    counts = {"record": records, "handoff": records, "account": values["companies"], "task": records // 100}
    with workspace_scope(workspace):
        for noun, count in counts.items():
            take_numbers(noun, count)
    with unhindered() as cursor:
        cursor.execute(load("devtools.benchmarks", "seed_accounts").text, values)
        cursor.execute(EVERY_DAY_WAITS, values)
    if records >= MANY:
        lay_indexes_aside(SEEDED)
    for first in range(1, records + 1, AT_ONCE):
        part = {**values, "first": first, "last": min(first + AT_ONCE - 1, records)}
        with unhindered() as cursor:
            for name in OF_A_RANGE:
                cursor.execute(load("devtools.benchmarks", name).text, part)
                if first == 1:
                    cursor.execute(f"analyze {SEEDED}")  # the next statements' plans know how large the tables are
    put_indexes_back()
    settle(SEEDED)


def _values(workspace: Workspace, records: int) -> dict[str, Any]:
    with workspace_scope(workspace):
        terms = blueprint_of(workspace)
        lead, sales = terms.pipeline("lifecycle"), terms.pipeline("sales")
        members = dict(Member.objects.filter(role="rep").values_list("email", "pk"))
        reps = [str(members[f"rep{place}@{workspace.slug}.example"]) for place in range(REPS)]
        return {
            "workspace": str(workspace.pk),
            "companies": max(1, records // 10),
            "ids": f"01{workspace.pk.hex[-6:]}-0000-7000-8000-",
            "lead": lead.id,
            "sales": sales.id,
            "leads": [str(stage.id) for stage in lead.stages][:6],
            "deals": [str(stage.id) for stage in sales.stages],
            "owners": reps,
            "reps": reps,
            "team": str(Team.objects.get(function=Function.SALES).pk),
            "seams": [str(seam.id) for seam in terms.seams],
            "triggers": [str(seam.trigger_stage_id) for seam in terms.seams],
            "reason": str(ReasonCode.objects.filter(purpose="reject").first().pk),
        }
