"""The page of what waits for nobody, and sending it on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View

from blueprint.documents import blueprint_of
from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may, permit
from handoffs import queries
from handoffs.actions import releasing

FILTERS = ("cause", "seam")
MOST = 1_000


class LimboPage(View):
    """Whatever waits for nobody who can act, longest waiting first."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "limbo.read")
        filters = {key: request.GET.get(key, "").strip() for key in FILTERS}
        after, here = request.GET.get("after", "").strip(), (request.workspace, request.at)
        items, after = queries.limbo_page(*here, cause=filters["cause"], seam=filters["seam"], after=after)
        limbo = queries.limbo_counts(request.workspace, request.at, seam=filters["seam"])
        more = request.GET.copy()
        more["after"] = after
        context: dict[str, Any] = {
            "items": items,
            "after": after,
            "more": more.urlencode(),
            "limbo": limbo,
            "causes": [(key, queries.CAUSES[key][0], count) for key, count in limbo.counts.items()],
            "filters": filters,
            "is_filtered": any(filters.values()),
            "seams": blueprint_of(request.workspace).seams,
            "now": request.at,
            "may_send_on": may(request.member, "handoff.reassign"),
        }
        return page(request, "handoffs/limbo.html", context, part="handoffs/_limbo_rows.html")


class LimboFigure(View):
    """How much waits for nobody, for the scorecard: everybody reads it, who leads opens the list."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "scorecard.read")
        context = {
            "limbo": queries.limbo_card(request.workspace, request.at),
            "sees_limbo": may(request.member, "limbo.read"),
            "now": request.at,
        }
        return page(request, "handoffs/limbo_figure.html", context, part="handoffs/_limbo_figure.html")


class LimboOffers(View):
    """Offering or routing again what was chosen."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        ids = [_id(each) for each in request.POST.getlist("only") or request.POST.getlist("item")]
        if not ids:
            raise BadInput("Choose what is to be sent on.", code="nothing_chosen", field="item")
        if len(ids) > MOST:
            raise BadInput(f"At most {MOST:,} at once.", code="too_many_rows", field="item")
        done = releasing.release(request.workspace, ids, by=request.member, at=request.at)
        if done.released:
            messages.success(request, f"{len(done.released)} sent on.")
        for sentence in sorted({said for _, said in done.left.values()}):
            count = sum(said == sentence for _, said in done.left.values())
            messages.warning(request, f"{count} stay{'s' if count == 1 else ''}: {sentence}")
        kept = "&".join(f"{key}={value}" for key in FILTERS if (value := request.POST.get(key, "")).isidentifier())
        return redirect(reverse("handoffs:limbo", args=[request.workspace.slug]) + (f"?{kept}" if kept else ""))


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise BadInput("This names nothing.", code="unknown_item", field="item") from None
