"""The page of what waits for nobody, and sending it on."""

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View

from blueprint.documents import blueprint_of
from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import listed, page
from core.people.permissions import may, permit
from handoffs.actions.releasing import MOST, release
from handoffs.queries.limbo import CAUSES, limbo_card, limbo_page

FILTERS = ("cause", "seam")


class LimboPage(View):
    """Whatever waits for nobody who can act, longest waiting first."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "limbo.read")
        here, filters = (request.workspace, request.at), {key: request.GET.get(key, "").strip() for key in FILTERS}
        cause, seam, after = *filters.values(), request.GET.get("after", "").strip()
        items, after, limbo = limbo_page(*here, cause=cause, seam=seam, after=after)
        context = listed(request, filters, after) | {
            "items": items,
            "limbo": limbo,
            "causes": [(key, CAUSES[key][0], count) for key, count in limbo.counts.items()],
            "seams": blueprint_of(request.workspace).seams,
            "now": request.at,
            "may_send_on": may(request.member, "handoff.reassign"),
            "may_propose": may(request.member, "change.propose"),
        }
        return page(request, "handoffs/limbo.html", context, part="handoffs/_limbo_rows.html")


class LimboFigure(View):
    """How much waits for nobody, for the scorecard: everybody reads it, who leads opens the list."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "scorecard.read")
        context = {
            "limbo": limbo_card(request.workspace, request.at),
            "sees_limbo": may(request.member, "limbo.read"),
            "now": request.at,
        }
        return page(request, "handoffs/limbo_figure.html", context, part="handoffs/_limbo_figure.html")


class LimboOffers(View):
    """Offering or routing again what was chosen."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        try:
            ids = [UUID(each) for each in request.POST.getlist("only") or request.POST.getlist("item")]
        except ValueError:
            raise BadInput("This names nothing.", code="unknown_item", field="item") from None
        if not ids:
            raise BadInput("Choose what is to be sent on.", code="nothing_chosen", field="item")
        if len(ids) > MOST:
            raise BadInput(f"At most {MOST:,} at once.", code="too_many_rows", field="item")
        done = release(request.workspace, ids, by=request.member, at=request.at)
        if done.released:
            messages.success(request, f"{len(done.released)} sent on.")
        for sentence, count in sorted(Counter(said for _, said in done.left.values()).items()):
            messages.warning(request, f"{count} stay{'s' if count == 1 else ''}: {sentence}")
        kept = "&".join(f"{key}={value}" for key in FILTERS if (value := request.POST.get(key, "")).isidentifier())
        return redirect(reverse("handoffs:limbo", args=[request.workspace.slug]) + (f"?{kept}" if kept else ""))
