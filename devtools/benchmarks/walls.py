"""What row security costs: the product's hot statements by the role that serves, against the same by the owner of the
tables, whom no wall holds. Only the session's time on a processor counts: planning and running."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from django.db import transaction
from django.utils import timezone

from blueprint.documents import blueprint_of
from core.database import as_owner
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.intake import lead, tag
from devtools.benchmarks.measure import Row, row
from devtools.benchmarks.processor import of_session
from handoffs.actions.answering import accept
from handoffs.models import Handoff
from handoffs.queries.inbox import inbox
from lifecycle.actions.intake import take_in
from lifecycle.intake.batch_rows import Incoming
from lifecycle.models import Record
from lifecycle.record_list import list_records
from lifecycle.word_search import search

TURNS, CALLS, WARM = 3, 100, 10
Deed = Callable[[], Any]


def run(workspace: Workspace) -> Iterator[Row]:
    """A row for each of them."""
    with workspace_scope(workspace):
        take_in(workspace, [_incoming()], by=_founder(workspace), at=timezone.now())  # whose handoff is accepted
    for what, deed in _deeds(workspace).items():
        own, bare = list[float](), list[float]()
        for turn in range(TURNS):
            for times, is_bound in ((own, True), (bare, False))[:: 1 if turn % 2 else -1]:
                times.append(_statements(workspace, deed, is_bound))
        ratios = [ours / raw for ours, raw in zip(own, bare, strict=True)]
        yield row(f"{what}: statements with row security ÷ without", own, bare, ratios, at_most=1.25)


def _statements(workspace: Workspace, deed: Deed, is_bound: bool) -> float:
    """Seconds of the session for one call, on a connection that has made it some times already."""
    with ExitStack() as stack:
        if not is_bound:
            stack.enter_context(as_owner())
        with workspace_scope(workspace):

            def calls(number: int) -> None:
                for _ in range(number):
                    with transaction.atomic():
                        deed()
                        transaction.set_rollback(True)

            calls(WARM)
            return of_session(lambda: calls(CALLS)) / CALLS


def _deeds(workspace: Workspace) -> dict[str, Deed]:
    """By name."""
    with workspace_scope(workspace):
        terms, at, by = blueprint_of(workspace), timezone.now(), _founder(workspace)
        rep = Member.objects.filter(role="rep", email__startswith="rep19@").get()
        some = Record.objects.filter(kind="lead").order_by("created_at")[5]
        offered = Handoff.objects.open().filter(seam__key="marketing_to_sales").order_by("-offered_at")[0]
    return {
        "Record by its address": lambda: list_records(terms, {"email": some.email}, ""),
        "List of 50 records": lambda: list_records(terms, {"kind": "lead"}, ""),
        "Search for a common and a rare word": lambda: search(f"record r{some.number}"),
        "Inbox of a hundred": lambda: inbox(rep, at),
        "One lead in, routed": lambda: take_in(workspace, [_incoming()], by=by, at=at),
        "A handoff accepted": lambda: accept(offered, by=by, at=at),
    }


def _founder(workspace: Workspace) -> Member:
    founder = Member.objects.get(role="owner")
    founder.workspace = workspace
    return founder


def _incoming() -> Incoming:
    said = lead(0, tag()) | {"properties": {"employees": 900, "seniority": "VP", "demo_requested": True}}
    core = {key: said[key] for key in ("name", "email", "source", "account")}
    return Incoming(0, "lead", core=core, properties=said["properties"], system="crm", external_id=said["external_id"])
