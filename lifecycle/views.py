"""The pages of records and search."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.errors import BadInput, Refusal
from core.http.requests import WorkspaceRequest
from core.http.web import listed, page
from core.people.permissions import may, permit
from core.tenancy.zones import kept_instant
from lifecycle import queries
from lifecycle.actions import advancing, editing, owning, touching
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.waiting import holds
from lifecycle.closed_periods import closing_of
from lifecycle.event_sentences import labels_of, sentence_of
from lifecycle.facts import facts_of
from lifecycle.forms import ActivityForm, AdvanceForm, OwnerForm, RecordForm, edit_form
from lifecycle.models import Record
from lifecycle.record_list import PAGE_FILTERS, page_matching
from lifecycle.rules.gates import what_is_missing
from lifecycle.word_search import search


class Records(View):
    """The list: filters, keyset pages."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "record.read")
        lifecycle = blueprint_of(request.workspace)
        filters = {key: request.GET.get(key, "").strip() for key in PAGE_FILTERS}
        rows, after, is_cut = page_matching(lifecycle, filters, request.GET.get("after", ""))
        context = listed(request, filters, after) | {
            "rows": rows,
            "is_cut": is_cut,
            "pipelines": lifecycle.pipelines,
            "stages": lifecycle.stages_by_id,
            "may_write": may(request.member, "record.write"),
        }
        return page(request, "lifecycle/record_list.html", context, part="lifecycle/_record_rows.html")


class NewRecord(View):
    """One record by hand: the same intake as an import, with a batch of one."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "record.write")
        return page(request, "lifecycle/record_new.html", {"form": RecordForm()})

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "record.write")
        form = RecordForm(request.POST)
        if form.is_valid():
            core = {key: value for key, value in form.cleaned_data.items() if key != "kind" and value not in ("", None)}
            incoming = Incoming(line=1, kind=form.cleaned_data["kind"], core=core, raw=dict(request.POST.items()))
            outcome = take_in(request.workspace, [incoming], by=request.member, at=request.at)
            if not outcome.rejected:
                if outcome.unchanged or outcome.updated:
                    messages.info(request, "This lead was already here; nothing was doubled.")
                return redirect("lifecycle:record", request.workspace.slug, outcome.numbers[1])
            for refused in outcome.rejected:
                form.add_error(refused.field if refused.field in form.fields else None, refused.detail)
        return page(request, "lifecycle/record_new.html", {"form": form}, status=422)


class RecordPage(View):
    """Everything about one record."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.read")
        return page(request, "lifecycle/record_detail.html", record_context(request, queries.record_for(number)))


def record_context(request: WorkspaceRequest, record: Record) -> dict[str, Any]:
    """What the record's page shows: path, what is still missing, journey, timeline."""
    lifecycle = blueprint_of(request.workspace)
    stage = lifecycle.stages_by_id[record.stage_id]
    pipeline = lifecycle.pipeline(stage.pipeline_key)
    facts = facts_of(record, request.workspace, request.at)
    labels = labels_of(lifecycle)
    chain, path = queries.journey(record), queries.path_of(record, pipeline)
    targets = [each for each in pipeline.stages if each.key in stage.moves_to]
    return {
        "record": record,
        "stage": stage,
        "path": path,
        "doors": [
            {"stage": each, "unmet": what_is_missing(lifecycle, stage, each, facts, request.at)} for each in targets
        ],
        "journey": chain,
        "events": [(event, sentence_of(event, labels)) for event in queries.timeline(chain)],
        "external_ids": queries.external_ids(record),
        "properties": shown_properties(lifecycle, record),
        "reasons": {
            purpose: [each for each in lifecycle.reason_codes if each.purpose == purpose]
            for purpose in ("loss", "override", "reject")
        },
        "unusual": queries.longer_than_usual([record.pk], request.at).get(record.pk),
        "hold": holds(request.workspace, [record.pk]).get(record.pk),
        "activity_form": ActivityForm(),
        "touch_outcomes": list(dict.fromkeys(each for seam in lifecycle.seams for each in seam.first_touch.outcomes)),
        "owner_form": OwnerForm(initial={"owner": record.owner_id}),
        "may_write": may(request.member, "record.write"),
        "may_advance": may(request.member, "record.advance"),
        "may_override": may(request.member, "record.override"),
        "closing": closing_of(record, request.at) if _was_closed(path) else None,
        "past_age_limit": stage.age_limit_days and (request.at - record.entered_stage_at).days > stage.age_limit_days,
    }


