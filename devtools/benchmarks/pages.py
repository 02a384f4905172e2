"""Every page and every filter of a list on a large workspace, finding nothing included: none may take two seconds."""

from collections.abc import Iterator
from itertools import product

from django.contrib.auth import get_user_model
from django.test import Client, override_settings

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.lists import prepared
from devtools.benchmarks.measure import Row, row, seconds
from devtools.benchmarks.scorecard import folded_whole
from lifecycle.models import Account, Record
from scorecard.kinds import KINDS

MOST_S = 2.0
CALLS = 3
BACKEND = "django.contrib.auth.backends.ModelBackend"


def run(workspace: Workspace) -> Iterator[Row]:
    """A row for each, as its founder sees it: the median of three calls against the two seconds."""
    lists = prepared(workspace)
    folded_whole(lists)
    with workspace_scope(lists):
        paths = [*pages(blueprint_of(lists)), *calls(blueprint_of(lists))]
    with override_settings(ALLOWED_HOSTS=["*"], PEOPLE_PER_MINUTE=1_000_000):
        client = Client()
        client.force_login(get_user_model().objects.get(email=f"{lists.slug}@bench.example"), backend=BACKEND)
        for path in paths:
            yield _row(client, lists.slug, path)


def _row(client: Client, slug: str, path: str) -> Row:
    place = f"/api/v1/w/{slug}/{path[4:]}" if path.startswith("api/") else f"/w/{slug}/{path}"

    def call() -> None:
        answer = client.get(place)
        assert answer.status_code == 200, f"{place}: {answer.status_code}"

    times = [seconds(call) for _ in range(CALLS)]
    return row(path, times, [MOST_S], [each / MOST_S for each in times], at_most=1)


def pages(terms: Blueprint) -> Iterator[str]:
    """What people open."""
    record, company = Record.objects.order_by("created_at")[7].number, Account.objects.order_by("number").first()
    rep = str(Member.objects.filter(role="rep").order_by("email")[3].pk)
    yield from ("inbox/", "tasks/", "limbo/", "limbo/figure/", "people/", "imports/", "changes/", "blueprint/")
    yield from ("accounts/", "accounts/?q=nowhere", f"records/{record}/")
    yield from (f"accounts/{company.number}/",) if company else ()
    records = ("", "stage=lifecycle/mql", f"owner={rep}", "owner=none", "source=Trade fair", "source=No such")
    yield from (f"records/?{each}" for each in (*records, "q=record r77", "q=even odd", "q=nowhere"))
    handoffs = ("", "state=accepted", "state=rejected", "assignee=none", "late=true", "late=false", f"record={record}")
    yield from (f"handoffs/?{each}" for each in (*handoffs, *(f"seam={seam.key}" for seam in terms.seams)))
    for period in ("30d", "90d", "all"):
        yield from (
            f"scorecard/?period={period}",
            f"scorecard/?period={period}&segment=owner",
            f"funnel/?period={period}",
        )
    for metric in terms.metrics:
        yield f"scorecard/{metric.key}/?period=90d"
        yield from (f"scorecard/{metric.key}/rows/?period=90d&part={part}" for part in KINDS[metric.kind].parts)
    yield from (f"funnel/seams/{seam.key}/?period=90d" for seam in terms.seams)
    yield from (
        f"funnel/steps/{key}/?period=90d" for key in ("subscriber", "lead", "mql", "opportunity", "renewal.renewed")
    )


def calls(terms: Blueprint) -> Iterator[str]:
    """What programs ask."""
    record = Record.objects.order_by("created_at")[7]
    asked = {
        "records": ["", "source=No such", "email=nobody@nowhere.example", f"email={record.email}", "external_id=none"]
    }
    asked |= {"handoffs": ["", "late=true", "state=recalled"], "search": ["q=record r77", "q=even odd"], "limbo": [""]}
    asked |= {"accounts": [""], "tasks": [""], "scorecard": ["period=90d", "period=90d&segment=source"]}
    asked |= {"funnel": ["period=90d", "period=all"], f"records/{record.number}/timeline": [""]}
    for what, queries in asked.items():
        yield from (f"api/{path}?{query}" for path, query in product([what], queries))
    yield from (f"api/metrics/{metric.key}?period=90d" for metric in terms.metrics)
