"""Pages of records, accounts, search and imports, below /w/<workspace>/."""

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def soon(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Stands here for minutes, until the pages land."""
    return HttpResponse("soon")


app_name = "lifecycle"
urlpatterns = [
    path("records/", soon, name="records"),
    path("records/<int:number>/", soon, name="record"),
    path("accounts/", soon, name="accounts"),
    path("accounts/<int:number>/", soon, name="account"),
    path("search/", soon, name="search"),
]
if find_spec("lifecycle.import_urls"):
    urlpatterns.append(path("", include("lifecycle.import_urls")))
else:
    urlpatterns += [path("imports/", soon, name="imports"), path("imports/<int:number>/", soon, name="import")]
