"""What stands around every request: its id, its moment, its line in the log, what it may hold; and, where the URL names
a workspace, who asks and the tenant scope around the view and its rendering. No preference names the workspace."""

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.module_loading import import_string
from structlog.contextvars import bind_contextvars, clear_contextvars

from core.bounds import MAX_INTEGER, check_text
from core.errors import BadInput, NotFound, NotSignedIn, Refusal
from core.history.actions import running_version
from core.history.security import Origin, note, origin, request_id
from core.http.requests import TimedRequest, WorkspaceRequest, client_address
from core.http.web import refusal_page
from core.operating.prometheus import count
from core.people.models import Member
from core.people.proof import turn_out_unproved
from core.tenancy.scope import entered, workspace_scope

SAFE = {"GET", "HEAD", "OPTIONS"}
READ_HEADERS = ("Authorization", "Idempotency-Key", "Cookie", "If-Match", "Referer")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
PUBLIC = ("/static/", "/api/v1/schema/", "/api/v1/docs/")
# Asked every few seconds by machines and open pages: counted, and no line each.
QUIET = frozenset({"healthz", "readyz", "metrics", "health/", "w/<slug:workspace>/notices/bell/"})
access = logging.getLogger("revops.access")
View = Callable[..., HttpResponse]


class FrameMiddleware(MiddlewareMixin):
    """Around everything that is not a file. Every request has an id, the caller's when it is a plain one; one line in
    the log and one count, by the route it matched and never by what it named; and an answer that no cache keeps unless
    it is public: no page in the browser of somebody who signed out, no answer of the API in a proxy."""

    get_response: Callable[[HttpRequest], HttpResponse]

    def __call__(self, request: TimedRequest) -> HttpResponse:  # type: ignore[override]
        request.at, started = timezone.now(), time.perf_counter()
        given = request.headers.get("X-Request-Id", "")
        id_token = request_id.set(given if re.fullmatch(r"[\w.-]{8,64}", given) else uuid.uuid4().hex)
        browser = request.headers.get("User-Agent", "")[:200]
        origin_token = origin.set(Origin(client_address(request)[:45], browser))
        clear_contextvars()
        bind_contextvars(request_id=request_id.get())
        try:
            headers = ((name, [request.headers.get(name, "")]) for name in READ_HEADERS)
            refused = _unfit(request, chain([("address", [request.path])], headers, request.GET.lists()))
            response = refused or self.get_response(request)
            if "Cache-Control" not in response and not request.path.startswith(PUBLIC):
                response["Cache-Control"] = "no-store"
            route = request.resolver_match.route if request.resolver_match else "-"
            seconds = time.perf_counter() - started
            count(request.method or "-", route, response.status_code, seconds)
            if route not in QUIET:
                facts = {"method": request.method, "route": route, "status": response.status_code}
                access.info("request", extra={**facts, "ms": round(seconds * 1000)})
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            clear_contextvars()
            origin.reset(origin_token)
            request_id.reset(id_token)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        """Numbers of the address; and the form, where there is one, just before the first who reads it."""
        if any(isinstance(value, int) and value > MAX_INTEGER for value in kwargs.values()):
            return refusal_page(request, NotFound())
        if request.content_type not in FORMS or request.method in SAFE:
            return None
        files = ((name, [file.name or "" for file in files]) for name, files in request.FILES.lists())
        return _unfit(request, chain(request.POST.lists(), files))


def _unfit(request: HttpRequest, pairs: Iterable[tuple[str, list[str]]]) -> HttpResponse | None:
    """The refusal of names or values that no column can hold."""
    try:
        for name, values in pairs:
            for text in (name, *values):
                check_text(text, name)
    except BadInput as refusal:
        return refusal_page(request, refusal)
    return None


class WorkspaceMiddleware(MiddlewareMixin):
    """For every URL with a `<slug:workspace>`: membership and scope; then the view and its rendering inside it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.entrances = [import_string(path) for path in settings.WORKSPACE_ENTRANCES]
        self.wrappers = [import_string(path) for path in settings.WORKSPACE_WRAPPERS]

    def process_view(
        self, request: WorkspaceRequest, view: View, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer the request here, inside the scope, when its URL names a workspace."""
        slug = kwargs.pop("workspace", None)
        if slug is None:
            turn_out_unproved(request)
            return None
        with transaction.atomic():
            response = self._within(request, slug, partial(view, request, *args, **kwargs))
        if response.status_code in (401, 403):
            _note_refusal(request)  # the refusal undid its own transaction: what is told of it comes after
        return response

    def _within(self, request: WorkspaceRequest, slug: str, view: View) -> HttpResponse:
        found: Iterable[Member | None] = (come_in(request, slug) for come_in in self.entrances)
        try:
            member = next(filter(None, found), None)
        except Refusal as refusal:
            return refusal_page(request, refusal)
        if member is None:
            return _turned_away(request)
        workspace = member.workspace
        request.workspace, request.member = workspace, member
        bind_contextvars(workspace=workspace.slug, member=str(member.pk))  # for the log
        # Pages tell and read times where the workspace is; programs in UTC, whoever they are.
        zone = None if request.path.startswith("/api/") else ZoneInfo(workspace.time_zone)
        with entered(workspace.pk), running_version(workspace.blueprint_version), timezone.override(zone):
            return self._answer(request, view)

    def _answer(self, request: WorkspaceRequest, view: View) -> HttpResponse:
        answer: Callable[[], HttpResponse] = partial(_rendered, view)
        for wrapper in self.wrappers:
            answer = partial(wrapper, request, answer)
        try:
            if request.method in SAFE:
                return answer()
            # A refusal of the API asks the database nothing more, so it may undo the whole transaction: two round
            # trips less than undoing a part of it. That a key was used today stays known.
            is_whole = request.path.startswith("/api/") and not getattr(request, "is_use_noted", False)
            with transaction.atomic(savepoint=not is_whole):
                response = answer()
                if response.status_code >= 400:
                    transaction.set_rollback(True)
                return response
        except Http404:
            return refusal_page(request, NotFound())
        except Refusal as refusal:
            return refusal_page(request, refusal)


def _note_refusal(request: WorkspaceRequest) -> None:
    """Tell the security log, where a member is known: who asked, or the one a closed key belongs to. At most ten within
    ten minutes of each, so that refusals do not fill the log."""
    facts: dict[str, Any] = {"method": request.method, "path": request.path[:200]}
    if refusal := getattr(request, "refusal", None):
        facts |= {"code": refusal.code, "detail": refusal.detail[:200]}
    member, kind = getattr(request, "member", None), "refused"
    if member is None and (closed := getattr(request, "closed_key", None)):
        member, kind = closed.member, "key.refused"
        facts |= {"name": closed.name, "prefix": closed.prefix}
    if member is not None:
        with workspace_scope(member.workspace_id):
            note(kind, member=member, at=request.at, facts=facts)


def _turned_away(request: WorkspaceRequest) -> HttpResponse:
    """Strangers sign in first; members of other workspaces learn nothing."""
    if request.user.is_authenticated:
        return refusal_page(request, NotFound())
    if request.path.startswith("/api/"):
        return refusal_page(request, NotSignedIn("Sign in, or send an API key as a bearer token."))
    return redirect_to_login(request.get_full_path())


def _rendered(view: View) -> HttpResponse:
    response = view()
    if not getattr(response, "is_rendered", True):
        response.render()  # type: ignore[attr-defined] # a template's answer, while the scope is open
    return response
