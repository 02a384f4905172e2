"""Tenants in turn, a neighbour beside an import, all kinds of requests at once, and scores asked anew after a version
was published: what one piece of work costs another."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.test import Client, override_settings
from django.utils import timezone

from core.database import database_now, owner_cursor
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.clocks import lateness
from devtools.benchmarks.imports import MAPPING, file_of
from devtools.benchmarks.intake import BACKEND, post
from devtools.benchmarks.measure import ROUNDS, Row, Told, row, seconds
from devtools.benchmarks.scan import DUE, SMALL, make_due, with_open_handoffs
from devtools.benchmarks.scorecard import folded_whole
from devtools.benchmarks.seed import founded
from devtools.benchmarks.served.clients import Answers, Call, Calls, ask
from devtools.benchmarks.served.company import BATCH, Company, batch, lead
from devtools.benchmarks.served.servers import Served, served, working
from devtools.benchmarks.served.table import every, rows
from imports import starting
from lifecycle.actions import rescoring
from lifecycle.models import Import

TENANTS = (1, 30, 100, 300)
IN_TURN_S, BESIDE_S, MIXED_S = 6, 15, 180
WARM_S = 0.5  # for each tenant
CLIENTS = 8
SMALL_FILE, LARGE_FILE = 40, 50_000
RESCORED = 20  # batches


def run(workspace: Workspace) -> Iterator[Row | Told]:
    """What needs no worker first."""
    folded_whole(workspace)
    yield rescored()
    company = Company(workspace)
    with served(env={"PEOPLE_PER_MINUTE": "1000000"}) as web:
        yield from in_turn(web)
        with working():
            yield from beside_an_import(company, web)
            yield from beside_two_imports(company, web)
            yield mixed(company, web)


def rescored() -> Row:
    """Every lead of a workspace, whose scores are all others now, against the calls that brought them in."""
    workspace = founded(f"rescored-{uuid4().hex[:8]}")
    with workspace_scope(workspace):
        owner = Member.objects.select_related("user").get(role="owner")
    client, path = Client(), f"/api/v1/w/{workspace.slug}/records:batch"
    client.force_login(owner.user, backend=BACKEND)
    with override_settings(ALLOWED_HOSTS=["*"], PEOPLE_PER_MINUTE=1_000_000):
        came_in = [seconds(lambda: post(client, path, batch())) for _ in range(RESCORED)]
    with owner_cursor() as cursor:
        cursor.execute("update lifecycle_record set score = score + 1 where workspace_id = %s", [str(workspace.pk)])
    with workspace_scope(workspace):
        rescoring.begin(workspace, rescoring.Cause.PUBLISHED, at=timezone.now())
    asked = [seconds(lambda: _walk(workspace)) for _ in range(RESCORED)]
    what = f"{BATCH} leads scored anew after publishing ÷ as many in by a call"
    ratios = [before / after for before, after in zip(came_in, asked, strict=True)]
    return row(what, asked, came_in, ratios, at_least=1)


def _walk(workspace: Workspace) -> None:
    with workspace_scope(workspace):
        assert rescoring.ask_batch(workspace, at=timezone.now()) == BATCH


def in_turn(web: Served) -> Iterator[Row]:
    """A lead that comes in, of one tenant or of many in turn: processor time."""
    companies = [Company(_tenant(f"turn-{place}")) for place in range(max(TENANTS))]
    asked = {many: _leads_of(companies[:many]) for many in TENANTS}
    costs: dict[int, list[float]] = {many: [] for many in TENANTS}
    for many, calls in asked.items():  # every connection has met every tenant
        ask(web.port, web.pid, calls, CLIENTS, WARM_S * many)
    for _ in range(ROUNDS):
        for many, calls in asked.items():
            costs[many].append(ask(web.port, web.pid, calls, 1, IN_TURN_S).cost_ms / 1000)
    for many in TENANTS[1:]:
        ratios = [each / one for each, one in zip(costs[many], costs[1], strict=True)]
        what, most = f"One lead in, of {many} tenants in turn ÷ of one: CPU", 2.0 if many == TENANTS[-1] else 1.5
        yield row(what, costs[many], costs[1], ratios, at_most=most)


def _tenant(slug: str) -> Workspace:
    return Workspace.objects.filter(slug=slug).first() or founded(slug)


def _leads_of(companies: list[Company]) -> Calls:
    while True:
        yield from (company.call("records", lead(is_routed=False)) for company in companies)


def beside_an_import(company: Company, web: Served) -> Iterator[Row]:
    """A neighbour's calls and its small file while another workspace brings in a large one."""
    calls = every(lambda: company.call("handoffs?limit=50"))
    alone = ask(web.port, web.pid, calls, 1, BESIDE_S)
    neighbour = _tenant("turn-0")

    def small_file() -> float:
        content = file_of(SMALL_FILE)
        return seconds(lambda: _brought_in(neighbour, content))

    small_file()  # the worker has started
    undisturbed = small_file()
    with an_import():
        beside = ask(web.port, web.pid, calls, 1, BESIDE_S)
        took = small_file()
    wait, usual = (answers.wait_ms(0.5) / 1000 for answers in (beside, alone))
    what = "List of 50 handoffs beside a neighbour's import ÷ alone: p50"
    yield row(what, [wait], [usual], [wait / usual], at_most=3)
    what = f"File of {SMALL_FILE} leads beside an import of {LARGE_FILE:,} ÷ alone; at most 30 s"
    yield row(what, [took], [undisturbed], [took / undisturbed], at_most=30 / undisturbed)


