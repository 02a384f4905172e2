"""The product over real HTTP, as `make run` serves it, beside a bare REST framework and prepared statements served
alike: 1, 4 and 8 clients in turn, and the processor time that a request costs."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from statistics import median

from blueprint.documents import blueprint_of
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.scorecard import folded_whole
from devtools.benchmarks.served.clients import Answers, Calls, ask
from devtools.benchmarks.served.company import Company
from devtools.benchmarks.served.servers import BARE, RAW, Served, served
from devtools.benchmarks.served.statements import statements
from devtools.benchmarks.served.table import ServedRow, rows

CLIENTS = (1, 4, 8)
FOR_S, WARM_S, LONGER_S = 1.2, 0.4, 6.0
NAMES = ("ours", "bare REST framework", "prepared statement")  # of an inbox a bare template stands for the second


@dataclass(frozen=True)
class Line:
    """How one of the servers answered one row's calls."""

    HEAD = ("what", "served by", "requests/s", "p50 ms", "p99 ms", "CPU ms a request", "÷ ours", "bound", "met")
    what: str
    by: str
    answers: tuple[Answers, ...]
    ratio: float | None = None
    bound: str = "–"
    is_met: bool = True

    @property
    def cells(self) -> tuple[str, ...]:
        def each(text: str, *figures: float) -> str:
            return " / ".join(format(figure, text) for figure in figures)

        rate = each(".0f", *(answer.a_second for answer in self.answers))
        waits = [each(".0f", *(answer.wait_ms(share) for answer in self.answers)) for share in (0.5, 0.99)]
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f}"
        met = "–" if self.bound == "–" else "yes" if self.is_met else "**missed**"
        return (self.what, self.by, rate, *waits, f"{cost_ms(self.answers):.2f}", ratio, self.bound, met)


@dataclass(frozen=True)
class Longer:
    """How many times as long 99 of 100 waited as at the bare framework, where several clients asked."""

    HEAD = Line.HEAD
    what: str
    ratios: tuple[float, ...]
    most: float

    @property
    def is_met(self) -> bool:
        return max(self.ratios) <= self.most

    @property
    def cells(self) -> tuple[str, ...]:
        told = " / ".join(f"{each:.2f}" for each in self.ratios)
        met = "yes" if self.is_met else "**missed**"
        what = f"{self.what}: p99, {' and '.join(map(str, CLIENTS[1:]))} clients"
        return (what, f"ours ÷ {NAMES[1]}", "–", "–", told, "–", "–", f"≤ {self.most:g}", met)


def cost_ms(answers: tuple[Answers, ...]) -> float:
    """Processor time of a request: the middle one of what it was with few and many clients."""
    return median(answer.cost_ms for answer in answers)


def run(workspace: Workspace) -> Iterator[Line | Longer]:
    """A line for each row and each server."""
    folded_whole(workspace)
    company = Company(workspace)
    env = {"BENCH_WORKSPACE": str(workspace.pk), "BENCH_STATEMENTS": statements(workspace)}
    with workspace_scope(workspace):
        env["BENCH_PIPELINE"] = str(blueprint_of(workspace).pipeline("lifecycle").id)
    with ExitStack() as stack:
        servers = [
            stack.enter_context(served(env={"PEOPLE_PER_MINUTE": "1000000"})),
            stack.enter_context(served(BARE, env)),
            stack.enter_context(served(RAW, env)),
        ]
        for row in rows(company):
            yield from lines(row, servers)


def lines(row: ServedRow, servers: list[Served]) -> Iterator[Line | Longer]:
    """All servers take turns, so that other work on the machine costs each of them alike."""
    asked: list[tuple[str, Served, Calls]] = [
        (name, server, calls)
        for name, server, calls in zip(NAMES, servers, (row.ours, row.bare, row.raw), strict=True)
        if calls is not None
    ]
    for _, server, calls in asked:
        ask(server.port, server.pid, calls, 2, WARM_S)
    for_s = LONGER_S if row.most_longer else FOR_S  # of a hundred waits the longest but one is mere chance
    found: dict[str, list[Answers]] = {name: [] for name, _, _ in asked}
    for clients in CLIENTS:
        for name, server, calls in asked:
            found[name].append(ask(server.port, server.pid, calls, clients, for_s))
    answers = {name: tuple(answered) for name, answered in found.items()}
    ours = answers.pop(NAMES[0])
    longest = ours[0].wait_ms(0.99)
    yield Line(row.name, NAMES[0], ours, None, f"p99 of one ≤ {row.most_ms:,.0f}", longest <= row.most_ms)
    bounded = next(chain(answers), None)
    for name, answered in answers.items():
        ratio = cost_ms(answered) / cost_ms(ours)
        is_bound = name == bounded and row.at_least > 0
        bound = f"≥ {row.at_least:g}" if is_bound else "–"
        yield Line(row.name, name, answered, ratio, bound, not is_bound or ratio >= row.at_least)
    if row.most_longer:
        waits = zip(ours[1:], answers[NAMES[1]][1:], strict=True)
        yield Longer(row.name, tuple(own.wait_ms(0.99) / bare.wait_ms(0.99) for own, bare in waits), row.most_longer)