def _was_closed(path: Iterable[queries.JourneyStep]) -> bool:
    return any(step.stays and step.stage.category in ("won", "lost") for step in path)


def shown_properties(lifecycle: Blueprint, record: Record) -> list[tuple[str, Any, str]]:
    """(label, value, owning system) of every property that says something; unnamed attributes come last."""
    known = [
        (each.label, record.properties[each.key], each.system)
        for each in lifecycle.properties
        if record.properties.get(each.key) is not None
    ]
    named = lifecycle.properties_by_key
    rest = [(key, value, "") for key, value in sorted(record.properties.items()) if key not in named]
    return known + rest


class Advance(View):
    """Move a record through a door; the gate answers at once, naming every unmet line."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        record = queries.record_for(number)
        form = AdvanceForm(request.POST)
        if not form.is_valid():
            raise BadInput("Choose the stage to move to.", field="to")
        said = form.cleaned_data
        why = {"reason_key": said["reason"], "note": said["note"], "override": said["override"]}
        advancing.advance(record, said["to"], by=request.member, at=request.at, **why)
        messages.success(request, "Moved.")
        return redirect("lifecycle:record", request.workspace.slug, number)


class Activities(View):
    """Log a touch."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        record = queries.record_for(number)
        form = ActivityForm(request.POST)
        if not form.is_valid():
            raise BadInput("Say what kind of touch it was.", field="kind")
        heard = touching.log_activity(record, **form.cleaned_data, by=request.member, at=request.at).heard
        if heard is None:
            messages.success(request, "Logged.")
        elif heard.stops_clock:
            messages.success(request, "Logged. The first-touch clock has stopped.")
        else:
            messages.warning(request, f"Logged. The first-touch clock goes on. {heard.why}")
        return redirect(request.POST.get("back") or reverse("lifecycle:record", args=[request.workspace.slug, number]))


class Owner(View):
    """Give the record to somebody."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        record = queries.record_for(number)
        form = OwnerForm(request.POST)
        if not form.is_valid():
            raise BadInput("Choose a colleague.", field="owner")
        owning.change_owner(record, form.cleaned_data["owner"], by=request.member, at=request.at)
        messages.success(request, "Owner changed.")
        return redirect("lifecycle:record", request.workspace.slug, number)


class RecordEdit(View):
    """Core fields and properties in one form."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.write")
        record = queries.record_for(number)
        initial = {key: getattr(record, key) for key in ("name", "email", "source", "amount", "closes_on", "renews_on")}
        initial |= {f"property_{key}": _shown(value) for key, value in record.properties.items()}
        form = edit_form(blueprint_of(request.workspace), record.kind, record.properties)(initial=initial)
        return page(request, "lifecycle/record_edit.html", {"record": record, "form": form})

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.write")
        record = queries.record_for(number)
        form = edit_form(blueprint_of(request.workspace), record.kind, record.properties)(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            core = {key: value for key, value in said.items() if not key.startswith("property_")}
            properties = {key.removeprefix("property_"): value for key, value in said.items() if key not in core}
            try:
                editing.edit_record(record, core=core, properties=properties, by=request.member, at=request.at)
            except Refusal as refusal:
                field = refusal.field or ""
                place = next((each for each in (field, f"property_{field}") if each in form.fields), None)
                form.add_error(place, refusal.detail)
            else:
                messages.success(request, "Saved.")
                return redirect("lifecycle:record", request.workspace.slug, number)
        return page(request, "lifecycle/record_edit.html", {"record": record, "form": form}, status=422)


def _shown(value: Any) -> Any:
    """A stored value as its form field shows it."""
    return str(value).lower() if isinstance(value, bool) else kept_instant(value) or value


class Search(View):
    """Where did this lead go? One box, every record whose words match; one hit opens at once."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "record.read")
        text = request.GET.get("q", "").strip().replace("\x00", "")[:200]
        found = search(text)
        if len(found.records) == 1 and not request.GET.get("stay"):
            there = reverse("lifecycle:record", args=[request.workspace.slug, found.records[0].number])
            return redirect(f"{there}?from=search")  # a question of where it went, like a result that is chosen
        context = {"search_text": text, "found": found.records, "is_cut": found.is_cut}
        return page(request, "lifecycle/search.html", context, part="lifecycle/_search_results.html")
