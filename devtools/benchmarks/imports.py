"""A file of leads through the import, against the least that brings its rows in by hand; and a file ten times as long.

By hand: COPY into an unlogged table, cells that are not what they must be left out, the last row of an id, then
accounts, records and ids. Ours also keeps score and its reasons, gates, stages, touches, events and search words. Both
are told in processor time, this process's and that of its sessions, whoever else is at work on the machine.
"""

import io
import itertools
import time
import zipfile
from collections.abc import Callable, Iterator

from django.utils import timezone

from blueprint.documents import blueprint_of
from core.database import database_now, owner_cursor
from core.people.models import Member, Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import ROUNDS, Row, row
from devtools.benchmarks.processor import of_all
from devtools.benchmarks.seed import founded
from imports import starting
from imports.file_text import MAX_BYTES
from imports.run import run_workspace
from lifecycle.models import Import, Record

LARGEST, MANY = 1_000_000, 100_000  # a file of so many is brought in once
FEW = 1_000
HEADER = "Id,Name,Email,Company,Source,Employees,Seniority,Pages,Demo,Title\n"
MAPPING = {
    "target": "leads",
    "system": "crm",
    "columns": {
        "Id": "external_id",
        "Name": "name",
        "Email": "email",
        "Company": "account",
        "Source": "source",
        "Employees": "property:employees",
        "Seniority": "property:seniority",
        "Pages": "property:pages_viewed",
        "Demo": "property:demo_requested",
        "Title": "property:job_title",
    },
}
_turns = itertools.count()


def run(workspace: Workspace) -> Iterator[Row]:
    """A thousand rows and ten times as many, up to as many as the workspace has records, a million at most; and how the
    time grows."""
    with workspace_scope(workspace):
        most = min(LARGEST, Record.objects.count())
    size, tenth = FEW, list[float]()
    while size <= most:
        compared, own = _compared(size)
        yield compared
        if tenth:
            times = [each / part for each, part in zip(own, itertools.cycle(tenth), strict=False)]
            yield row(f"File of {size:,} rows ÷ one of {size // 10:,}", own, tenth, times, at_most=12)
        size, tenth = size * 10, own


def _compared(rows: int) -> tuple[Row, list[float]]:
    """Files of fresh leads, each into a workspace of its own."""
    own, bare = list[float](), list[float]()
    for turn in range(ROUNDS if rows <= MANY else 1):
        pairs: list[tuple[list[float], Callable[[Workspace, bytes], None]]] = [(own, ours), (bare, by_hand)]
        for times, deed in reversed(pairs) if turn % 2 else pairs:
            place, content = _workspace(), file_of(rows)
            times.append(of_all(lambda deed=deed, place=place, content=content: deed(place, content)))
    ratios = [raw / ours for raw, ours in zip(bare, own, strict=True)]
    what = f"File of {rows:,} leads ÷ staging, checks, last of an id and upsert by hand"
    return row(what, own, bare, ratios, at_least=0.15), own


def _workspace() -> Workspace:
    return founded(f"file-{time.time_ns():x}-{next(_turns)}")


def file_of(rows: int) -> bytes:
    """Leads of companies of about twenty people; one address in a hundred is none, one row in fifty comes again."""
    unique = f"{time.time_ns():x}"
    lines = [HEADER]
    for number in range(rows):
        known = number - 3 if number % 50 == 49 else number
        at = "" if number % 100 == 7 else f"@firm{known % (rows // 20)}.example"
        lines.append(
            f"{unique}-{known},Lead {known} of many,p{known}.{unique}{at},Firm {known % (rows // 20)},"
            f"{('Website', 'Webinar', 'Partner')[known % 3]},{known * 53 % 480},"
            f"{('Individual', 'Manager', 'Director')[known % 3]},{known % 9},no,Head of things {known % 40}\n"
        )
    return "".join(lines).encode()


def ours(workspace: Workspace, content: bytes) -> None:
    """The product's own way, from the bytes to the last row, as a worker goes it."""
    if len(content) > MAX_BYTES:  # what large files are sent as
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("leads.csv", content)
        content = packed.getvalue()
    with workspace_scope(workspace):
        owner = Member.objects.get(role="owner")
        owner.workspace = workspace
        asked = {"mapping": MAPPING, "start": True}
        job = starting.upload(file_name="leads.csv", content=content, by=owner, at=timezone.now(), asked=asked)
    while not run_workspace(workspace.pk, clock=database_now, until=lambda: False):
        pass
    with workspace_scope(workspace):
        job = Import.objects.get(pk=job.pk)
    assert job.state == Import.State.FINISHED, (job.state, job.error)


def by_hand(workspace: Workspace, content: bytes) -> None:
    """The least, as the owner of the tables, whom no row security costs anything."""
    with workspace_scope(workspace):
        stage = blueprint_of(workspace).pipeline("lifecycle").first
    values = {"workspace": workspace.pk, "at": timezone.now(), "pipeline": stage.pipeline_id, "stage": stage.id}
    with owner_cursor() as cursor:
        cursor.execute("set local statement_timeout = 0; set local enable_nestloop = off; set local work_mem = '64MB'")
        cursor.execute("drop table if exists bench_staging, bench_refused")
        cursor.execute(load("devtools.benchmarks", "staging_by_hand").text)
        columns = "id, name, email, company, source, employees, seniority, pages, demo, title"
        cursor.copy_expert(f"copy bench_staging ({columns}) from stdin (format csv, header)", io.BytesIO(content))
        cursor.execute("analyze bench_staging")
        cursor.execute(load("devtools.benchmarks", "file_by_hand").text, values)
        [told] = cursor.fetchall()
        assert told[0]
        cursor.execute("drop table bench_staging, bench_refused")
