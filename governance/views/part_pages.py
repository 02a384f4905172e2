"""Editing one part of a draft, with the criteria checked while they are typed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.views import View

from blueprint.paths import Document
from core.errors import BadInput, NotFound, NotPermitted
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.ical_days import LARGEST, IcalDays
from core.people.permissions import may, permit
from governance.actions.drafting import permit_editing, propose
from governance.actions.proving import ask_proofs
from governance.editors import EDITORS, Editor, Opened
from governance.editors.placing import place_findings, place_refusal
from governance.forms.choices import catalogue_of
from governance.forms.holidays import days_in_file
from governance.forms.part import EditList
from governance.forms.round_trips import after, swapped
from governance.impact.threshold import what_if_threshold
from governance.models import ChangeRequest
from governance.queries.detail import change_for
from governance.queries.proposals import base_of, proposed_by
from governance.rules.conditions import CannotBuild
from governance.views.change_pages import back_to


class EditPage(View):
    """One editor on one draft: the list of what it opens, or one part of it."""

    def get(self, request: WorkspaceRequest, number: int, what: str) -> HttpResponse:
        change, editor = _found(request, number, what)
        of, document = request.GET.get("of", ""), proposed_by(change)
        if editor.is_list(document, of):
            return _list_page(request, change, editor, document)
        opened = editor.open(document, of)
        place_findings(opened, change)
        return _part_page(request, change, opened)

    def post(self, request: WorkspaceRequest, number: int, what: str) -> HttpResponse:
        """Save, take away or put in order; else the same form with what a button did to it. Who may is asked first."""
        change, editor = _found(request, number, what)
        permit_editing(change, request.member)
        of, document = request.GET.get("of", ""), proposed_by(change)
        do = request.POST.get("do", "refresh" if "redraw" in request.POST else "")
        if editor.is_list(document, of):
            return _added(request, change, editor.reordering(_order(request.POST)))
        if do == "take_away":
            return _added(request, change, editor.removal(editor.open(document, of)))
        if do:
            return _round_trip(request, change, editor, document, do)
        opened = editor.open(document, of, request.POST)
        if not opened.is_valid():
            return _part_page(request, change, opened, status=422)
        try:
            return _added(request, change, opened.edits())
        except BadInput as refusal:
            left = None if place_refusal(opened, refusal) else refusal
            return _part_page(request, change, opened, status=422, refusal=left)


def _found(request: WorkspaceRequest, number: int, what: str) -> tuple[ChangeRequest, Editor]:
    """The draft and the editor. Raises NotFound, and NotPermitted where only admins may."""
    if what not in EDITORS:
        raise NotFound()
    if EDITORS[what].admins_only and not may(request.member, "change.publish"):
        raise NotPermitted("Only admins edit the whole blueprint as text.")
    return change_for(request.member, number), EDITORS[what]


def _added(request: WorkspaceRequest, change: ChangeRequest, edits: EditList) -> HttpResponse:
    propose(change, edits, by=request.member, at=request.at)
    ask_proofs(proposed_by(change), base_of(change), at=request.at)
    messages.success(request, "Added to the draft.")
    return back_to(request, change)


def _round_trip(
    request: WorkspaceRequest, change: ChangeRequest, editor: Editor, document: Document, do: str
) -> HttpResponse:
    """The same form with a row more, another test, a country's days; nothing is judged or kept yet."""
    refusal: BadInput | None = None
    data: QueryDict = request.POST
    given = request.FILES.get("load-file")
    try:
        found = days_in_file(given.read(LARGEST + 1) if given else None) if do == "load_ical" else None
        data = after(do, request.POST, catalogue_of(document), found)
        refusal = _told_of(found)
    except CannotBuild as cannot:
        refusal = BadInput(str(cannot))
    opened = editor.open(document, request.GET.get("of", ""), data)
    for section in opened.sections:
        section.silence()
    return _part_page(request, change, opened, refusal=refusal)


def _told_of(found: IcalDays | None) -> BadInput | None:
    """What a file did not give, where there is something."""
    if found is None or not found.refused:
        return None
    named = "; ".join(f"{label[:60]}: {why}" for label, why in found.refused[:20])
    return BadInput(f"{len(found.days)} days are in the list below. Not taken: {named}.", code="not_taken")


def _order(posted: QueryDict) -> list[Any]:
    """The names of a list's items in the order that was given. Raises BadInput."""
    names, places, do = posted.getlist("name"), posted.getlist("place"), posted.get("do", "")
    try:
        given = [(float(place), json.loads(name)) for name, place in zip(names, places, strict=True)]
    except (ValueError, RecursionError):
        raise BadInput("Each place is a number.", field="place") from None
    ordered = [name for _, name in sorted(given, key=lambda pair: pair[0])]
    word, _, number = do.partition(":")
    here = int(number[:4]) if number.isdecimal() else -1
    return swapped(ordered, here, here + {"up": -1, "down": 1}.get(word, 0))


def _list_page(request: WorkspaceRequest, change: ChangeRequest, editor: Editor, document: Document) -> HttpResponse:
    """What the editor opens, in its order; and one more of it."""
    order = [json.dumps(name, sort_keys=True) for name in editor.order(document)]
    subjects = editor.subjects(document)
    is_theirs = change.author_id == request.member.pk or may(request.member, "change.publish")
    context = {
        "change": change,
        "editor": editor,
        "subject": editor.title,
        "subjects": list(zip(subjects, order or [""] * len(subjects), strict=True)),
        "has_order": bool(order),
        "may_edit": is_theirs and change.state == ChangeRequest.State.DRAFT,
    }
    return page(request, "governance/edit_list.html", context)


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
        **editor.context(opened, request),
    }
    return page(request, "governance/edit.html", context, status=status)


class WhatIfPage(View):
    """Another threshold, answered at once."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "blueprint.read")
        given = request.GET.get("threshold", "")
        is_score = given.isdecimal() and int(given[:6]) <= 2_000
        tried = what_if_threshold(request.workspace, int(given[:6]), at=request.at) if is_score else None
        return page(request, "governance/what_if.html", {"tried": tried}, part="governance/_what_if.html")
