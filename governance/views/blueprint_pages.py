"""The blueprint as a map people read, its versions, and its text."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from blueprint.differences import differences
from blueprint.documents import blueprint_of
from blueprint.paths import Document
from blueprint.schema import WeeklyHours, fields_of
from blueprint.schema.vocabularies import ReasonPurpose
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.models import Member
from core.people.permissions import may, permit
from governance.actions.acknowledging import acknowledge
from governance.models import Acknowledgement, ChangeRequest
from governance.queries.gone_names import gone_names
from governance.queries.published import document_of, version_for, versions
from governance.queries.said_teams import said_teams
from governance.views.shown import shown_edits
from governance.yaml_text import as_yaml

DAY_NAMES = {name: field.label for name, field in fields_of(WeeklyHours).items()}


class BlueprintPage(View):
    """The version in force."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "blueprint.read")
        context = map_of(request, request.workspace.blueprint_version)
        context["gone_names"] = gone_names(blueprint_of(request.workspace))
        return page(request, "governance/blueprint.html", context)


class VersionPage(View):
    """One published version: who, why, and what it changed; then the map as it was."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        version = version_for(request.member, number)
        context = map_of(request, number)
        change = ChangeRequest.objects.select_related("author").filter(pk=version.change_request_id).first()
        former = document_of(number - 1) if number > 1 else None
        people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON)
        read = Acknowledgement.objects.filter(version=number).select_related("member").order_by("at")
        context |= {
            "version": version,
            "change": change,
            "edits": shown_edits(version.document, differences(former, version.document)) if former else [],
            "acknowledged": read,
            "people": people.count() if number > 1 else 0,
            "may_roll_back": may(request.member, "change.propose") and number < request.workspace.blueprint_version,
        }
        return page(request, "governance/version.html", context)


class Versions(View):
    """Every published version."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        found = list(versions(request.member)[:200])
        ids = [version.change_request_id for version in found]
        changes = {each.pk: each for each in ChangeRequest.objects.filter(pk__in=ids).select_related("author")}
        rows = [{"version": version, "change": changes.get(version.change_request_id)} for version in found]
        return page(request, "governance/versions.html", {"rows": rows})


class Acknowledge(View):
    """ "I have read this"."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        acknowledge(request.member, number, at=request.at)
        if request.htmx:
            return HttpResponse("")
        messages.success(request, "Noted, thank you.")
        return redirect("governance:version", request.workspace.slug, number)


class Export(View):
    """The blueprint as a YAML file."""

    def get(self, request: WorkspaceRequest, number: int = 0) -> HttpResponse:
        permit(request.member, "blueprint.read")
        number = number or request.workspace.blueprint_version
        response = HttpResponse(as_yaml(document_of(number)), content_type="application/yaml; charset=utf-8")
        name = f"{request.workspace.slug}-blueprint-{number}.yaml"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def map_of(request: WorkspaceRequest, number: int) -> dict[str, Any]:
    """What the map shows of one version."""
    document, in_force = document_of(number), request.workspace.blueprint_version
    blueprint = blueprint_of.at(request.workspace.pk, number)
    labels = {
        path: f"{blueprint.pipeline(stage.pipeline_key).label} · {stage.label}"
        for path, stage in blueprint.stages_by_path.items()
    }
    reasons = document["reason_codes"]
    return {
        "number": number,
        "in_force": in_force,
        "document": document,
        "pipelines": [pipeline | {"stages": _stages(document, pipeline)} for pipeline in document["pipelines"]],
        "seams": [seam | {"trigger_label": labels.get(seam["trigger"], seam["trigger"])} for seam in document["seams"]],
        "reasons": {purpose: [each for each in reasons if each["purpose"] == purpose] for purpose in ReasonPurpose},
        "calendars": [
            calendar | {"days": [(DAY_NAMES[day], calendar["weekly"].get(day, [])) for day in DAY_NAMES]}
            for calendar in document["calendars"]
        ],
        "function_labels": blueprint.function_labels,
        "calendar_labels": {each["key"]: each["label"] for each in document["calendars"]},
        "pool_labels": {each["key"]: each["label"] for each in document["pools"]},
        "people_by_email": dict(Member.objects.exclude(email="").values_list("email", "name")),
        "said_teams": said_teams(blueprint, is_now=number == in_force),
        "may_propose": may(request.member, "change.propose") and number == in_force,
    }


def _stages(document: Document, pipeline: dict[str, Any]) -> list[dict[str, Any]]:
    """Stages with the threshold written into their criteria, and the seam each triggers."""
    threshold = str(document["scoring"]["threshold"])
    seams = {seam["trigger"]: seam for seam in document["seams"]}
    labels = {each["key"]: each["label"] for each in document["properties"]}

    def live(lines: list[dict[str, str]]) -> list[dict[str, str]]:
        return [line | {"label": line["label"].replace("{mql_threshold}", threshold)} for line in lines]

    return [
        stage
        | {
            "path": f"{pipeline['key']}/{stage['key']}",
            "entry": live(stage.get("entry", [])),
            "exit": live(stage.get("exit", [])),
            "required": [labels.get(key, key.replace("_", " ").capitalize()) for key in stage.get("required", ())],
            "seam": seams.get(f"{pipeline['key']}/{stage['key']}"),
            "category": stage.get("category", "open"),
        }
        for stage in pipeline["stages"]
    ]
