"""What the middleware writes on every request within a workspace, for those who read it; and who is calling."""

from dataclasses import dataclass
from datetime import datetime

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from core.errors import Refusal
from core.people.models import Member, Workspace


@dataclass(frozen=True)
class ClosedKey:
    """A key that was ours and opens nothing any more, for the security log."""

    member: Member
    name: str
    prefix: str


class TimedRequest(HttpRequest):
    """Any request, with the moment at which it came."""

    at: datetime


class WorkspaceRequest(TimedRequest):
    """A request within a workspace: who asks, and where."""

    member: Member
    workspace: Workspace
    htmx: HtmxDetails
    closed_key: ClosedKey  # a key of ours that opens nothing any more
    is_use_noted: bool  # the key's first use of the day was written, and stays whatever the answer
    refusal: Refusal  # what it was answered with, where it was refused


class ApiRequest(Request):
    """A call within a workspace. DRF's request passes on what the middleware wrote on Django's."""

    member: Member
    workspace: Workspace
    at: datetime


def client_address(request: HttpRequest) -> str:
    """The caller's address: what the outermost of `TRUSTED_PROXIES` proxies saw, else the peer's. A header that is
    shorter than the chain of proxies did not come through them, and then it is the peer's as well; '' for a socket."""
    try:
        return get_client_ip(request) or ""
    except (ImproperlyConfigured, PermissionDenied, ValueError):
        return str(request.META.get("REMOTE_ADDR", ""))
