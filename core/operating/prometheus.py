"""Figures for Prometheus: requests as this product's processes counted them, and readiness as the database tells it.

Web servers are several processes; their counts lie in files of one folder (`PROMETHEUS_MULTIPROC_DIR`, set in
`revops/wsgi.py`) and are added up when somebody asks. No label names a workspace or anybody in it.
"""

import logging
import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.operating.readiness import readiness

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

log = logging.getLogger(__name__)
_own = CollectorRegistry()
REQUESTS = Counter("revops_requests", "Requests answered.", ["method", "route", "status"], registry=_own)
SECONDS = Histogram(
    "revops_request_seconds", "How long they took.", ["method", "route"], buckets=BUCKETS, registry=_own
)


def count(method: str, route: str, status: int, seconds: float) -> None:
    """One request more. An unheard-of method is no label of its own."""
    known = method if method in METHODS else "other"
    try:
        REQUESTS.labels(known, route, str(status)).inc()
        SECONDS.labels(known, route).observe(seconds)
    except OSError as trouble:  # the folder is gone or full: a request is answered, counted or not
        log.warning("a request could not be counted: %s", trouble)


def scraped() -> bytes:
    """Everything, in Prometheus' text format. Costs what `/readyz` costs."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)
        requests = generate_latest(registry)
    else:
        requests = generate_latest(_own)
    told = CollectorRegistry()
    told.register(_Readiness())
    return requests + generate_latest(told)


class _Readiness(Collector):
    """The same figures as `/readyz`."""

    def collect(self) -> Iterator[Metric]:
        found = readiness()
        up = GaugeMetricFamily("revops_up", "Whether it answers: 1 or 0.", labels=["part"])
        up.add_metric(["database"], float(found.database == "ok"))
        up.add_metric(["redis"], float(found.redis == "ok"))
        yield up
        yield GaugeMetricFamily("revops_ready", "Whether promises are kept: 1 or 0.", value=float(found.is_ready))
        for name, value in found.figures.items():
            if value is not None:
                yield GaugeMetricFamily(f"revops_{name}", f"{name.replace('_', ' ').capitalize()}.", value=value)
        age = GaugeMetricFamily("revops_task_age_seconds", "Since a task last came to its end.", labels=["task"])
        took = GaugeMetricFamily("revops_task_took_seconds", "How long it took then.", labels=["task"])
        runs = CounterMetricFamily("revops_task_runs", "How often it came to its end.", labels=["task"])
        for task, told in sorted(found.tasks.items()):
            age.add_metric([task], told["age_seconds"])
            took.add_metric([task], told["took_ms"] / 1000)
            runs.add_metric([task], told["runs"])
        yield from (age, took, runs)
