"""The operator's addresses, for nobody in particular, and the page of what was set aside, for admins."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views import View

from revops.operating import queries
from revops.operating.readiness import readiness
from revops.operating.setting_aside import try_again
from revops.web import page
from revops.workspaces.permissions import permit


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers. Nothing is asked of anybody."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 while the product keeps its promises, else 503: the ages of everything that should have been done by now."""
    found = readiness()
    headers = {"Cache-Control": "no-store"}
    return JsonResponse(found.as_json(), status=200 if found.is_ready else 503, headers=headers)


class SetAsideRows(View):
    """What passes could not do and left behind."""

    def get(self, request: HttpRequest) -> HttpResponse:
        permit(request.member, "aside.read")
        passes = queries.failing_passes()
        context = {"rows": queries.set_aside_rows(request.member), "passes": passes, "at": request.at}
        return page(request, "operating/set_aside.html", context)


class Retry(View):
    """One more try, now."""

    def post(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        tried = try_again(row_id, by=request.member, at=request.at)
        if tried.outcome == "done":
            messages.success(request, f"{tried.what}: done.")
        elif tried.outcome == "begun":
            messages.success(request, f"{tried.what}: under way.")
        else:
            messages.error(request, f"{tried.what}: it failed again.")
        return redirect("operating:set_aside", request.workspace.slug)
