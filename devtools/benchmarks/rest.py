"""Many workspaces in which nothing happens: the processor time of every process of the product, and of its servers."""

import time
from collections.abc import Iterator

from core.database import database_now
from core.people.models import Workspace
from devtools.benchmarks import processor
from devtools.benchmarks.measure import Told
from devtools.benchmarks.scorecard import folded_whole
from devtools.benchmarks.seed import founded
from devtools.benchmarks.served.servers import served, working
from scorecard.tasks import workspaces_to_fold

MANY, SETTLED_S, FOR_S = 1_000, 60, 120


def run(workspace: Workspace) -> Iterator[Told]:
    """One row: what a minute of rest costs, in hundredths of a processor."""
    for place in range(MANY):
        slug = f"rest-{place}"
        if not Workspace.objects.filter(slug=slug).exists():
            founded(slug)
    waiting = workspaces_to_fold(database_now())
    for each in Workspace.objects.filter(pk__in=waiting):
        folded_whole(each)
    with served() as web, working() as workers:
        pids = [web.pid, *workers, *processor.servers()]
        time.sleep(SETTLED_S)  # the first look at everything is over
        before, started = [processor.seconds_of_family(pid) for pid in pids], time.perf_counter()
        time.sleep(FOR_S)
        after, took = [processor.seconds_of_family(pid) for pid in pids], time.perf_counter() - started
    shares = [(late - early) / took for late, early in zip(after, before, strict=True)]
    names = ("web", *("worker", "clocks", "beat"), "PostgreSQL", "Redis")
    parts = ", ".join(f"{name} {share:.1%}" for name, share in zip(names, shares, strict=True))
    what = f"{MANY:,} workspaces at rest: all processes, of one processor"
    yield Told(what, f"{sum(shares):.1%} ({parts})", "≤ 5 %", sum(shares) <= 0.05)
