"""Every request leaves one line in the log and is counted, by the route it matched and never by what it named."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

from core.history.actions import request_id
from core.operating.metrics import count

access = logging.getLogger("revops.access")
# Asked every few seconds by machines: counted, and no line each.
QUIET = frozenset({"healthz", "readyz", "metrics", "health/"})


class WatchMiddleware:
    """Stands inside the request's id and around everything else that is not a file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clear_contextvars()
        bind_contextvars(request_id=request_id.get())
        started = time.perf_counter()
        response = self.get_response(request)
        _tell(request, response.status_code, time.perf_counter() - started)
        clear_contextvars()
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern that the address matched, with holes where it names anything; a dash where it matched none."""
    match = getattr(request, "resolver_match", None)
    return match.route if match is not None else "-"


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    route = route_of(request)
    count(request.method or "-", route, status, seconds)
    if route not in QUIET:
        facts = {"method": request.method, "route": route, "status": status, "ms": round(seconds * 1000)}
        access.info("request", extra=facts)
