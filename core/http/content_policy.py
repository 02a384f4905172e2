"""The content security policy of every answer. It names no nonce and no view changes it, so it is written once; the
library's own middleware puts it together from the settings for each answer, twice."""

from functools import cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin


class ContentPolicyMiddleware(MiddlewareMixin):
    """Says with each answer what a page may load, and from where."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not (settings.DEBUG and response.status_code in (404, 500)):  # Django's own pages about a fault
            response.headers.setdefault(HEADER, _written())
        return response


@cache
def _written() -> str:
    return build_policy()
