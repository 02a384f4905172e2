"""Pages compressed on their way out, unless another site has sent for them (docs/decisions/0119)."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

OWN = ("", "same-origin", "none")  # from a page of ours, or from the person; an old browser does not say


class PageCompression(GZipMiddleware):
    """HTML alone: files are compressed beforehand, and an answer of the API is short."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the answer where it is a page of ours for a person of ours."""
        is_page = isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html")
        if not is_page or request.headers.get("Sec-Fetch-Site", "") not in OWN:
            return response
        return super().process_response(request, response)
