"""What is asked of the servers: a row names a request of ours, the same of the baselines, and a bound."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from devtools.benchmarks.seed import REPS
from devtools.benchmarks.served.clients import Call, Calls
from devtools.benchmarks.served.company import BATCH, Company, batch, lead, open_offers
from handoffs.queries.inbox import AT_FIRST


@dataclass(frozen=True)
class ServedRow:
    """`at_least`: the baseline's processor time of a request ÷ ours, of the bare framework's where there is one and
    else of the raw statement's. `most_ms`: what 99 of 100 requests of a single client may wait."""

    name: str
    ours: Calls
    bare: Calls | None = None
    raw: Calls | None = None
    at_least: float = 0.0
    most_ms: float = 2_000
    most_longer: float = 0.0
    """How many times as long as at the bare framework 99 of 100 may wait where several clients ask; 0 is not told."""


def every(made: Callable[[], Call]) -> Calls:
    """A call, again and again, made anew each time."""
    while True:
        yield made()


def post(path: str, body: Any) -> Call:
    """To a baseline."""
    return Call(path, json.dumps(body).encode(), headers={"Content-Type": "application/json"})


def rows(company: Company) -> Iterator[ServedRow]:
    """What is read, the pages, then what writes."""
    yield from reads(company)
    yield from pages(company)
    yield from writes(company)


def reads(company: Company) -> Iterator[ServedRow]:
    """Records and handoffs, one and many."""
    numbers = [record.number for record in company.records]
    yield ServedRow(
        "Record by number",
        cycle(company.call(f"records/{number}") for number in numbers),
        cycle(Call(f"/records/{number}") for number in numbers),
        cycle(Call(f"/record?number={number}") for number in numbers),
        at_least=0.5,
    )
    yield ServedRow(
        "List of 50 records",
        cycle([company.call("records?kind=lead&limit=50")]),
        cycle([Call("/records?kind=lead")]),
        cycle([Call("/records?kind=lead")]),
        at_least=1,
    )
    yield ServedRow(
        "Look-up by address",
        cycle(company.call(f"records?email={record.email}") for record in company.records),
        cycle(Call(f"/records?email={record.email}") for record in company.records),
        cycle(Call(f"/lookup?email={record.email}") for record in company.records),
        at_least=0.5,
    )
    yield ServedRow(
        "Search for a common and a rare word",
        cycle(company.call(f"search?q=record+r{number}") for number in numbers),
        cycle(Call(f"/records/search?q=record+r{number}") for number in numbers),
        cycle(Call(f"/search?words={{record,r{number}}}") for number in numbers),
        at_least=0.5,
    )
    yield ServedRow(
        "List of 50 handoffs",
        cycle([company.call("handoffs?limit=50")]),
        cycle([Call("/handoffs")]),
        cycle([Call("/handoffs")]),
        at_least=0.5,
    )


def writes(company: Company) -> Iterator[ServedRow]:
    """Leads in, one and many; and handoffs answered. By hand a statement does all of it, with fixed thresholds."""
    for is_routed in (False, True):
        yield ServedRow(
            f"One lead in, {'routed' if is_routed else 'not routed'}",
            every(lambda is_routed=is_routed: company.call("records", lead(is_routed))),
            every(lambda is_routed=is_routed: post("/records", lead(is_routed))),
            every(lambda is_routed=is_routed: post("/leads", [lead(is_routed)])),
            at_least=0.7 if is_routed else 0.5,
            most_longer=2 if is_routed else 0,
        )
    yield ServedRow(
        f"{BATCH} leads in a call, one in four routed",
        every(lambda: company.call("records:batch", batch())),
        every(lambda: post("/records", batch())),
        every(lambda: post("/leads", batch())),
        at_least=0.3,
    )
    offers = open_offers(company)
    yield ServedRow(
        "A handoff accepted",
        every(lambda: company.call(f"handoffs/{next(offers)}/acceptance", {})),
        every(lambda: post(f"/handoffs/{next(offers)}/acceptance", {})),
        every(lambda: Call(f"/acceptance?number={next(offers)}")),
        at_least=0.3,
    )


def pages(company: Company) -> Iterator[ServedRow]:
    """What people open, and what the scorecard is asked by programs."""
    for place, size in ((REPS - 2, 10), (REPS - 1, 100)):
        who = company.sign_in_rep(place)
        raw = cycle([Call(f"/inbox?assignee={company.reps[place].pk}&size={min(size, AT_FIRST)}")])
        bare = cycle([Call(f"/inbox?assignee={company.reps[place].pk}")])
        page = cycle([company.look("inbox/", who)])
        yield ServedRow(
            f"Inbox of {size} rows, the first {min(size, AT_FIRST)}, the page", page, bare, raw, at_least=0.33
        )
    numbers = [record.number for record in company.records]
    yield ServedRow("Record, the page", cycle(company.look(f"records/{number}/") for number in numbers))
    for name, path in {
        "Handoffs, the page": "handoffs/",
        "Records, the page": "records/",
        "Scorecard, the page": "scorecard/?period=90d",
        "Funnel, the page": "funnel/?period=90d",
    }.items():
        yield ServedRow(name, cycle([company.look(path)]))
    yield ServedRow("Scorecard of 90 days, the call", cycle([company.call("scorecard?period=90d")]))
    yield ServedRow("Funnel of 90 days, the call", cycle([company.call("funnel?period=90d")]))
