"""The operator's addresses, for nobody in particular, and the page of what was set aside, for admins."""

import hmac
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views import View
from prometheus_client import CONTENT_TYPE_LATEST

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.operating import queries
from core.operating.prometheus import scraped
from core.operating.readiness import readiness, redis_answers
from core.operating.setting_aside import try_again
from core.people.permissions import permit

LOOPBACK = {"127.0.0.1", "::1"}


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers. Nothing is asked of anybody."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 while the product keeps its promises, else 503: the ages of everything that should have been done by now."""
    found = readiness()
    headers = {"Cache-Control": "no-store"}
    answer = JsonResponse(found.as_json(), status=200 if found.is_ready else 503, headers=headers)
    answer._has_been_logged = True  # type: ignore[attr-defined] # to a monitor 503 is an answer like another; a line at each look tells nothing new
    return answer


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. Redis carries no truth: its silence is told and is no reason to stop."""
    told = {"database": "ok", "redis": "ok" if redis_answers() else "silent"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except OperationalError:
        return JsonResponse({**told, "database": "silent"}, status=503)
    return JsonResponse(told)


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for whoever has the token; where none is set, only for this very machine."""
    if not _may_scrape(request):
        return HttpResponse(
            "Send the token of METRICS_TOKEN as a bearer token.\n", status=403, content_type="text/plain"
        )
    return HttpResponse(scraped(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _may_scrape(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    # Behind a proxy on this machine everybody comes from it, and the proxy says so.
    is_forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not is_forwarded


class SetAsideRows(View):
    """What passes could not do and left behind."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "aside.read")
        context = {"rows": queries.set_aside_rows(), "passes": queries.failing_passes(), "at": request.at}
        return page(request, "operating/set_aside.html", context)


class Retry(View):
    """One more try, now."""

    def post(self, request: WorkspaceRequest, row_id: UUID) -> HttpResponse:
        tried = try_again(row_id, by=request.member, at=request.at)
        if tried.outcome == "failed":
            messages.error(request, f"{tried.what}: it failed again.")
        else:
            messages.success(request, f"{tried.what}: {'done' if tried.outcome == 'done' else 'under way'}.")
        return redirect("operating:set_aside", request.workspace.slug)
