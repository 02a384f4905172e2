"""The pages' door frame: page or partial, refusals as pages, the shell around every page."""

import sys
from collections.abc import Callable
from typing import Any, Protocol

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails

from core.errors import NotFound, Refusal
from core.history.security import request_id
from core.http.outages import Outage, outage_in
from core.http.requests import WorkspaceRequest
from core.people.models import Member, Workspace
from core.people.permissions import EVERYONE, READERS, may
from core.tenancy.scope import is_in_scope

NAV = (
    # (url name, icon, label, roles that see it)
    ("handoffs:inbox", "inbox", "Inbox", EVERYONE),
    ("lifecycle:records", "users", "Records", EVERYONE),
    ("lifecycle:accounts", "building-2", "Accounts", EVERYONE),
    ("scorecard:scorecard", "gauge", "Scorecard", READERS),
    ("scorecard:funnel", "funnel", "Funnel", READERS),
    ("handoffs:team", "users-round", "Team", {"owner", "admin", "manager", "leader"}),
    ("handoffs:limbo", "hourglass", "Limbo", {"owner", "admin", "manager", "leader"}),
    ("governance:steps", "list-checks", "Six steps", {"owner", "admin"}),
    ("governance:blueprint", "map", "Blueprint", EVERYONE),
    ("governance:changes", "git-pull-request-arrow", "Changes", EVERYONE),
    ("imports:imports", "upload", "Imports", {"owner", "admin"}),
    ("workspaces:people", "id-card", "People", EVERYONE),
    ("integrations:keys", "key-round", "API keys", {"owner", "admin"}),
    ("operating:set_aside", "archive-restore", "Set aside", {"owner", "admin"}),
    ("workspaces:settings", "settings", "Settings", {"owner", "admin"}),
)


class PageNotice(Protocol):
    """Something to say above a page: `template` shows it, and finds it there as `notice`."""

    @property
    def template(self) -> str: ...


NoticeSource = Callable[[Workspace, Member], PageNotice | None]
_notices: list[NoticeSource] = []
Count = Callable[[Workspace, Member], int]
_badges: dict[str, Count] = {}


def show_on_every_page(notice: NoticeSource) -> None:
    """Above every page of a workspace stands what `notice(workspace, member)` answers; see `revops/wiring.py`.

    Those that have something to say stand one above the other, in the order in which they are named there."""
    _notices.append(notice)


def count_beside(page: str, count: Count) -> None:
    """Beside a page in the navigation stands what `count(workspace, member)` answers, unless it is 0."""
    _badges[page] = count


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for the frame around every page. No queries but those of its notices and
    badges, and those only where they stand."""
    workspace: Workspace | None = getattr(request, "workspace", None)
    member: Member = getattr(request, "member", None)  # type: ignore[assignment] # there is one where a workspace is
    if workspace is None:
        return {"mail_is_printed": settings.EMAIL_BACKEND.endswith(".console.EmailBackend")}
    nav = []
    for name, icon, label, roles in NAV:
        if member.role in roles:
            url = reverse(name, args=[workspace.slug])
            has_badge = name in _badges and is_in_scope()  # the page of a fault is shown when the scope is closed
            badge = _badges[name](workspace, member) if has_badge else 0
            is_here = request.path.startswith(url)
            nav.append({"url": url, "icon": icon, "label": label, "active": is_here, "badge": badge})
    return {
        "workspace": workspace,
        "member": member,
        "nav": nav,
        "sees_rows": may(member, "rows.read"),
        "sees_notices": may(member, "notice.read"),
        "notices": SimpleLazyObject(lambda: [said for notice in _notices if (said := notice(workspace, member))]),
    }


def is_partial(request: HttpRequest) -> bool:
    """htmx asks for a part of the page; a restored or boosted page is whole."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str | None = None, status: int = 200
) -> HttpResponse:
    """Render the whole page, or only its `part` template when htmx asks."""
    return render(request, part if part and is_partial(request) else template, context, status=status)


def done(request: WorkspaceRequest, sentence: str, to: str, *where: object) -> HttpResponse:
    """Go on to a page of the workspace, which says what was done."""
    messages.success(request, sentence)
    return redirect(to, request.workspace.slug, *where)


def listed(request: HttpRequest, filters: dict[str, str], after: str) -> dict[str, Any]:
    """What every filtered list shows: its filters, and the query of its next page, which begins at `after`."""
    more = request.GET.copy()
    more["after"] = after
    return {"filters": filters, "is_filtered": any(filters.values()), "after": after, "more": more.urlencode()}


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as the caller reads it: the envelope for programs, a toast for htmx, a page for people."""
    request.refusal = refusal  # type: ignore[attr-defined] # the security log is told of it later
    if request.path.startswith("/api/"):
        return JsonResponse(refusal.as_json(), status=refusal.status)
    if is_partial(request):
        response = render(request, "_refusal.html", {"refusal": refusal}, status=refusal.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#refusals", "innerHTML"
        return response
    if refusal.status == 404:
        return render(request, "404.html", status=404)
    return render(request, "error.html", {"refusal": refusal}, status=refusal.status)


def tried(form: Form, act: Callable[..., Any], *about: Any, **by: Any) -> Any:
    """What the action answers to the fields of the form, or None with what is wrong on the form; whatever the action
    wrote is undone. What the rule says about a field is shown at the field. Refusals of role and of existence (403,
    404) are not the form's matter and rise."""
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return act(*about, **form.cleaned_data, **by)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
        return None


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such URL."""
    if request.path.startswith("/api/"):
        return JsonResponse(NotFound().as_json(), status=404)
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The form's token was missing or old, or the like."""
    return render(request, "403.html", status=403)


def outage_answer(request: HttpRequest, outage: Outage) -> HttpResponse:
    """What a caller reads while the database cannot serve. Asks nothing of the database, nor of who is asking."""
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(outage.as_json(), status=outage.status)
    else:
        context = {"outage": outage, "may_ask_again": request.method in ("GET", "HEAD")}
        response = HttpResponse(render_to_string("away.html", context), status=outage.status)
    response["Retry-After"] = str(outage.retry_after_s)
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault: say so, with the id that finds it in the log. A database that is away is nobody's, and a 503.

    Django calls this wherever an error has risen to, within middleware and after the view as well."""
    if outage := outage_in(sys.exc_info()[1]):
        return outage_answer(request, outage)
    if request.path.startswith("/api/"):
        facts = {"request_id": request_id.get()}
        broken = Refusal("Something broke on our side.", code="server_error", facts=facts)
        return JsonResponse(broken.as_json(), status=500)
    return render(request, "500.html", {"request_id": request_id.get()}, status=500)
