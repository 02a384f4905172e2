"""The bell, the page of a person's notices and wishes, and the log of the mails."""

from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.views import View

from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import done, is_partial, listed, page, tried
from core.notices import queries
from core.notices.channels import channels_of
from core.notices.forms import WishesForm
from core.notices.mailing import try_again
from core.notices.queries import notice_of, notices_of
from core.notices.wishing import see, see_all, wish
from core.people.permissions import permit


class Notices(View):
    """What I was told, newest first."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "notice.read")
        filters = {"unseen": request.GET.get("unseen", "").strip()}
        after = request.GET.get("after", "").strip()
        rows, following = notices_of(request.member, is_unseen=bool(filters["unseen"]), after=after)
        context = {"rows": rows} | listed(request, filters, following)
        return page(request, "notices/notices.html", context, part="notices/_notice_rows.html")


class Bell(View):
    """How many notices are unseen, asked every few seconds by open pages; 204 while it is what the page shows. Whoever
    opens the address itself comes to the notices."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "notice.read")
        if not is_partial(request):
            return redirect("notices:notices", request.workspace.slug)
        if request.GET.get("shown", "") == request.member.unseen_notices:
            return HttpResponse(status=204)
        return page(request, "notices/_bell.html", {})


class Opening(View):
    """A notice is seen, and leads to what it tells of."""

    def post(self, request: WorkspaceRequest, notice_id: UUID) -> HttpResponse:
        permit(request.member, "notice.write")
        notice = notice_of(request.member, notice_id)
        see(notice, by=request.member, at=request.at)
        name, numbers = notice.page
        return redirect(name, request.workspace.slug, *numbers)


class Seen(View):
    """Everything that the page showed is seen."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "notice.write")
        try:
            until = parse_datetime(request.POST.get("until", ""))
        except ValueError:  # written as a moment, and there is no such
            raise BadInput("Write a moment such as 2026-03-02T10:00:00Z.", field="until") from None
        see_all(until if until and until.tzinfo else None, by=request.member, at=request.at)
        return done(request, "All notices are marked as seen.", "notices:notices")


class Wishes(View):
    """Which kinds I am told of, how, and when not."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "notice.read")
        return self._page(request, self._form(request))

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "notice.write")
        form = self._form(request, request.POST)
        if tried(form, wish, by=request.member, at=request.at):
            return done(request, "Your wishes are kept.", "notices:wishes")
        return self._page(request, form, status=422)

    def _page(self, request: WorkspaceRequest, form: WishesForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "channels": channels_of(request.workspace)}
        return page(request, "notices/wishes.html", context, status=status)

    def _form(self, request: WorkspaceRequest, *data: QueryDict) -> WishesForm:
        return WishesForm(*data, of=queries.wishes_of(request.member), zone=request.workspace.time_zone)


class Deliveries(View):
    """The mails with notices, newest first."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "aside.read")
        filters = {"state": request.GET.get("state", "").strip()}
        rows, following = queries.deliveries(filters["state"], request.GET.get("after", "").strip())
        context = {"rows": rows} | listed(request, filters, following)
        return page(request, "notices/deliveries.html", context, part="notices/_delivery_rows.html")


class SendingAgain(View):
    """One more try."""

    def post(self, request: WorkspaceRequest, delivery_id: UUID) -> HttpResponse:
        permit(request.member, "aside.retry")
        try_again(queries.delivery_for(delivery_id), by=request.member, at=request.at)
        return done(request, "The mail is sent again within a minute.", "notices:deliveries")
