"""Clients that ask over real HTTP, each on a connection of its own, one request after the other."""

import http.client
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from devtools.benchmarks import processor


@dataclass(frozen=True)
class Call:
    """One request."""

    path: str
    body: bytes | None = None
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def verb(self) -> str:
        return self.method or ("GET" if self.body is None else "POST")


Calls = Iterator[Call]


@dataclass(frozen=True)
class Answers:
    """How a server answered so many clients."""

    clients: int
    took_s: float
    waits_s: tuple[float, ...]
    processor_s: float

    @property
    def a_second(self) -> float:
        return len(self.waits_s) / self.took_s

    @property
    def cost_ms(self) -> float:
        """Processor milliseconds of a request, the web server's and PostgreSQL's."""
        return self.processor_s / len(self.waits_s) * 1000

    def wait_ms(self, share: float) -> float:
        """What that share of the requests did not wait longer than."""
        return sorted(self.waits_s)[max(0, math.ceil(len(self.waits_s) * share) - 1)] * 1000


def ask(port: int, pid: int, calls: Calls, clients: int, for_s: float) -> Answers:
    """Let so many clients ask for so long. Raises RuntimeError with the first answer that is no success."""
    waits, faults, lock = list[float](), list[str](), threading.Lock()

    def client(until: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        own = list[float]()
        while not faults and (not own or time.perf_counter() < until):
            with lock:
                call = next(calls)
            started = time.perf_counter()
            connection.request(call.verb, call.path, call.body, call.headers)
            answer = connection.getresponse()
            text = answer.read()
            own.append(time.perf_counter() - started)
            if answer.status >= 300:
                faults.append(f"{call.verb} {call.path}: {answer.status} {text[:300]!r}")
        connection.close()
        waits.extend(own)

    before = processor.seconds_of_sessions(), processor.seconds_of_tree(pid)
    took = _together(client, clients, for_s)
    after = processor.seconds_of_sessions(), processor.seconds_of_tree(pid)
    if faults:
        raise RuntimeError(faults[0])
    sessions = sum(spent - before[0].get(session, 0.0) for session, spent in after[0].items())
    return Answers(clients, took, tuple(waits), sessions + after[1] - before[1])


def _together(client: Callable[[float], None], clients: int, for_s: float) -> float:
    started = time.perf_counter()
    threads = [threading.Thread(target=client, args=[started + for_s]) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started
