"""Editing one part of a draft, with the criteria checked while they are typed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views import View

from blueprint.paths import Document
from core.errors import BadInput, NotFound, NotPermitted
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may, permit
from governance import queries
from governance.actions import drafting
from governance.checks.finding import catalogue_of
from governance.editors import EDITORS, Editor, Opened
from governance.editors.refusals import place_findings, place_refusal
from governance.forms.part import EditList
from governance.forms.round_trips import CannotDo, after
from governance.impact import threshold_curve, what_if_threshold
from governance.models import ChangeRequest

TAKE_AWAY = "take_away"


class EditPage(View):
    """One editor on one draft: the list of what it opens, or one part of it."""

    def get(self, request: WorkspaceRequest, number: int, what: str) -> HttpResponse:
        change, editor = _opened(request, number, what)
        of, document = request.GET.get("of", ""), queries.proposed_by(change)
        if _is_list(editor, document, of):
            return _list_page(request, change, editor, document)
        opened = editor.open(document, of)
        place_findings(opened, change)
        return _part_page(request, change, opened)

    def post(self, request: WorkspaceRequest, number: int, what: str) -> HttpResponse:
        permit(request.member, "change.propose")
        change, editor = _opened(request, number, what)
        of, document = request.GET.get("of", ""), queries.proposed_by(change)
        do = request.POST.get("do", "refresh" if "redraw" in request.POST else "")
        if _is_list(editor, document, of):
            return self._keep(request, change, lambda: editor.reordering(_order(request.POST)))
        if do and do != TAKE_AWAY:
            return self._round_trip(request, change, editor, document)
        opened = editor.open(document, of, request.POST)
        if do == TAKE_AWAY:
            return self._keep(request, change, lambda: editor.removal(opened))
        if not opened.is_valid():
            return _part_page(request, change, opened, status=422)
        try:
            drafting.propose(change, opened.edits(), by=request.member, at=request.at)
        except BadInput as refusal:
            left = None if place_refusal(opened, refusal) else refusal
            return _part_page(request, change, opened, status=422, refusal=left)
        return _added(request, change)

    def _keep(self, request: WorkspaceRequest, change: ChangeRequest, edits: Any) -> HttpResponse:
        found: EditList = edits()
        drafting.propose(change, found, by=request.member, at=request.at)
        return _added(request, change)

    def _round_trip(
        self, request: WorkspaceRequest, change: ChangeRequest, editor: Editor, document: Document
    ) -> HttpResponse:
        """The same form with a row more, another test, a country's days; nothing is judged or kept yet."""
        of, refusal = request.GET.get("of", ""), None
        data: QueryDict = request.POST
        try:
            data = after(request.POST.get("do", "refresh"), request.POST, catalogue_of(document))
        except CannotDo as cannot:
            refusal = BadInput(str(cannot))
        opened = editor.open(document, of, data)
        for section in opened.sections:
            section.silence()
        return _part_page(request, change, opened, refusal=refusal)


def _opened(request: WorkspaceRequest, number: int, what: str) -> tuple[ChangeRequest, Editor]:
    """The draft and the editor. Raises NotFound, and NotPermitted where only admins may."""
    if what not in EDITORS:
        raise NotFound()
    if EDITORS[what].admins_only and not may(request.member, "change.publish"):
        raise NotPermitted("Only admins edit the whole blueprint as text.")
    return queries.change_for(request.member, number), EDITORS[what]


def _is_list(editor: Editor, document: Document, of: str) -> bool:
    """Whether the address asks for the list: nothing is named, and the editor opens more than one thing."""
    return not of and all(subject.of for subject in editor.subjects(document))


def _added(request: WorkspaceRequest, change: ChangeRequest) -> HttpResponse:
    messages.success(request, "Added to the draft.")
    return redirect("governance:change", request.workspace.slug, change.number)


def _order(posted: QueryDict) -> list[dict[str, Any]]:
    """The names of a list's items in the order that was given. Raises BadInput."""
    names, places, do = posted.getlist("name"), posted.getlist("place"), posted.get("do", "")
    try:
        given = [(float(place), json.loads(name)) for name, place in zip(names, places, strict=True)]
    except ValueError:
        raise BadInput("Each place is a number.", field="place") from None
    ordered = [name for _, name in sorted(given, key=lambda pair: pair[0])]
    word, _, number = do.partition(":")
    here, by = int(number[:4]) if number.isdecimal() else -1, {"up": -1, "down": 1}.get(word, 0)
    if 0 <= here < len(ordered) and 0 <= here + by < len(ordered):
        ordered[here], ordered[here + by] = ordered[here + by], ordered[here]
    return ordered


def _list_page(request: WorkspaceRequest, change: ChangeRequest, editor: Editor, document: Document) -> HttpResponse:
    """What the editor opens, in its order; and one more of it."""
    order = [json.dumps(name, sort_keys=True) for name in editor.order(document)]
    subjects = editor.subjects(document)
    context = {
        "change": change,
        "editor": editor,
        "subject": editor.title,
        "subjects": list(zip(subjects, order or [""] * len(subjects), strict=True)),
        "has_order": bool(order),
        "may_edit": _may_edit(request, change),
    }
    return page(request, "governance/edit_list.html", context)


def _may_edit(request: WorkspaceRequest, change: ChangeRequest) -> bool:
    is_theirs = change.author_id == request.member.pk or may(request.member, "change.publish")
    return is_theirs and change.state == ChangeRequest.State.DRAFT


def _part_page(
    request: WorkspaceRequest,
    change: ChangeRequest,
    opened: Opened,
    *,
    status: int = 200,
    refusal: BadInput | None = None,
) -> HttpResponse:
    """The forms of one part."""
    editor = opened.editor
    context = {
        "change": change,
        "editor": editor,
        "opened": opened,
        "subject": editor.label_of(opened.document, opened.of),
        "refusal": refusal,
        "is_draft": change.state == ChangeRequest.State.DRAFT,
        "may_remove": opened.may_go,
        **editor.context(opened),
    }
    if editor.slug == "threshold":
        context |= threshold_context(request) | {"scoring": opened.now}
    return page(request, "governance/edit.html", context, status=status)


def threshold_context(request: WorkspaceRequest) -> dict[str, Any]:
    """The scores of the records in play, to see where the line would fall."""
    curve = threshold_curve(request.workspace, at=request.at)
    if curve is None or not curve.scores:
        return {"curve": None}
    return {
        "curve": {
            "x": [str(score) for score in curve.scores],
            "series": [{"name": "Records", "data": curve.records}, {"name": "Won", "data": curve.won}],
        },
        "curve_rows": list(zip(curve.scores, curve.records, curve.won, strict=True)),
    }


class WhatIfPage(View):
    """Another threshold, answered at once."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "blueprint.read")
        given = request.GET.get("threshold", "")
        if not given.isdecimal() or int(given[:6]) > 2_000:
            return page(request, "governance/what_if.html", {"tried": None}, part="governance/_what_if.html")
        tried = what_if_threshold(request.workspace, int(given[:6]), at=request.at)
        return page(request, "governance/what_if.html", {"tried": tried}, part="governance/_what_if.html")
