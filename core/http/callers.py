"""Who is calling: the address a request came from, and what of its answer may be kept by anybody on the way."""

from collections.abc import Callable

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse

from core.history.security import Origin, origin

PUBLIC = ("/static/", "/api/v1/schema/", "/api/v1/docs/")


def client_address(request: HttpRequest) -> str:
    """The caller's address: what the outermost of `TRUSTED_PROXIES` proxies saw, else the peer's. A header that is
    shorter than the chain of proxies did not come through them, and then it is the peer's as well; '' for a socket."""
    try:
        return get_client_ip(request) or ""
    except (ImproperlyConfigured, PermissionDenied, ValueError):
        return str(request.META.get("REMOTE_ADDR", ""))


class CallerMiddleware:
    """Notes where a request comes from for the security log, and forbids every cache to keep what is not public: a page
    in the browser of somebody who signed out, an answer of the API in a proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = origin.set(Origin(client_address(request)[:45], request.headers.get("User-Agent", "")[:200]))
        try:
            response = self.get_response(request)
        finally:
            origin.reset(token)
        if "Cache-Control" not in response and not request.path.startswith(PUBLIC):
            response["Cache-Control"] = "no-store"
        return response
