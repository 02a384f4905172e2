"""Every address that can be looked at on a large workspace, and every filter of a list, finding nothing included: none
may take two seconds of the processors. One that takes more is looked at once; no statement holds the run for long. Of a
file that goes out while it is made, it is the first piece that somebody waits for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from statistics import median
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.people.models import Member, Team, Workspace
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.processor import spent
from devtools.benchmarks.scorecard import folded_whole
from handoffs.models import Handoff, Task
from lifecycle.models import Account, Record
from scorecard.kinds import KINDS

MOST_S, WORTH_TELLING_S = 2.0, 0.5
CALLS = 3
PATIENCE = "set statement_timeout = '30s'; set max_parallel_workers_per_gather = 0"  # all of it by one session
BACKEND = "django.contrib.auth.backends.ModelBackend"
IN_WORKSPACE = re.compile(r"(api/v1/)?w/<slug:workspace>/")
HOLE = re.compile(r"<(?:\w+:)?(\w+)>")
SEEDED_WITHOUT = ("packet/files", "balance", "handovers")
PERIODS = ("period=30d", "period=90d", "period=all")


@dataclass(frozen=True)
class Look:
    """One address, and how much of the processors its answer takes."""

    HEAD = ("what is looked at", "processor ms, the middle one", "most", "bound", "met")
    path: str
    times: tuple[float, ...]
    status: int
    beside: int = 0
    """How many more took less."""

    @property
    def is_met(self) -> bool:
        return median(self.times) <= MOST_S and self.status in (200, 204, 302)

    @property
    def cells(self) -> tuple[str, ...]:
        middle, longest = (f"{figure * 1000:,.0f}" for figure in (median(self.times), max(self.times)))
        met = "yes" if self.is_met else f"**missed**, {self.status}"
        others = f" and {self.beside} faster ones" if self.beside else ""
        return (f"`{self.path}`{others}", middle, longest, f"≤ {MOST_S * 1000:,.0f}", met)


def run(workspace: Workspace) -> Iterator[Look]:
    """A row for each, as the founder sees it."""
    folded_whole(workspace)
    with workspace_scope(workspace):
        paths = list(asked(blueprint_of(workspace)))
    with override_settings(ALLOWED_HOSTS=["*"], PEOPLE_PER_MINUTE=1_000_000):
        client = Client(raise_request_exception=False)
        client.force_login(get_user_model().objects.get(email=f"{workspace.slug}@bench.example"), backend=BACKEND)
        with connection.cursor() as cursor:
            cursor.execute(PATIENCE)
        for path in paths:
            yield looked_at(client, path.replace("<slug:workspace>", workspace.slug))


def worth_keeping(rows: list[Look]) -> list[Look]:
    """The slow ones, the slowest first, and the slowest of the others: the document names no two hundred fast ones."""
    ordered = sorted(rows, key=lambda row: -median(row.times))
    slow = [row for row in ordered if not row.is_met or median(row.times) >= WORTH_TELLING_S]
    fast = [row for row in ordered if row not in slow]
    return [*slow, *(replace(each, beside=len(fast) - 1) for each in fast[:1])]


def looked_at(client: Client, path: str) -> Look:
    """Three times in turn; once where that took too long already."""
    answers, times = list[Any](), list[float]()
    while len(times) < CALLS and sum(times) < MOST_S:
        times.append(spent(lambda: answers.append(begun(client.get(path)))))
    return Look(path, tuple(times), max(answer.status_code for answer in answers))


def begun(answer: Any) -> Any:
    """The answer, when its first piece was made."""
    if answer.streaming:
        next(iter(answer.streaming_content))
        answer.close()
    return answer


def asked(terms: Blueprint) -> Iterator[str]:
    """Each address with its holes filled, alone and with what can be asked of it. Says which holes
    nothing is there for."""
    known, queries, unknown = samples(terms), filters(terms), list[str]()
    for route in sorted(routes(get_resolver())):
        place = IN_WORKSPACE.sub(lambda found: "api/" if found[1] else "", route)
        holes = HOLE.findall(place)
        about = place.removeprefix("api/").split("<")[0].strip("/")
        is_empty = any(f"{thing}/<" in place for thing in SEEDED_WITHOUT)
        values = [() if is_empty else known.get(about, known.get(about.split("/")[0], ())) for _ in holes]
        if not all(values):
            unknown.append(place)
        for given in product(*values):
            filled = f"/{route}"
            for hole, value in zip(holes, given, strict=True):
                filled = re.sub(rf"<(\w+:)?{hole}>", str(value), filled)
            if place.endswith(("rows", "rows/")):
                yield from (f"{filled}?period=all&part={part}" for part in parts_of(terms, given[0]))
            elif place not in ("search/", "api/search"):
                yield filled
            yield from (f"{filled}?{query}" for query in queries.get(place, ()))
    print(f"  (not looked at, as the company has none: {', '.join(unknown)})", flush=True)


def parts_of(terms: Blueprint, key: str) -> tuple[str, ...]:
    """The parts of a metric whose rows can be listed."""
    return next(tuple(KINDS[metric.kind].parts) for metric in terms.metrics if metric.key == key)


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address of a workspace that answers GET."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern) and IN_WORKSPACE.match(route) and answers_get(entry.callback):
            yield route


def answers_get(callback: Any) -> bool:
    """A viewset by its actions, a view by its methods."""
    if actions := getattr(callback, "actions", None):
        return "get" in actions
    return hasattr(getattr(callback, "view_class", None) or getattr(callback, "cls", None), "get")


def samples(terms: Blueprint) -> dict[str, list[Any]]:
    """What fills the holes, by what stands before them."""
    record = Record.objects.filter(kind="opportunity").exclude(account=None).order_by("created_at")[7]
    offered = Handoff.objects.open().first()
    return {
        "records": [record.number],
        "accounts": [Account.objects.order_by("number").first().number],
        "handoffs": [offered.number],
        "tasks": [Task.objects.first().number],
        "people": [Member.objects.filter(role="rep").first().pk],
        "people/teams": [Team.objects.first().key],
        "teams": [Team.objects.first().key],
        "blueprint/versions": [1],
        "scorecard": [metric.key for metric in terms.metrics],
        "metrics": [metric.key for metric in terms.metrics],
        "funnel/seams": [seam.key for seam in terms.seams],
        "funnel/steps": ["subscriber", "lead", "mql", "opportunity", "renewal.renewed"],
    }


def filters(terms: Blueprint) -> dict[str, list[str]]:
    """What can be asked of lists and figures."""
    busy, idle = Member.objects.filter(role="rep").order_by("id")[0], Member.objects.get(role="owner")
    record = Record.objects.filter(kind="lead").order_by("created_at")[7]
    of_records = [
        "stage=lifecycle/mql",
        "stage=lifecycle/customer",
        "owner=none",
        "source=Trade fair",
        "source=No such",
    ]
    of_handoffs = [f"state={state}" for state in Handoff.State.values] + ["late=true", "late=false", "assignee=none"]
    of_handoffs += [f"seam={seam.key}" for seam in terms.seams] + [f"record={record.number}", "record=987654321"]
    of_handoffs += [f"assignee={each.email}" for each in (busy, idle)]
    figures = [*PERIODS, *(f"{each}&segment={by}" for each in PERIODS for by in ("owner", "source"))]
    words = ["q=record r77", "q=even odd", "q=record firm5", "q=nowhere record", "q=nowhere"]
    return {
        "records/": [
            *of_records,
            f"owner={busy.pk}",
            f"owner={idle.pk}",
            *(f"kind=lead&{each}" for each in words),
            *words,
        ],
        "accounts/": ["q=nowhere", "q=firm"],
        "handoffs/": of_handoffs,
        "search/": words,
        "scorecard/": figures,
        "scorecard/<slug:key>/": ["period=all", "period=all&segment=source", "period=90d&known_on=2026-10-01"],
        "funnel/": list(PERIODS),
        "funnel/seams/<slug:key>/": list(PERIODS),
        "funnel/steps/<str:key>/": list(PERIODS),
        "tasks/": ["when=done", "whose=all"],
        "api/records": [
            *of_records,
            *(f"kind=customer&{each}" for each in of_records[2:]),
            *(f"owner={each.email}" for each in (busy, idle)),
            *("owner=nobody@nowhere.example", "pipeline=lifecycle", "pipeline=renewal", "kind=customer"),
            *(f"email={record.email}", "email=nobody@nowhere.example", "external_id=x77", "external_id=none"),
        ],
        "api/accounts": ["domain=firm5.example", "domain=nowhere.example"],
        "api/handoffs": of_handoffs,
        "api/search": words,
        "api/tasks": ["state=done", "whose=all", "whose=all&order=-made"],
        "api/scorecard": figures,
        "api/metrics/<slug:key>": ["period=all", "period=all&segment=source"],
        "api/funnel": list(PERIODS),
        "api/funnel/seams/<slug:key>": list(PERIODS),
    }