def beside_two_imports(company: Company, web: Served) -> Iterator[Row | Told]:
    """A neighbour's calls, and the steps of another one that fall due meanwhile, while two bring in large files."""
    calls = every(lambda: company.call("handoffs?limit=50"))
    few = with_open_handoffs(SMALL)
    alone = ask(web.port, web.pid, calls, 1, BESIDE_S)
    with an_import(), an_import():
        make_due(few, SMALL, DUE, begins_s=0, spread_s=BESIDE_S)
        since = database_now()
        beside = ask(web.port, web.pid, calls, 1, BESIDE_S)
        late = lateness(few, since, DUE)[math.ceil(DUE * 0.95) - 1]
    wait, usual = (answers.wait_ms(0.95) / 1000 for answers in (beside, alone))
    what = f"List of 50 handoffs while two workspaces bring in {LARGE_FILE:,} rows each ÷ alone: p95"
    yield row(what, [wait], [usual], [wait / usual], at_most=2)
    what = f"{DUE:,} steps of a neighbour that fall due meanwhile: how late 95 of 100 are at most"
    yield Told(what, f"{late:.1f} s", "≤ 20 s", late <= 20)


def mixed(company: Company, web: Served) -> Row:
    """All kinds of requests by many clients, while the worker scans what is due, folds and imports. Raises RuntimeError
    with the first that fails."""
    kinds = [each.ours for each in rows(company)]
    few = with_open_handoffs(SMALL)
    make_due(few, SMALL, DUE)
    with an_import():
        found = ask(web.port, web.pid, _in_turn(kinds), CLIENTS, MIXED_S)
    return _told(found, len(kinds))


def _in_turn(kinds: list[Calls]) -> Iterator[Call]:
    while True:
        yield from map(next, kinds)


def _told(found: Answers, kinds: int) -> Row:
    number, rate = len(found.waits_s), found.a_second
    what = f"{number:,} requests of {kinds} kinds by {CLIENTS} clients beside scans, folds and an import, none failed, "
    longest, middle = (found.wait_ms(share) / 1000 for share in (0.99, 0.5))
    return row(f"{what}{rate:.0f} a second: p99 ÷ p50", [longest], [middle], [longest / middle])


@contextmanager
def an_import() -> Iterator[None]:
    """A large file of a workspace of its own comes in meanwhile."""
    place = founded(f"large-{uuid4().hex[:8]}")
    job = _upload(place, file_of(LARGE_FILE))
    _wait(place, job, lambda found: found.done_rows > 0)
    yield
    with workspace_scope(place):
        found = Import.objects.get(pk=job.pk)
        assert found.state != Import.State.FAILED, found.error
        Import.objects.filter(pk=job.pk).update(cancel_asked_at=timezone.now())


def _upload(workspace: Workspace, content: bytes) -> Import:
    with workspace_scope(workspace):
        owner = Member.objects.get(role="owner")
        owner.workspace = workspace
        asked = {"mapping": MAPPING, "start": True}
        return starting.upload(file_name="leads.csv", content=content, by=owner, at=timezone.now(), asked=asked)


def _brought_in(workspace: Workspace, content: bytes) -> None:
    job = _upload(workspace, content)
    _wait(workspace, job, lambda found: found.state == Import.State.FINISHED)


def _wait(workspace: Workspace, job: Import, is_so: Callable[[Import], bool]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with workspace_scope(workspace):
            if is_so(Import.objects.get(pk=job.pk)):
                return
        time.sleep(0.1)
    raise RuntimeError("the import did not come that far")
