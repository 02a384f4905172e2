"""Editing one part of a draft, with the criteria checked while they are typed."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from blueprint.expressions.criteria import BadExpression, compile_line
from blueprint.expressions.fields import Catalogue
from blueprint.paths import BadPath, Document, put, read_path
from blueprint.schema.pipelines import live
from blueprint.schema.vocabularies import RoutingTarget
from blueprint.shape import BadShape, check_edit
from core.errors import BadInput, NotFound, NotPermitted
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.models import Member
from core.people.permissions import may, permit
from governance import queries
from governance.actions import drafting
from governance.checks.finding import catalogue_of
from governance.editors import EDITORS
from governance.editors.kit import EditList, Editor, Subject
from governance.impact import threshold_curve, what_if_threshold
from governance.models import ChangeRequest
from governance.rules.building import COMPARISONS, CannotBuild, build

PREFIX = re.compile(r"entry|exit|acceptance|rule")
MOST_INDEX = 999


class Edit(View):
    """One editor on one draft."""

    def get(self, request: WorkspaceRequest, number: int, what: str) -> HttpResponse:
        change = self._change(request, number, what)
        return self._page(request, change, what, request.GET.get("of", ""))

    def post(self, request: WorkspaceRequest, number: int, what: str) -> HttpResponse:
        change = self._change(request, number, what)
        of = request.GET.get("of", "")
        document = queries.proposed_by(change)
        edits: EditList = []
        try:
            edits = EDITORS[what].read(request.POST, document, of)
            drafting.propose(change, edits, by=request.member, at=request.at)
        except BadInput as refusal:
            return self._page(request, change, what, of, refusal=refusal, typed=edits)
        messages.success(request, "Added to the draft.")
        return redirect("governance:change", request.workspace.slug, number)

    def _change(self, request: WorkspaceRequest, number: int, what: str) -> ChangeRequest:
        if what not in EDITORS:
            raise NotFound()
        if EDITORS[what].admins_only:
            _only_admins(request)
        return queries.change_for(request.member, number)

    def _page(
        self,
        request: WorkspaceRequest,
        change: ChangeRequest,
        what: str,
        of: str,
        refusal: BadInput | None = None,
        typed: EditList | None = None,
    ) -> HttpResponse:
        document = queries.proposed_by(change)
        catalogue = builder_context(document)
        for path, after in typed or ():  # what was typed comes back, as far as it can stand in a document
            with suppress(BadPath, BadShape):
                place = read_path(path)
                if after is None:
                    check_edit(place, after)  # a page cannot be drawn without what every blueprint has
                document = put(document, place, after)
        editor = EDITORS[what]
        subjects = editor.subjects(document)
        if all(subject.of != of for subject in subjects):
            if of:
                raise NotFound()
            return page(request, "governance/edit.html", _choice(change, editor, subjects))
        context = {
            "change": change,
            "editor": editor,
            "of": of,
            "subject": editor.label_of(document, of),
            "refusal": refusal,
            "people": Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(email="").order_by("name"),
            "is_draft": change.state == ChangeRequest.State.DRAFT,
            **catalogue,
            **editor.context(document, of),
        }
        if what == "threshold":
            context |= threshold_context(request)
        if what == "document" and refusal is not None:
            context["yaml"] = request.POST.get("yaml", "")
        return page(request, "governance/edit.html", context, status=422 if refusal else 200)


def _only_admins(request: WorkspaceRequest) -> None:
    if not may(request.member, "change.publish"):
        raise NotPermitted("Only admins edit the whole blueprint as text.")


def _choice(change: ChangeRequest, editor: Editor, subjects: list[Subject]) -> dict[str, Any]:
    """The page that asks which seam, stage or metric is meant."""
    is_draft = change.state == ChangeRequest.State.DRAFT
    return {"change": change, "editor": editor, "subject": editor.title, "choose": subjects, "is_draft": is_draft}


def builder_context(document: Document) -> dict[str, Any]:
    """The fields and comparisons of the small builder, by family."""
    catalogue = catalogue_of(document)
    return {
        "fields": [field for field in catalogue if field.key != "now"],
        "comparisons": [(key, words) for key, (words, _, _) in COMPARISONS.items()],
    }


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


class WhatIf(View):
    """Another threshold, answered at once."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "blueprint.read")
        given = request.GET.get("threshold", "")
        if not given.isdecimal() or int(given[:6]) > 2_000:
            return page(request, "governance/what_if.html", {"tried": None}, part="governance/_what_if.html")
        tried = what_if_threshold(request.workspace, int(given[:6]), at=request.at)
        return page(request, "governance/what_if.html", {"tried": tried}, part="governance/_what_if.html")


class ExpressionCheck(View):
    """Whether an expression can be read with the draft's properties; the answer points at line and column."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        document = queries.proposed_by(change)
        given = next((str(value) for key, value in request.POST.items() if key.endswith("expression")), "")
        context = {"given": given.strip(), "bad": bad_expression(document, given)}
        return page(request, "governance/expression_check.html", context, part="governance/_expression_check.html")


def bad_expression(document: Document, expression: str) -> BadExpression | None:
    """What is wrong with an expression, or None."""
    if not expression.strip():
        return None
    try:
        compile_line(catalogue_of(document), live(expression, document["scoring"]["threshold"]))
    except BadExpression as bad:
        return bad
    return None


class Line(View):
    """One line of criteria: an empty one more, or one written by the builder."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        prefix, index = _place(request.GET.get("prefix", ""), request.GET.get("index", ""))
        context = self._context(change, prefix, index) | {"is_new": True, "shape": request.GET.get("shape", "")}
        return page(request, "governance/line_page.html", context, part="governance/_new_line.html")

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        prefix, index = _place(request.GET.get("prefix", ""), request.GET.get("index", ""))
        names = ("label", "expression", "field", "comparison", "value", "group", "points", "target", "pool", "member")
        posted = {name: request.POST.get(f"{prefix}-{index}-{name}", "") for name in names}
        context = self._context(change, prefix, index)
        line: dict[str, Any] = dict(posted)
        try:
            label, expression = build(context["catalogue"], posted["field"], posted["comparison"], posted["value"])
            line |= {"label": posted["label"] or label, "expression": expression}
        except CannotBuild as cannot:
            context["cannot"] = str(cannot)
        context |= {"line": line, "bad": bad_expression(context["document"], line["expression"]), "is_open": True}
        context["shape"] = request.GET.get("shape", "")
        return page(request, "governance/line_page.html", context, part="governance/_line.html")

    def _context(self, change: ChangeRequest, prefix: str, index: int) -> dict[str, Any]:
        document = queries.proposed_by(change)
        catalogue: Catalogue = catalogue_of(document)
        return {
            "change": change,
            "prefix": prefix,
            "index": index,
            "next_index": index + 1,
            "document": document,
            "catalogue": catalogue,
            "line": {},
            "pools": document["pools"],
            "targets": RoutingTarget.choices,
            **builder_context(document),
        }


def _place(prefix: str, index: str) -> tuple[str, int]:
    if not PREFIX.fullmatch(prefix) or not index.isdecimal() or int(index[:4]) > MOST_INDEX:
        raise NotFound()
    return prefix, int(index[:4])
