"""Opens the tenant scope around the view and its rendering. The workspace is in the URL, never in a preference."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from structlog.contextvars import bind_contextvars

from core.errors import NotFound, NotSignedIn, Refusal
from core.history.versions import running_version
from core.http.requests import WorkspaceRequest
from core.http.web import refusal_page
from core.people.authenticate import Entrance, entrances
from core.people.proof import turn_out_unproved
from core.people.refusals import note_refusal
from core.tenancy.scope import entered
from core.tenancy.zones import local_time

SAFE = {"GET", "HEAD", "OPTIONS"}


class WorkspaceMiddleware:
    """For every URL with a `<slug:workspace>`: membership, clock, scope; then the view and its rendering inside it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: WorkspaceRequest) -> HttpResponse:
        request.at = timezone.now()
        return self.get_response(request)

    def process_view(
        self, request: WorkspaceRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer the request here, inside the scope, when its URL names a workspace."""
        slug = kwargs.pop("workspace", None)
        if slug is None:
            turn_out_unproved(request)
            return None
        response = self._within(request, slug, view, args, kwargs)
        if response.status_code in (401, 403):
            note_refusal(request)  # the refusal undid its own transaction: what is told of it comes after
        return response

    def _within(
        self, request: WorkspaceRequest, slug: str, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse:
        with transaction.atomic():
            try:
                entrance = self._enter(request, slug)
            except Refusal as refusal:
                return refusal_page(request, refusal)
            if entrance is None:
                return self._turn_away(request)
            request.workspace, request.member = entrance.workspace, entrance.member
            workspace = entrance.workspace
            bind_contextvars(workspace=workspace.slug, member=str(entrance.member.pk))  # for the log
            with entered(workspace.pk), running_version(workspace.blueprint_version), _speaking_time(request):
                return self._answer(request, view, args, kwargs)

    def _enter(self, request: WorkspaceRequest, slug: str) -> Entrance | None:
        for entrance in entrances():
            if found := entrance(request, slug):
                return found
        return None

    def _turn_away(self, request: WorkspaceRequest) -> HttpResponse:
        """Strangers sign in first; members of other workspaces learn nothing."""
        if request.user.is_authenticated:
            return refusal_page(request, NotFound())
        if request.path.startswith("/api/"):
            return refusal_page(request, NotSignedIn("Sign in, or send an API key as a bearer token."))
        return redirect_to_login(request.get_full_path())

    def _answer(
        self, request: WorkspaceRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse:
        answer = partial(_rendered_answer, view, request, args, kwargs)
        for wrapper in wrappers():
            answer = partial(wrapper, request, answer)
        try:
            if request.method in SAFE:
                return answer()
            with transaction.atomic():
                response = answer()
                if response.status_code >= 400:
                    transaction.set_rollback(True)
                return response
        except Http404:
            return refusal_page(request, NotFound())
        except Refusal as refusal:
            return refusal_page(request, refusal)


Wrapper = Callable[[WorkspaceRequest, Callable[[], HttpResponse]], HttpResponse]


def wrappers() -> list[Wrapper]:
    """What stands around every view, innermost first, as named in `settings.WORKSPACE_WRAPPERS`."""
    return [import_string(path) for path in settings.WORKSPACE_WRAPPERS]


def _speaking_time(request: WorkspaceRequest) -> AbstractContextManager[None]:
    """Pages tell and read times where the workspace is; programs in UTC, whoever they are."""
    return nullcontext() if request.path.startswith("/api/") else local_time(request.workspace)


def _rendered_answer(
    view: Callable[..., HttpResponse], request: WorkspaceRequest, args: Any, kwargs: dict[str, Any]
) -> HttpResponse:
    response = view(request, *args, **kwargs)
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    return response
